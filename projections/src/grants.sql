CREATE TABLE sessions (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    position INTEGER NOT NULL,
    user_id TEXT NOT NULL,
    application_id TEXT NOT NULL,
    secret_sha256 TEXT NOT NULL,
    amr TEXT NOT NULL,
    authenticated_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    ip TEXT,
    user_agent TEXT,
    is_over INTEGER NOT NULL,
    PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
CREATE INDEX sessions_user ON sessions (tenant, user_id, position);

CREATE TABLE grants (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    position INTEGER NOT NULL,
    user_id TEXT NOT NULL,
    application_id TEXT NOT NULL,
    session_id TEXT,
    kind TEXT NOT NULL,
    scope TEXT NOT NULL,
    resources TEXT NOT NULL,
    ends_with_session INTEGER NOT NULL,
    granted_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    is_revoked INTEGER NOT NULL,
    PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
CREATE INDEX grants_user ON grants (tenant, user_id, position);
CREATE INDEX grants_session ON grants (tenant, session_id);

CREATE TABLE access_tokens (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    grant_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    application_id TEXT NOT NULL,
    sha256 TEXT,
    audience TEXT,
    scope TEXT NOT NULL,
    issued_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    organization_id TEXT,
    actor_id TEXT,
    dpop_jkt TEXT,
    claims TEXT,
    is_revoked INTEGER NOT NULL,
    PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
CREATE INDEX access_tokens_grant ON access_tokens (tenant, grant_id);

-- Users whose sessions and grants died, so that what was under way at that moment is born dead.
-- is_barred: still suspended, or deleted.
CREATE TABLE barred (
    tenant TEXT NOT NULL,
    user_id TEXT NOT NULL,
    since INTEGER NOT NULL,
    is_barred INTEGER NOT NULL,
    PRIMARY KEY (tenant, user_id)
) WITHOUT ROWID;
