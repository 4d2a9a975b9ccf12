//! Histories made at random: every event, few ids, any order.

use std::collections::BTreeMap;

use events::{
    AccessControl, AccessTokenEvent, AccessTokenForm, ApplicationChange, ApplicationEvent,
    ApplicationSecretValue, ApplicationSettings, ApplicationType, ConsentScopes, CookieKeyEvent,
    CookieKeyMaterial, GrantEvent, GrantKind, GrantRevocation, MachineGrantEvent,
    OrganizationRoleEvent, PasswordOrigin, PasswordScheme, PasswordSecret, Personal,
    ReservationEvent, ResourceEvent, RoleEvent, RoleType, SessionEnding, SessionEvent,
    SignInExperienceEvent, SignInExperienceSettings, SigningAlgorithm, SigningKeyEvent,
    SigningKeyMaterial, TenantEvent, UnixMillis, UserChange, UserEvent, UserIdentity, UserOrigin,
};

use super::history::{History, START};

/// How many kinds of events [`push`] knows.
pub(super) const KINDS: u8 = 49;

/// Numbers that choose an event.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dice {
    pub(super) kind: u8,
    pub(super) id: u16,
    pub(super) other: u16,
    pub(super) is_erased: bool,
}

pub(super) fn parsed<T: std::str::FromStr<Err: std::fmt::Debug>>(letter: &str, number: u16) -> T {
    format!("{letter}{number}").parse().unwrap()
}

fn personal<T>(dice: Dice, data: T) -> Personal<T> {
    if dice.is_erased { Personal::Erased } else { Personal::Open(data) }
}

/// Appends the event that the dice say.
pub(super) fn push(history: &mut History, dice: Dice) {
    let stream = |category: &str, letter: &str| format!("{category}-default.{letter}{}", dice.id);
    match dice.kind {
        0..=8 => drop(history.then(&stream("user", "u"), user(dice))),
        9..=16 => drop(history.then(&stream("application", "a"), application(dice))),
        17..=22 => drop(history.then(&stream("resource", "x"), resource(dice))),
        23..=27 => drop(history.then(&stream("role", "r"), role(dice))),
        28..=31 => drop(history.then(&stream("organization_role", "o"), organization_role(dice))),
        32..=33 => drop(history.then(&stream("session", "s"), session(dice))),
        34..=35 => drop(history.then(&stream("grant", "g"), grant(dice))),
        36 => drop(history.then(&stream("access_token", "t"), token(dice))),
        37 => drop(history.then(&stream("machine_grant", "m"), machine_grant(dice))),
        38..=39 => drop(history.then("signing_key-default.default", signing_key(dice))),
        40 => drop(history.then("cookie_key-default.default", cookie_key(dice))),
        41..=42 => drop(history.then("tenant-default.default", tenant(dice))),
        44..=47 => super::random_organizations::push(history, dice),
        48 => super::consents::push(history, dice),
        _ => {
            let settings = SignInExperienceSettings::default();
            let event = SignInExperienceEvent::SignInExperienceSet { settings };
            history.then("sign_in_experience-default.default", event);
            let event = ReservationEvent::ReservationConfirmed {};
            history.then("reservation-default.email:0a", event);
        }
    }
}

pub(super) fn user(dice: Dice) -> UserEvent {
    let roles = vec![parsed("r", dice.other)];
    let scheme =
        if dice.other.is_multiple_of(2) { PasswordScheme::Md5 } else { PasswordScheme::Argon2id };
    let secret = personal(dice, PasswordSecret { digest: "$argon2id$v=19$m=19456$digest".into() });
    let name = format!("Name {}", dice.other);
    match dice.kind {
        0 => UserEvent::UserCreated {
            origin: UserOrigin::SignUp,
            application: Some(parsed("a", dice.other)),
            roles,
            personal: personal(
                dice,
                UserIdentity {
                    username: Some(format!("User_{}", dice.id)),
                    primary_email: Some(format!("user{}@example.com", dice.id)),
                    name: Some(name),
                    ..UserIdentity::default()
                },
            ),
        },
        1 => UserEvent::UserChanged {
            fields: vec!["name".into()],
            personal: personal(
                dice,
                UserChange {
                    name: Some(Some(name)),
                    primary_email: Some(None),
                    username: Some(Some("X".into())),
                    primary_phone: Some(Some("4915".into())),
                    avatar: Some(None),
                    custom_data: Some(serde_json::Map::new()),
                    profile: Some(events::Profile::default()),
                },
            ),
        },
        2 => UserEvent::PasswordSet { origin: PasswordOrigin::Import, scheme, personal: secret },
        3 => UserEvent::PasswordRehashed {
            from: scheme,
            to: PasswordScheme::Argon2id,
            personal: secret,
        },
        4 => UserEvent::UserSuspended { suspended_at: UnixMillis(START + i64::from(dice.other)) },
        5 => UserEvent::UserReactivated {},
        6 => UserEvent::RolesAssigned { roles },
        7 => UserEvent::RolesUnassigned { roles },
        _ => UserEvent::UserDeleted {},
    }
}

fn application(dice: Dice) -> ApplicationEvent {
    let roles = vec![parsed("r", dice.other)];
    let name = format!("secret {}", dice.other);
    match dice.kind {
        9 => ApplicationEvent::ApplicationCreated {
            application_type: ApplicationType::Spa,
            is_third_party: dice.is_erased,
            settings: ApplicationSettings::default(),
        },
        10 => ApplicationEvent::ApplicationChanged {
            change: ApplicationChange {
                name: Some(name),
                description: Some(None),
                oidc_client_metadata: Some(serde_json::Map::new()),
                custom_client_metadata: Some(serde_json::Map::new()),
                custom_data: Some(serde_json::Map::new()),
            },
        },
        11 => ApplicationEvent::ApplicationSecretCreated {
            name,
            sha256: "x".into(),
            expires_at: Some(UnixMillis(1)),
            personal: personal(dice, ApplicationSecretValue { value: "v".into() }),
        },
        12 => ApplicationEvent::ApplicationSecretRenamed { from: name, to: "secret 1".into() },
        13 => ApplicationEvent::ApplicationSecretDeleted { name },
        14 if dice.other == 0 => ApplicationEvent::ApplicationAccessControlChanged(AccessControl {
            enabled: true,
            user_roles: roles,
            ..AccessControl::default()
        }),
        14 => ApplicationEvent::ApplicationRolesAssigned { roles },
        15 if dice.other == 0 => {
            ApplicationEvent::ApplicationConsentScopesRemoved(consent_scopes(name))
        }
        15 if dice.other == 1 => {
            ApplicationEvent::ApplicationConsentScopesAdded(consent_scopes(name))
        }
        15 => ApplicationEvent::ApplicationRolesUnassigned { roles },
        _ => ApplicationEvent::ApplicationDeleted {},
    }
}

fn consent_scopes(name: String) -> ConsentScopes {
    ConsentScopes {
        user_scopes: vec![name],
        resource_scopes: vec![parsed("c", 0), parsed("c", 1)],
        ..ConsentScopes::default()
    }
}

fn resource(dice: Dice) -> ResourceEvent {
    let scope = parsed("c", dice.other);
    let (name, description) = (format!("scope {}", dice.other), None);
    match dice.kind {
        17 => ResourceEvent::ResourceCreated {
            name,
            indicator: format!("https://{}", dice.id),
            access_token_ttl_seconds: 60,
        },
        18 => {
            ResourceEvent::ResourceChanged { name: Some(name), access_token_ttl_seconds: Some(1) }
        }
        19 => ResourceEvent::ScopeCreated { scope, name, description },
        20 => ResourceEvent::ScopeChanged { scope, name: "new".into(), description },
        21 => ResourceEvent::ScopeDeleted { scope },
        _ => ResourceEvent::ResourceDeleted {},
    }
}

fn role(dice: Dice) -> RoleEvent {
    let scopes = vec![parsed("c", dice.other)];
    let (name, description) = (format!("role {}", dice.id), "d".to_owned());
    match dice.kind {
        23 => RoleEvent::RoleCreated {
            name,
            description,
            role_type: RoleType::User,
            is_default: true,
            scopes,
        },
        24 => RoleEvent::RoleChanged { name, description, is_default: false },
        25 => RoleEvent::RoleScopesGranted { scopes },
        26 => RoleEvent::RoleScopesRevoked { scopes },
        _ => RoleEvent::RoleDeleted {},
    }
}

fn organization_role(dice: Dice) -> OrganizationRoleEvent {
    let resource_scopes = vec![parsed("c", dice.other), parsed("c", 0)];
    let (name, role_type) = (format!("role {}", dice.other), RoleType::User);
    match dice.kind {
        28 => OrganizationRoleEvent::OrganizationRoleCreated {
            name,
            description: None,
            role_type,
            scopes: vec![parsed("c", dice.other)],
            resource_scopes,
        },
        29 => OrganizationRoleEvent::OrganizationRoleChanged { name, description: None, role_type },
        30 => OrganizationRoleEvent::OrganizationRoleResourceScopesSet { resource_scopes },
        _ => OrganizationRoleEvent::OrganizationRoleDeleted {},
    }
}

pub(super) fn session(dice: Dice) -> SessionEvent {
    if dice.kind != 32 {
        return SessionEvent::SessionEnded { reason: SessionEnding::SignedOut };
    }
    SessionEvent::SessionStarted {
        continues: None,
        user: parsed("u", dice.other),
        interaction: parsed("i", dice.other),
        application: parsed("a", dice.other),
        secret_sha256: "n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg".into(),
        amr: vec!["pwd".into()],
        authenticated_at: UnixMillis(START + i64::from(dice.id)),
        expires_at: UnixMillis(START + 1_000_000),
        personal: personal(dice, events::SessionOrigin::default()),
    }
}

pub(super) fn grant(dice: Dice) -> GrantEvent {
    if dice.kind != 34 {
        return GrantEvent::GrantRevoked { reason: GrantRevocation::CodeReused };
    }
    GrantEvent::GrantCreated {
        kind: GrantKind::AuthorizationCode,
        user: parsed("u", dice.other),
        application: parsed("a", dice.other),
        session: Some(parsed("s", dice.id)),
        scope: vec!["openid".into(), "profile".into(), "email".into()],
        resources: BTreeMap::new(),
        ends_with_session: dice.is_erased,
        nonce: None,
        authenticated_at: UnixMillis(START),
        requires_auth_time: false,
        granted_at: UnixMillis(START + i64::from(dice.id)),
        expires_at: UnixMillis(START + 1_000_000),
        dpop_jkt: None,
    }
}

pub(super) fn token(dice: Dice) -> AccessTokenEvent {
    let (audience, kid) = ("https://shop".into(), "k1".into());
    AccessTokenEvent::AccessTokenIssued {
        grant: parsed("g", dice.other),
        user: parsed("u", dice.other),
        application: parsed("a", dice.other),
        form: if dice.is_erased {
            AccessTokenForm::Jwt { audience, kid }
        } else {
            AccessTokenForm::Opaque { sha256: "n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFb".into() }
        },
        scope: vec!["openid".into(), "profile".into()],
        organization: None,
        actor: None,
        dpop_jkt: None,
        issued_at: UnixMillis(START),
        expires_at: UnixMillis(START + 3_600_000),
        personal: None,
    }
}

pub(super) fn machine_grant(dice: Dice) -> MachineGrantEvent {
    MachineGrantEvent::MachineTokenIssued {
        application: parsed("a", dice.other),
        audience: "https://shop".into(),
        scope: vec!["all".into()],
        organization: None,
        dpop_jkt: None,
        kid: "k1".into(),
        issued_at: UnixMillis(START),
        expires_at: UnixMillis(START + 3_600_000),
    }
}

fn signing_key(dice: Dice) -> SigningKeyEvent {
    let key = parsed("k", dice.id);
    match (dice.kind, dice.other % 4) {
        (38, _) => SigningKeyEvent::SigningKeyGenerated {
            key,
            algorithm: SigningAlgorithm::EdDSA,
            public_jwk: serde_json::json!({}),
            personal: personal(dice, SigningKeyMaterial { pkcs8: "p".into() }),
        },
        (_, 0) => SigningKeyEvent::SigningKeyPromoted { key },
        (_, 1) => SigningKeyEvent::SigningKeyRetired { key },
        (_, 2) => SigningKeyEvent::SigningKeyScheduled { key, effective_at: UnixMillis(START) },
        _ => SigningKeyEvent::SigningKeyDeleted { key },
    }
}

fn cookie_key(dice: Dice) -> CookieKeyEvent {
    let key = parsed("k", dice.id);
    if dice.other.is_multiple_of(3) {
        return CookieKeyEvent::CookieKeyDeleted { key };
    }
    let personal = personal(dice, CookieKeyMaterial { secret: "s".into() });
    CookieKeyEvent::CookieKeyGenerated { key, personal }
}

fn tenant(dice: Dice) -> TenantEvent {
    if dice.kind == 41 {
        return TenantEvent::TenantCreated { name: "Ours".into() };
    }
    let resource = (!dice.is_erased).then(|| parsed("x", dice.other));
    TenantEvent::DefaultResourceChosen { resource }
}
