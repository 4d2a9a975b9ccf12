-- No personal data and no body: the body is in the log, by position.
CREATE TABLE timeline (
    position INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    tenant TEXT NOT NULL,
    type TEXT NOT NULL,
    stream TEXT NOT NULL,
    user_id TEXT,
    actor_kind TEXT NOT NULL,
    actor_id TEXT,
    correlation TEXT NOT NULL
);

-- One row for every 256 positions: the latest time up to there. Makes a time range a position range.
CREATE TABLE moments (
    position INTEGER PRIMARY KEY,
    latest INTEGER NOT NULL
);
