//! The clients of a tenant as the protocol knows them, decoded once from the view.

use std::collections::HashMap;

use events::{ApplicationType, TenantId, UnixMillis};
use projections::{Applications, QueryError, Reader};
use protocol::ScopeSet;
use protocol::client::{ApplicationType as WireType, ClientAuthMethod, ClientMetadata, GrantType};
use serde_json::{Map, Value};

/// The built-in client of the live preview.
pub(crate) const DEMO_APP: &str = "demo-app";

/// A client.
pub struct Client {
    /// Name shown to people.
    pub name: String,
    /// Kind of client.
    pub application_type: ApplicationType,
    /// What the protocol's checks need.
    pub metadata: ClientMetadata,
    /// What authenticates it.
    pub secrets: Vec<ClientSecret>,
}

/// A secret of a client, as what verifies it.
pub struct ClientSecret {
    /// SHA-256 in base64url.
    pub sha256: String,
    /// From this moment on it authenticates nobody.
    pub expires_at: Option<UnixMillis>,
}

/// Whether a secret authenticates a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretCheck {
    /// It does.
    Right,
    /// It would have, earlier.
    Expired,
    /// It does not.
    Wrong,
}

/// Every client of a tenant by id.
pub struct Clients(HashMap<String, Client>);

impl Clients {
    /// The registered clients and the built-in one, whose pages live at `endpoint`.
    pub fn new(registered: impl IntoIterator<Item = (String, Client)>, endpoint: &str) -> Self {
        let mut clients: HashMap<String, Client> = registered.into_iter().collect();
        clients.insert(DEMO_APP.to_owned(), demo_app(endpoint));
        Self(clients)
    }

    /// The client of that id.
    pub fn get(&self, id: &str) -> Option<&Client> {
        self.0.get(id)
    }
}

impl Client {
    /// Compares digests: the time it takes says nothing about the secret.
    pub fn check_secret(&self, secret: &str, now: UnixMillis) -> SecretCheck {
        let digest = crypto::digest::sha256_base64url(secret);
        let matching = self.secrets.iter().find(|held| {
            crypto::digest::constant_time_eq(held.sha256.as_bytes(), digest.as_bytes())
        });
        match matching {
            None => SecretCheck::Wrong,
            Some(held) if held.expires_at.is_some_and(|expiry| expiry <= now) => {
                SecretCheck::Expired
            }
            Some(_) => SecretCheck::Right,
        }
    }
}

/// The protocol's view of an application's type and metadata (contract: oidc §2).
pub(crate) fn metadata(
    id: &str,
    application_type: ApplicationType,
    is_third_party: bool,
    oidc: &Map<String, Value>,
    custom: &Map<String, Value>,
) -> ClientMetadata {
    let (wire_type, auth_method, grants) = match application_type {
        ApplicationType::Native => (WireType::Native, ClientAuthMethod::None, USER_GRANTS),
        ApplicationType::Spa => (WireType::Web, ClientAuthMethod::None, USER_GRANTS),
        ApplicationType::Traditional => {
            (WireType::Web, ClientAuthMethod::ClientSecret, USER_GRANTS)
        }
        ApplicationType::MachineToMachine => {
            (WireType::Web, ClientAuthMethod::ClientSecret, MACHINE_GRANTS)
        }
    };
    let mut metadata = ClientMetadata::new(id, wire_type, auth_method, grants.to_vec());
    metadata.is_third_party = is_third_party;
    if is_third_party {
        // Nothing beyond `openid` until somebody lists what the application may ask for.
        metadata.allowed_scopes = Some(ScopeSet::empty());
    }
    metadata.redirect_uris = texts(oidc, "redirectUris");
    metadata.post_logout_redirect_uris = texts(oidc, "postLogoutRedirectUris");
    metadata.cors_allowed_origins = texts(custom, "corsAllowedOrigins");
    let flag = |name: &str| custom.get(name).and_then(Value::as_bool);
    let seconds = |name: &str| custom.get(name).and_then(Value::as_i64).filter(|ttl| *ttl > 0);
    metadata.always_issues_refresh_token = flag("alwaysIssueRefreshToken").unwrap_or(false);
    metadata.rotates_refresh_token = flag("rotateRefreshToken").unwrap_or(true);
    // PKCE is asked of every client unless a client with a secret switches it off (RFC 9700 2.1.1).
    metadata.is_pkce_required =
        auth_method == ClientAuthMethod::None || flag("isPkceRequired").unwrap_or(true);
    if let Some(ttl) = seconds("idTokenTtl") {
        metadata.id_token_ttl_seconds = ttl;
    }
    let days = seconds("refreshTokenTtlInDays").map(|days| days * protocol::ttl::DAY_SECONDS);
    if let Some(ttl) = days.or_else(|| seconds("refreshTokenTtl")) {
        metadata.refresh_token_ttl_seconds = ttl;
    }
    metadata
}

const USER_GRANTS: &[GrantType] = &[GrantType::AuthorizationCode, GrantType::RefreshToken];
const MACHINE_GRANTS: &[GrantType] = &[GrantType::ClientCredentials];

fn texts(members: &Map<String, Value>, name: &str) -> Vec<String> {
    let items = members.get(name).and_then(Value::as_array);
    items.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Reads the clients of a tenant.
///
/// # Errors
/// [`QueryError`]
pub(crate) fn load_clients(
    view: &Reader<Applications>,
    tenant: &TenantId,
    endpoint: &str,
) -> Result<Clients, QueryError> {
    let rows = view.all(tenant)?.into_iter().map(|row| {
        let id = row.id.as_str().to_owned();
        let metadata = metadata(
            &id,
            row.application_type,
            row.is_third_party,
            &row.oidc_client_metadata,
            &row.custom_client_metadata,
        );
        let secrets = row.secrets.into_iter().map(|secret| ClientSecret {
            sha256: secret.sha256,
            expires_at: secret.expires_at.map(UnixMillis),
        });
        let client = Client {
            name: row.name,
            application_type: row.application_type,
            metadata,
            secrets: secrets.collect(),
        };
        (id, client)
    });
    Ok(Clients::new(rows, endpoint))
}

fn demo_app(endpoint: &str) -> Client {
    let mut metadata =
        ClientMetadata::new(DEMO_APP, WireType::Web, ClientAuthMethod::None, USER_GRANTS.to_vec());
    let page = format!("{endpoint}/demo-app");
    metadata.redirect_uris = vec![page.clone()];
    metadata.post_logout_redirect_uris = vec![page];
    Client {
        name: "Live Preview".into(),
        application_type: ApplicationType::Spa,
        metadata,
        secrets: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_right_until_it_expires() {
        let mut client = demo_app("http://localhost");
        let sha256 = crypto::digest::sha256_base64url("secret");
        client.secrets.push(ClientSecret { sha256, expires_at: Some(UnixMillis(10)) });
        assert_eq!(client.check_secret("secret", UnixMillis(9)), SecretCheck::Right);
        assert_eq!(client.check_secret("secret", UnixMillis(10)), SecretCheck::Expired);
        assert_eq!(client.check_secret("other", UnixMillis(9)), SecretCheck::Wrong);
    }
}
