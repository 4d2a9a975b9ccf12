-- name_folded: in lower case, for the simple search.
CREATE TABLE organization_scopes (
    tenant TEXT NOT NULL,
    position INTEGER NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    description TEXT,
    PRIMARY KEY (tenant, position)
) WITHOUT ROWID;
CREATE UNIQUE INDEX organization_scopes_id ON organization_scopes (tenant, id);
