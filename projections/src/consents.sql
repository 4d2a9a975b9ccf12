CREATE TABLE consent_organizations (
    tenant TEXT NOT NULL,
    user_id TEXT NOT NULL,
    organization_id TEXT NOT NULL,
    application_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (tenant, user_id, organization_id, application_id)
) WITHOUT ROWID;
CREATE INDEX consent_organizations_application
    ON consent_organizations (tenant, application_id, user_id, position);
CREATE INDEX consent_organizations_organization
    ON consent_organizations (tenant, organization_id);
