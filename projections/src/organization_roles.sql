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

-- What roles permit. kind: organization = an organization scope, resource = one of an API resource.
-- position, ordinal: of the event that added it, and the place in its list.
CREATE TABLE permitted (
    tenant TEXT NOT NULL,
    role_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    scope_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    PRIMARY KEY (tenant, role_id, kind, scope_id)
) WITHOUT ROWID;
CREATE INDEX permitted_scope ON permitted (tenant, scope_id);

-- Who holds roles. kind: user or application.
CREATE TABLE holders (
    tenant TEXT NOT NULL,
    kind TEXT NOT NULL,
    member_id TEXT NOT NULL,
    organization_id TEXT NOT NULL,
    role_id TEXT NOT NULL,
    PRIMARY KEY (tenant, kind, member_id, organization_id, role_id)
) WITHOUT ROWID;
CREATE INDEX holders_role ON holders (tenant, role_id);
CREATE INDEX holders_organization ON holders (tenant, organization_id, kind);

CREATE TABLE organization_scopes (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (tenant, id)
) WITHOUT ROWID;

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
    name TEXT NOT NULL,
    PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
CREATE INDEX scopes_resource ON scopes (tenant, resource_id);
