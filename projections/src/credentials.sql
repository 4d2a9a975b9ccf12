CREATE TABLE credentials (
    tenant TEXT NOT NULL,
    user_id TEXT NOT NULL,
    scheme TEXT NOT NULL,
    PRIMARY KEY (tenant, user_id)
) WITHOUT ROWID;

CREATE TABLE credential_counts (
    tenant TEXT NOT NULL,
    scheme TEXT NOT NULL,
    users INTEGER NOT NULL,
    PRIMARY KEY (tenant, scheme)
) WITHOUT ROWID;
