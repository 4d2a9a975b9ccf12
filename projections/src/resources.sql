CREATE TABLE resources (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    indicator TEXT NOT NULL,
    access_token_ttl_seconds INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    is_default INTEGER NOT NULL,
    PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX resources_indicator ON resources (tenant, indicator);
CREATE INDEX resources_newest ON resources (tenant, position);

CREATE TABLE scopes (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    resource_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    description TEXT,
    description_folded TEXT,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
CREATE INDEX scopes_resource ON scopes (tenant, resource_id, position);
