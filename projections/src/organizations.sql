-- searched: id and name in lower case, for the simple search.
CREATE TABLE organizations (
    tenant TEXT NOT NULL,
    position INTEGER NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    custom_data TEXT NOT NULL,
    is_mfa_required INTEGER NOT NULL,
    color TEXT NOT NULL,
    branding TEXT NOT NULL,
    custom_css TEXT,
    created_at INTEGER NOT NULL,
    users_count INTEGER NOT NULL,
    searched TEXT NOT NULL,
    PRIMARY KEY (tenant, position)
) WITHOUT ROWID;
CREATE UNIQUE INDEX organizations_id ON organizations (tenant, id);

CREATE TABLE organization_counts (
    tenant TEXT PRIMARY KEY,
    organizations INTEGER NOT NULL
) WITHOUT ROWID;

-- kind: user or application. position: of the event that started the membership.
CREATE TABLE members (
    tenant TEXT NOT NULL,
    kind TEXT NOT NULL,
    organization_id TEXT NOT NULL,
    member_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (tenant, kind, organization_id, member_id)
) WITHOUT ROWID;
CREATE INDEX members_newest ON members (tenant, kind, organization_id, position);
CREATE INDEX members_member ON members (tenant, kind, member_id, position);
