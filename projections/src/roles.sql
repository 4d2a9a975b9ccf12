CREATE TABLE roles (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    description TEXT NOT NULL,
    description_folded TEXT NOT NULL,
    type TEXT NOT NULL,
    is_default INTEGER NOT NULL,
    users_count INTEGER NOT NULL,
    applications_count INTEGER NOT NULL,
    PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
CREATE INDEX roles_newest ON roles (tenant, position);
CREATE INDEX roles_name ON roles (tenant, name);

CREATE TABLE role_scopes (
    tenant TEXT NOT NULL,
    role_id TEXT NOT NULL,
    scope_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (tenant, role_id, scope_id)
) WITHOUT ROWID;
CREATE INDEX role_scopes_scope ON role_scopes (tenant, scope_id);

-- kind: user or application.
CREATE TABLE holders (
    tenant TEXT NOT NULL,
    kind TEXT NOT NULL,
    holder_id TEXT NOT NULL,
    role_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (tenant, kind, holder_id, role_id)
) WITHOUT ROWID;
CREATE INDEX holders_role ON holders (tenant, role_id, kind, position);

CREATE TABLE resources (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    indicator TEXT NOT NULL,
    PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
CREATE INDEX resources_indicator ON resources (tenant, indicator);

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
