CREATE TABLE id_token_claims (
    tenant TEXT NOT NULL PRIMARY KEY,
    enabled TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE session_lifetimes (
    tenant TEXT NOT NULL PRIMARY KEY,
    seconds INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE claims_scripts (
    tenant TEXT NOT NULL,
    token TEXT NOT NULL,
    block_issuance_on_error INTEGER,
    body TEXT NOT NULL,
    PRIMARY KEY (tenant, token)
) WITHOUT ROWID;
