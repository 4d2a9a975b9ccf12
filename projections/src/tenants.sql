CREATE TABLE tenants (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    position INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE sign_in_experiences (
    tenant TEXT PRIMARY KEY,
    settings TEXT NOT NULL
) WITHOUT ROWID;
