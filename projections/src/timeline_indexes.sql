CREATE INDEX IF NOT EXISTS timeline_type ON timeline (type);
CREATE INDEX IF NOT EXISTS timeline_stream ON timeline (stream);
CREATE INDEX IF NOT EXISTS timeline_user ON timeline (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS timeline_actor ON timeline (actor_id) WHERE actor_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS timeline_correlation ON timeline (correlation);
CREATE INDEX IF NOT EXISTS moments_latest ON moments (latest);
