-- position: of the event that created the user, so that newest first is the order of the key.
CREATE TABLE users (
    position INTEGER PRIMARY KEY,
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    username TEXT,
    username_folded TEXT,
    primary_email TEXT,
    primary_email_folded TEXT,
    email_verified INTEGER NOT NULL,
    primary_phone TEXT,
    phone_verified INTEGER NOT NULL,
    name TEXT,
    name_folded TEXT,
    avatar TEXT,
    custom_data TEXT NOT NULL,
    profile TEXT NOT NULL,
    application_id TEXT,
    is_suspended INTEGER NOT NULL,
    password_scheme TEXT,
    password_digest TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    password_updated_at INTEGER,
    last_sign_in_at INTEGER
);
CREATE UNIQUE INDEX users_id ON users (tenant, id);
CREATE INDEX users_newest ON users (tenant, position);
CREATE INDEX users_username ON users (tenant, username_folded) WHERE username_folded IS NOT NULL;
CREATE INDEX users_email ON users (tenant, primary_email_folded) WHERE primary_email_folded IS NOT NULL;
CREATE INDEX users_phone ON users (tenant, primary_phone) WHERE primary_phone IS NOT NULL;

CREATE TABLE user_counts (
    tenant TEXT PRIMARY KEY,
    users INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE user_roles (
    tenant TEXT NOT NULL,
    user_id TEXT NOT NULL,
    role_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (tenant, user_id, role_id)
) WITHOUT ROWID;
CREATE INDEX user_roles_role ON user_roles (tenant, role_id, position);

-- position: of the event that started the membership.
CREATE TABLE organization_users (
    tenant TEXT NOT NULL,
    organization_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (tenant, organization_id, user_id)
) WITHOUT ROWID;
CREATE INDEX organization_users_newest ON organization_users (tenant, organization_id, position);
CREATE INDEX organization_users_user ON organization_users (tenant, user_id);

CREATE TABLE organization_user_roles (
    tenant TEXT NOT NULL,
    organization_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    role_id TEXT NOT NULL,
    PRIMARY KEY (tenant, organization_id, user_id, role_id)
) WITHOUT ROWID;
CREATE INDEX organization_user_roles_user ON organization_user_roles (tenant, user_id);
CREATE INDEX organization_user_roles_role ON organization_user_roles (tenant, role_id);
