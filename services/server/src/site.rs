//! A tenant at its address: what handlers ask about the tenant that a request is for.

use std::sync::{Arc, OnceLock};

use crypto::{
    Random,
    digest::KeyedDigest,
    jwt::KeySet,
    key::{PublicJwk, Signer},
};
use events::{ApplicationId, CorrelationId, SignInExperienceSettings, TenantId, UserId};
use projections::{self as views, QueryError, Views};
use store::{Log, LogError};

use crate::{
    clients::Clients,
    clock::Clock,
    config::Config,
    cookies::CookieKeys,
    egress::Egress,
    hot::Hot,
    http::verified_tokens::VerifiedTokens,
    ids::ID_CHARS,
    keys::{Keys, KeysError, load_keys},
    oidc::{client_keys::FetchedKeys, device::DeviceLimits, dpop::SeenProofs},
    oidc_settings::{OidcSettings, load_oidc_settings},
    passwords::PasswordPool,
    resources::{Resources, load_resources},
};

/// Names the key that successors of refresh tokens are derived with.
const TOKEN_LABEL: &str = "refresh token";
/// Names the key of identifiers' digests.
pub(crate) const IDENTIFIER_LABEL: &str = "identifier";

/// What the whole process shares.
pub struct App {
    /// The log.
    pub log: Log,
    /// The views.
    pub views: Views,
    /// Randomness.
    pub random: Random,
    /// Time.
    pub clock: Clock,
    /// Calls to addresses that somebody else named.
    pub egress: Egress,
    /// Password hashing.
    pub passwords: PasswordPool,
    /// Processes that run operators' scripts.
    pub scripts: script::Pool,
    /// Configuration.
    pub config: Config,
}

/// A tenant at its address. Cheap to clone.
#[derive(Clone)]
pub struct Site(Arc<Inner>);

struct Inner {
    app: Arc<App>,
    tenant: TenantId,
    endpoint: String,
    issuer: String,
    /// Derives the successors of refresh tokens.
    token_key: KeyedDigest,
    /// Names identifiers in the log without telling them.
    identifier_key: KeyedDigest,
    clients: Hot<Clients>,
    keys: Hot<Keys>,
    resources: Hot<Resources>,
    oidc_settings: Hot<OidcSettings>,
    experience: Hot<SignInExperienceSettings>,
    verified: VerifiedTokens,
    device_limits: DeviceLimits,
    fetched_keys: FetchedKeys,
    seen_proofs: SeenProofs,
    management_indicator: String,
    console: OnceLock<Site>,
}

impl Site {
    /// The site of `tenant`, which exists, at a public URL without a trailing slash.
    ///
    /// # Errors
    /// [`LogError`] if the tenant's keys cannot be read.
    pub async fn open(app: Arc<App>, tenant: TenantId, endpoint: &str) -> Result<Self, LogError> {
        let token_key = KeyedDigest::new(app.log.tenant_secret(&tenant, TOKEN_LABEL).await?);
        let identifier_key =
            KeyedDigest::new(app.log.tenant_secret(&tenant, IDENTIFIER_LABEL).await?);
        let management_indicator = format!("https://{tenant}.logto.app/api");
        Ok(Self(Arc::new(Inner {
            token_key,
            identifier_key,
            app,
            tenant,
            endpoint: endpoint.to_owned(),
            issuer: format!("{endpoint}/oidc"),
            management_indicator,
            clients: Hot::default(),
            keys: Hot::default(),
            resources: Hot::default(),
            oidc_settings: Hot::default(),
            experience: Hot::default(),
            verified: VerifiedTokens::default(),
            device_limits: DeviceLimits::default(),
            fetched_keys: FetchedKeys::default(),
            seen_proofs: SeenProofs::default(),
            console: OnceLock::new(),
        })))
    }

    /// What the whole process shares.
    pub fn app(&self) -> &App {
        &self.0.app
    }

    /// The tenant.
    pub fn tenant(&self) -> &TenantId {
        &self.0.tenant
    }

    /// Public URL, without a trailing slash.
    pub fn endpoint(&self) -> &str {
        &self.0.endpoint
    }

    /// Issuer of its tokens.
    pub fn issuer(&self) -> &str {
        &self.0.issuer
    }

    /// Whether browsers reach it over https.
    pub fn is_secure(&self) -> bool {
        self.0.endpoint.starts_with("https:")
    }

    /// Derives the successors of refresh tokens.
    pub fn token_key(&self) -> &KeyedDigest {
        &self.0.token_key
    }

    /// Names identifiers in the log without telling them.
    pub fn identifier_key(&self) -> &KeyedDigest {
        &self.0.identifier_key
    }

    /// Audience of tokens for the Management API.
    pub fn management_indicator(&self) -> &str {
        &self.0.management_indicator
    }

    /// The site whose users may administer this tenant.
    pub(crate) fn console(&self) -> Option<&Site> {
        self.0.console.get()
    }

    /// Lets the users of `console` administer this tenant; the first one named stays.
    pub(crate) fn trust_console(&self, console: Site) {
        self.0.console.get_or_init(|| console);
    }

    /// Public keys that clients keep at addresses of their own.
    pub(crate) fn fetched_keys(&self) -> &FetchedKeys {
        &self.0.fetched_keys
    }

    /// Proofs that resources of ours have seen lately.
    pub(crate) fn seen_proofs(&self) -> &SeenProofs {
        &self.0.seen_proofs
    }

    /// How often devices may ask and people may guess.
    pub(crate) fn device_limits(&self) -> &DeviceLimits {
        &self.0.device_limits
    }

    /// Management tokens that have been verified.
    pub fn verified_tokens(&self) -> &VerifiedTokens {
        &self.0.verified
    }

    /// A made-up name for a request.
    pub fn new_correlation(&self) -> CorrelationId {
        let id = self.app().random.id(ID_CHARS).parse();
        id.unwrap_or_else(|_| unreachable!("made of [0-9a-z]"))
    }

    /// The clients, as of now.
    ///
    /// # Errors
    /// [`QueryError`]
    pub fn clients(&self) -> Result<Arc<Clients>, QueryError> {
        let view = self.app().views.reader::<views::Applications>();
        self.0.clients.get(view.last_changed(), || {
            crate::clients::load_clients(&view, &self.0.tenant, &self.0.endpoint)
        })
    }

    fn keys(&self) -> Result<Arc<Keys>, KeysError> {
        let view = self.app().views.reader::<views::Keys>();
        self.0.keys.get(view.last_changed(), || load_keys(&view, &self.0.tenant))
    }

    /// What signs tokens now.
    ///
    /// # Errors
    /// [`KeysError`]
    pub fn signer(&self) -> Result<Signer, KeysError> {
        Ok(self.keys()?.signer.clone())
    }

    /// What signs for a client that fixed this algorithm: the current key if it fits or nothing was
    /// fixed, else the newest that signed before and is still published. If none fits any more, the
    /// current key: a client that was forgotten at a rotation hears of it from the token.
    ///
    /// # Errors
    /// [`KeysError`]
    pub fn signer_of(&self, algorithm: Option<&str>) -> Result<Signer, KeysError> {
        let keys = self.keys()?;
        let Some(algorithm) = algorithm else { return Ok(keys.signer.clone()) };
        let mut all = std::iter::once(&keys.signer).chain(&keys.previous);
        let fitting = all.find(|signer| signer.algorithm().as_str() == algorithm);
        if fitting.is_none() {
            tracing::warn!(algorithm, "no key has the algorithm that a client fixed");
        }
        Ok(fitting.unwrap_or(&keys.signer).clone())
    }

    /// What verifies tokens, as of now, and the position it is true for.
    ///
    /// # Errors
    /// [`KeysError`]
    pub fn key_set(&self) -> Result<(Arc<KeySet>, u64), KeysError> {
        let changed_at = self.app().views.reader::<views::Keys>().last_changed();
        Ok((self.keys()?.verifying.clone(), changed_at))
    }

    /// The published keys, current first.
    ///
    /// # Errors
    /// [`KeysError`]
    pub fn published_keys(&self) -> Result<Arc<Vec<PublicJwk>>, KeysError> {
        Ok(self.keys()?.published.clone())
    }

    /// The cookie keys.
    ///
    /// # Errors
    /// [`KeysError`]
    pub fn cookie_keys(&self) -> Result<Arc<CookieKeys>, KeysError> {
        Ok(self.keys()?.cookies.clone())
    }

    /// The API resources and the organization scopes.
    ///
    /// # Errors
    /// [`QueryError`]
    pub fn resources(&self) -> Result<Arc<Resources>, QueryError> {
        let view = self.app().views.reader::<views::Resources>();
        let organization_scopes = self.app().views.reader::<views::OrganizationScopes>();
        // The sum grows with either, which the later of both positions would not always do.
        let changed_at = view.last_changed() + organization_scopes.last_changed();
        let load = || load_resources(&view, &organization_scopes, &self.0.tenant);
        self.0.resources.get(changed_at, load)
    }

    /// How the provider is set.
    ///
    /// # Errors
    /// [`QueryError`]
    pub(crate) fn oidc_settings(&self) -> Result<Arc<OidcSettings>, QueryError> {
        let view = self.app().views.reader::<views::OidcSettings>();
        self.0.oidc_settings.get(view.last_changed(), || load_oidc_settings(&view, &self.0.tenant))
    }

    /// Settings of the sign-in pages.
    ///
    /// # Errors
    /// [`QueryError`]
    pub fn experience(&self) -> Result<Arc<SignInExperienceSettings>, QueryError> {
        let view = self.app().views.reader::<views::Tenants>();
        self.0.experience.get(view.last_changed(), || {
            Ok(view.sign_in_experience(&self.0.tenant)?.unwrap_or_default())
        })
    }

    /// Names of the scopes of a resource that an application's roles give it.
    ///
    /// # Errors
    /// [`QueryError`]
    pub fn scopes_of_application(
        &self,
        application: &ApplicationId,
        indicator: &str,
    ) -> Result<Vec<String>, QueryError> {
        self.app().views.reader::<views::Roles>().scopes_of_application(
            &self.0.tenant,
            application,
            indicator,
        )
    }

    /// Names of the scopes of a resource that a user's roles give them.
    ///
    /// # Errors
    /// [`QueryError`]
    pub fn scopes_of_user(
        &self,
        user: &UserId,
        indicator: &str,
    ) -> Result<Vec<String>, QueryError> {
        self.app().views.reader::<views::Roles>().scopes_of_user(&self.0.tenant, user, indicator)
    }
}
