//! The clients of a tenant as the protocol knows them, decoded once from the view.

use std::collections::HashMap;

use crypto::key::ForeignKeys;
use events::{AccessControl, ApplicationType, ConsentScopes, TenantId, UnixMillis};
use projections::{Applications, QueryError, Reader};
use protocol::ScopeSet;
use protocol::client::{ApplicationType as WireType, ClientAuthMethod, ClientMetadata, GrantType};
use protocol::secret::SecretText;
use serde_json::{Map, Value};

use crate::client_security;

/// The built-in client of the live preview.
pub(crate) const DEMO_APP: &str = "demo-app";
/// The built-in client of the device flow.
pub(crate) const DEVICE_DEMO_APP: &str = "device-demo-app";
/// Names of the built-in clients, shown to people.
pub(crate) const DEMO_APP_NAME: &str = "Live Preview";
/// See [`DEMO_APP_NAME`].
pub(crate) const DEVICE_DEMO_APP_NAME: &str = "Device Demo App";

/// Whether a client belongs to the product: no event ever made it, and none can end it.
pub(crate) fn is_built_in(id: &str) -> bool {
    id == DEMO_APP || id == DEVICE_DEMO_APP
}

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
    /// What verifies what it signs.
    pub keys: ClientKeys,
    /// Where it wants to hear that a session is over.
    pub backchannel_logout_uri: Option<String>,
    /// What it may ask users for, if somebody else runs it.
    pub consent_scopes: ConsentScopes,
    /// Who may use it.
    pub access_control: AccessControl,
}

/// A secret of a client, as what verifies it.
pub struct ClientSecret {
    /// SHA-256 in base64url.
    pub sha256: String,
    /// From this moment on it authenticates nobody.
    pub expires_at: Option<UnixMillis>,
    /// The secret itself, only of a client that signs with it.
    pub value: Option<SecretText>,
}

impl ClientSecret {
    /// Whether it still authenticates.
    pub fn is_live(&self, now: UnixMillis) -> bool {
        self.expires_at.is_none_or(|expiry| now < expiry)
    }
}

/// Where the public keys of a client are.
#[derive(Debug)]
pub enum ClientKeys {
    /// It has none.
    None,
    /// It registered them.
    Registered(ForeignKeys),
    /// At an address of its own.
    At(String),
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
    /// The registered clients and the built-in ones, whose pages live at `endpoint`.
    pub fn new(registered: impl IntoIterator<Item = (String, Client)>, endpoint: &str) -> Self {
        let mut clients: HashMap<String, Client> = registered.into_iter().collect();
        clients.insert(DEMO_APP.to_owned(), demo_app(endpoint));
        clients.insert(DEVICE_DEMO_APP.to_owned(), device_demo_app());
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
            Some(held) if !held.is_live(now) => SecretCheck::Expired,
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
    // A device without a browser (contract: oidc §2).
    let is_device_flow = custom.get("isDeviceFlow").and_then(Value::as_bool).unwrap_or(false);
    let (wire_type, auth_method, grants) = match application_type {
        ApplicationType::Native if is_device_flow => {
            (WireType::Native, ClientAuthMethod::None, DEVICE_GRANTS)
        }
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
    // Whoever wants to hear of a session's end can tell by it which one is meant.
    let wants_session = oidc.get("backchannelLogoutSessionRequired").and_then(Value::as_bool);
    metadata.is_session_id_required =
        wants_session.unwrap_or(false) || oidc.contains_key("backchannelLogoutUri");
    metadata.cors_allowed_origins = texts(custom, "corsAllowedOrigins");
    let flag = |name: &str| custom.get(name).and_then(Value::as_bool);
    let seconds = |name: &str| custom.get(name).and_then(Value::as_i64).filter(|ttl| *ttl > 0);
    metadata.always_issues_refresh_token = flag("alwaysIssueRefreshToken").unwrap_or(false);
    metadata.rotates_refresh_token = flag("rotateRefreshToken").unwrap_or(true);
    metadata.max_allowed_grants =
        seconds("maxAllowedGrants").and_then(|most| u32::try_from(most).ok());
    if flag("allowTokenExchange").unwrap_or(false) {
        metadata.grant_types.push(GrantType::TokenExchange);
    }
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
    client_security::apply(&mut metadata, oidc, custom);
    metadata
}

const USER_GRANTS: &[GrantType] = &[GrantType::AuthorizationCode, GrantType::RefreshToken];
const DEVICE_GRANTS: &[GrantType] = &[GrantType::DeviceCode, GrantType::RefreshToken];
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
        let mut metadata = metadata(
            &id,
            row.application_type,
            row.is_third_party,
            &row.oidc_client_metadata,
            &row.custom_client_metadata,
        );
        if row.is_third_party {
            // A name that is no scope cannot be on the list.
            let listed = row.consent_scopes.user_scopes.iter().map(String::as_str);
            metadata.allowed_scopes =
                Some(ScopeSet::try_from_names(listed).unwrap_or_else(|_| ScopeSet::empty()));
        }
        let signs_with_it = metadata.auth_method == ClientAuthMethod::ClientSecretJwt;
        let secrets = row.secrets.into_iter().map(|secret| ClientSecret {
            sha256: secret.sha256,
            expires_at: secret.expires_at.map(UnixMillis),
            value: secret.value.filter(|_| signs_with_it).map(SecretText::new),
        });
        let client = Client {
            name: row.name,
            application_type: row.application_type,
            metadata,
            secrets: secrets.collect(),
            keys: client_security::keys(&row.oidc_client_metadata),
            backchannel_logout_uri: row
                .oidc_client_metadata
                .get("backchannelLogoutUri")
                .and_then(Value::as_str)
                .map(str::to_owned),
            consent_scopes: row.consent_scopes,
            access_control: row.access_control,
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
    built_in(DEMO_APP_NAME, ApplicationType::Spa, metadata)
}

/// The built-in client of the device flow.
fn device_demo_app() -> Client {
    let (kind, method) = (WireType::Native, ClientAuthMethod::None);
    let metadata = ClientMetadata::new(DEVICE_DEMO_APP, kind, method, DEVICE_GRANTS.to_vec());
    built_in(DEVICE_DEMO_APP_NAME, ApplicationType::Native, metadata)
}

fn built_in(name: &str, application_type: ApplicationType, metadata: ClientMetadata) -> Client {
    Client {
        name: name.to_owned(),
        application_type,
        metadata,
        secrets: Vec::new(),
        keys: ClientKeys::None,
        backchannel_logout_uri: None,
        consent_scopes: ConsentScopes::default(),
        access_control: AccessControl::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_right_until_it_expires() {
        let mut client = demo_app("http://localhost");
        let sha256 = crypto::digest::sha256_base64url("secret");
        let expires_at = Some(UnixMillis(10));
        client.secrets.push(ClientSecret { sha256, expires_at, value: None });
        assert_eq!(client.check_secret("secret", UnixMillis(9)), SecretCheck::Right);
        assert_eq!(client.check_secret("secret", UnixMillis(10)), SecretCheck::Expired);
        assert_eq!(client.check_secret("other", UnixMillis(9)), SecretCheck::Wrong);
    }
}
