CREATE TABLE signing_keys (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    algorithm TEXT NOT NULL,
    status TEXT NOT NULL,
    public_jwk TEXT NOT NULL,
    pkcs8 TEXT,
    created_at INTEGER NOT NULL,
    effective_at INTEGER,
    position INTEGER NOT NULL,
    PRIMARY KEY (tenant, id)
) WITHOUT ROWID;

CREATE TABLE cookie_keys (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    secret TEXT,
    created_at INTEGER NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
