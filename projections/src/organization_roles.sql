-- searched: id, name and description in lower case, for the simple search.
CREATE TABLE organization_roles (
    tenant TEXT NOT NULL,
    position INTEGER NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    type TEXT NOT NULL,
    searched TEXT NOT NULL,
    PRIMARY KEY (tenant, position)
) WITHOUT ROWID;
CREATE UNIQUE INDEX organization_roles_id ON organization_roles (tenant, id);

-- ordinal: place in the list that was set.
CREATE TABLE permitted (
    tenant TEXT NOT NULL,
    role_id TEXT NOT NULL,
    scope_id TEXT NOT NULL,
    ordinal INTEGER NOT NULL,
    PRIMARY KEY (tenant, role_id, scope_id)
) WITHOUT ROWID;
CREATE INDEX permitted_scope ON permitted (tenant, scope_id);

CREATE TABLE scopes (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    resource_id TEXT NOT NULL,
    PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
CREATE INDEX scopes_resource ON scopes (tenant, resource_id);
