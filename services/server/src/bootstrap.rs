//! What a tenant starts with: its keys, the Management API as a resource, the role that opens it,
//! an application that holds the role, and the sign-in experience. One commit, once.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use crypto::{
    Random,
    digest::KeyedDigest,
    key::{Algorithm, KeyError, PrivateKey},
};
use domain::{
    Application, ApplicationCommand, CookieKey, CookieKeyCommand, NewSecret, NewSigningKey,
    Reservation, ReservationCommand, Resource, ResourceCommand, Role, RoleCommand,
    SignInExperience, SignInExperienceCommand, SigningKey, SigningKeyCommand, Tenant,
    TenantCommand,
};
use events::{
    Actor, ApplicationId, ApplicationSettings, ApplicationType, ReservationId, ResourceId, RoleId,
    RoleType, ScopeId, SignInExperienceSettings, SigningAlgorithm, StreamName, TenantId,
    UnixMillis,
};
use store::{Context, Log, TransactError, Work};

use crate::{
    ids::{ID_CHARS, NotAnId, parse},
    site::IDENTIFIER_LABEL,
    start::ADMIN_TENANT,
};

/// Characters of a client secret.
pub(crate) const SECRET_CHARS: usize = 32;
/// Role in the tenant `admin` of people who administer the tenant `default`.
pub(crate) const CONSOLE_ROLE: &str = "default-admin";
/// Lifetime of tokens for the Management API.
const MANAGEMENT_TOKEN_TTL_SECONDS: u32 = 3_600;
/// Name of the role that opens the Management API.
const MANAGEMENT_ROLE: &str = "Logto Management API access";

/// The machine that can administer a new tenant.
#[derive(Clone)]
pub(crate) struct ManagementClient {
    /// Its id.
    pub(crate) id: String,
    /// Its secret, shown once.
    pub(crate) secret: String,
}

impl ManagementClient {
    /// A made-up one.
    pub(crate) fn new(random: &Random) -> Self {
        Self { id: random.id(ID_CHARS), secret: random.secret(SECRET_CHARS) }
    }
}

/// Why a tenant could not be set up.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BootstrapError {
    /// No key could be made.
    #[error("no signing key could be made")]
    Key(#[from] KeyError),
    /// A made-up id was no id.
    #[error("a made-up id was no id")]
    Id(#[from] NotAnId),
    /// A rule refused.
    #[error("the tenant could not be set up")]
    Refused(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The log failed.
    #[error("the log failed")]
    Log(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Whether a tenant has been set up.
///
/// # Errors
/// [`BootstrapError::Log`]
pub(crate) async fn exists(log: &Log, tenant: &TenantId) -> Result<bool, BootstrapError> {
    let loaded = log.load::<Tenant>(tenant, &()).await;
    Ok(loaded.map_err(|error| BootstrapError::Log(Box::new(error)))?.state.exists())
}

/// Sets up a tenant that is not there yet. `client` has been noted before, so that a crash in
/// between loses nobody's key.
///
/// # Errors
/// [`BootstrapError`]
pub(crate) async fn tenant(
    log: &Log,
    random: &Random,
    now: UnixMillis,
    tenant: &TenantId,
    client: &ManagementClient,
) -> Result<(), BootstrapError> {
    let seed = Seed::new(random, tenant, client)?;
    let secret = log.tenant_secret(tenant, IDENTIFIER_LABEL).await;
    let key = secret.map(KeyedDigest::new).map_err(|error| BootstrapError::Log(Box::new(error)))?;
    let reservations = seed.reservations(&key, tenant)?;
    let context = Context {
        tenant: tenant.clone(),
        actor: Actor::System,
        correlation: parse(&random.id(ID_CHARS))?,
        causation: None,
        time: now,
    };
    let seeded = log
        .transact(&context, async |work: Work| -> Result<(), BootstrapError> {
            let seed = seed.clone();
            for (id, owner) in &reservations {
                let command = ReservationCommand::Reserve { owner: owner.clone(), confirmed: true };
                work.decide::<Reservation>(id, command).await.map_err(refused)?;
            }
            work.decide::<Tenant>(&(), seed.tenant).await.map_err(refused)?;
            work.decide::<SigningKey>(&(), seed.signing_key).await.map_err(refused)?;
            work.decide::<CookieKey>(&(), seed.cookie_key).await.map_err(refused)?;
            work.decide::<SignInExperience>(&(), seed.experience).await.map_err(refused)?;
            for command in seed.resource {
                work.decide::<Resource>(&seed.resource_id, command).await.map_err(refused)?;
            }
            work.decide::<Role>(&seed.role_id, seed.role).await.map_err(refused)?;
            if let Some(console) = seed.console {
                for command in console.resource {
                    work.decide::<Resource>(&console.resource_id, command)
                        .await
                        .map_err(refused)?;
                }
                work.decide::<Role>(&console.role_id, console.role).await.map_err(refused)?;
            }
            for command in seed.application {
                work.decide::<Application>(&seed.application_id, command).await.map_err(refused)?;
            }
            Ok(())
        })
        .await;
    match seeded {
        Ok(_) => Ok(()),
        Err(TransactError::Work(error)) => Err(error),
        Err(error) => Err(BootstrapError::Log(Box::new(error))),
    }
}

fn refused(error: impl std::error::Error + Send + Sync + 'static) -> BootstrapError {
    BootstrapError::Refused(Box::new(error))
}

/// The commands that make a tenant.
#[derive(Clone)]
struct Seed {
    tenant: TenantCommand,
    signing_key: SigningKeyCommand,
    cookie_key: CookieKeyCommand,
    experience: SignInExperienceCommand,
    resource_id: ResourceId,
    resource: Vec<ResourceCommand>,
    role_id: RoleId,
    role: RoleCommand,
    application_id: ApplicationId,
    application: Vec<ApplicationCommand>,
    console: Option<ConsoleAccess>,
}

/// What lets people of the tenant `admin` administer the tenant `default` (contract: tenants §1).
#[derive(Clone)]
struct ConsoleAccess {
    resource_id: ResourceId,
    resource: Vec<ResourceCommand>,
    role_id: RoleId,
    role: RoleCommand,
}

impl ConsoleAccess {
    fn try_new() -> Result<Self, NotAnId> {
        let scope: ScopeId = parse("management-api-default-all")?;
        Ok(Self {
            resource_id: parse("management-api-default")?,
            resource: vec![
                ResourceCommand::CreateResource {
                    name: "Logto Management API for tenant default".into(),
                    indicator: "https://default.logto.app/api".into(),
                    access_token_ttl_seconds: MANAGEMENT_TOKEN_TTL_SECONDS,
                },
                ResourceCommand::CreateScope {
                    scope: scope.clone(),
                    name: "all".into(),
                    description: Some("Everything in the tenant default".into()),
                    by_system: true,
                },
            ],
            role_id: parse(CONSOLE_ROLE)?,
            role: RoleCommand::CreateRole {
                name: "default:admin".into(),
                description: "Administers the tenant default".into(),
                role_type: RoleType::User,
                is_default: false,
                scopes: vec![scope],
            },
        })
    }
}

impl Seed {
    fn new(
        random: &Random,
        tenant: &TenantId,
        client: &ManagementClient,
    ) -> Result<Self, BootstrapError> {
        let scope: ScopeId = parse("management-api-all")?;
        let role_id: RoleId = parse("admin-role")?;
        let settings =
            ApplicationSettings { name: "Management".into(), ..ApplicationSettings::default() };
        let secret = NewSecret {
            name: "Default secret".into(),
            sha256: crypto::digest::sha256_base64url(&client.secret),
            value: client.secret.clone(),
        };
        Ok(Self {
            tenant: TenantCommand::CreateTenant { name: tenant.as_str().to_owned() },
            signing_key: signing_key(random)?,
            cookie_key: cookie_key(random)?,
            experience: SignInExperienceCommand::SetSignInExperience {
                settings: SignInExperienceSettings::default(),
            },
            resource_id: parse("management-api")?,
            resource: vec![
                ResourceCommand::CreateResource {
                    name: "Logto Management API".into(),
                    indicator: indicator(tenant),
                    access_token_ttl_seconds: MANAGEMENT_TOKEN_TTL_SECONDS,
                },
                ResourceCommand::CreateScope {
                    scope: scope.clone(),
                    name: "all".into(),
                    description: Some("Everything in this tenant".into()),
                    by_system: true,
                },
            ],
            role: RoleCommand::CreateRole {
                name: MANAGEMENT_ROLE.into(),
                description: "Opens the whole Management API".into(),
                role_type: RoleType::MachineToMachine,
                is_default: false,
                scopes: vec![scope],
            },
            application_id: parse(&client.id)?,
            application: vec![
                ApplicationCommand::CreateApplication {
                    application_type: ApplicationType::MachineToMachine,
                    is_third_party: false,
                    settings,
                    secret: Some(secret),
                },
                ApplicationCommand::AssignRoles { roles: vec![role_id.clone()] },
            ],
            role_id,
            console: (tenant.as_str() == ADMIN_TENANT).then(ConsoleAccess::try_new).transpose()?,
        })
    }

    /// What nobody else may be called from here on.
    fn reservations(
        &self,
        key: &KeyedDigest,
        tenant: &TenantId,
    ) -> Result<[(ReservationId, StreamName); 2], NotAnId> {
        let name = key.text(MANAGEMENT_ROLE.as_bytes());
        let indicator = key.text(indicator(tenant).as_bytes());
        Ok([
            (parse(&format!("role_name:{name}"))?, StreamName::role(tenant, &self.role_id)),
            (
                parse(&format!("resource_indicator:{indicator}"))?,
                StreamName::resource(tenant, &self.resource_id),
            ),
        ])
    }
}

/// Audience of tokens for the Management API of a tenant.
fn indicator(tenant: &TenantId) -> String {
    format!("https://{tenant}.logto.app/api")
}

/// A first signing key: Ed25519.
fn signing_key(random: &Random) -> Result<SigningKeyCommand, BootstrapError> {
    let key = PrivateKey::generate(Algorithm::EdDSA)?;
    let public_jwk = serde_json::to_value(key.public_jwk());
    Ok(SigningKeyCommand::RotateSigningKey(NewSigningKey {
        key: parse(&random.id(ID_CHARS))?,
        algorithm: SigningAlgorithm::EdDSA,
        public_jwk: public_jwk.map_err(|error| BootstrapError::Refused(Box::new(error)))?,
        pkcs8: URL_SAFE_NO_PAD.encode(&*key.to_pkcs8()?),
    }))
}

/// A first cookie key.
fn cookie_key(random: &Random) -> Result<CookieKeyCommand, BootstrapError> {
    Ok(CookieKeyCommand::RotateCookieKey {
        key: parse(&random.id(ID_CHARS))?,
        secret: URL_SAFE_NO_PAD.encode(random.bytes::<32>()),
    })
}
