-- position: of the event that created the application.
CREATE TABLE applications (
    position INTEGER PRIMARY KEY,
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    type TEXT NOT NULL,
    is_third_party INTEGER NOT NULL,
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    description TEXT,
    description_folded TEXT,
    oidc_client_metadata TEXT NOT NULL,
    custom_client_metadata TEXT NOT NULL,
    custom_data TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    access_control TEXT NOT NULL
);
CREATE UNIQUE INDEX applications_id ON applications (tenant, id);
CREATE INDEX applications_newest ON applications (tenant, position);

CREATE TABLE application_secrets (
    tenant TEXT NOT NULL,
    application_id TEXT NOT NULL,
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    value TEXT,
    expires_at INTEGER,
    created_at INTEGER NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (tenant, application_id, name)
) WITHOUT ROWID;

CREATE TABLE application_roles (
    tenant TEXT NOT NULL,
    application_id TEXT NOT NULL,
    role_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (tenant, application_id, role_id)
) WITHOUT ROWID;
CREATE INDEX application_roles_role ON application_roles (tenant, role_id);

-- kind: user, resource, organization or organization_resource.
CREATE TABLE application_consent_scopes (
    tenant TEXT NOT NULL,
    application_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    scope TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (tenant, application_id, kind, scope)
) WITHOUT ROWID;
