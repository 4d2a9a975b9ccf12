CREATE TABLE personal_access_tokens (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    position INTEGER NOT NULL,
    user_id TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
CREATE INDEX personal_access_tokens_user ON personal_access_tokens (tenant, user_id, position);
