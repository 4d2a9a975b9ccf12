//! The one gate: whoever speaks for a user passes it, at every grant, at every refresh, with a session
//! or an access token. The rule is [`domain::may_act`]; here its facts are loaded from the log itself,
//! so nobody acts on what a view does not know yet.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use domain::{
    Application, ApplicationFacts, ApplicationState, Client, Consent, ConsentState, Decider,
    Denied, Facts, Membership, MembershipState, Organization, OrganizationFacts, OrganizationRole,
    OrganizationState, Role, Session, User, UserState, admits,
};
use events::{
    ApplicationId, ConsentId, MembershipId, OrganizationId, OrganizationRoleId, RoleId, SessionId,
    UnixMillis, UserId,
};
use protocol::{ClientMetadata, OAuthError, error::ErrorKind};
use store::{LogError, Work};

use crate::{
    call::Call,
    clients,
    ids::{NotAnId, parse},
    oidc::failure::OidcFailure,
};

/// Where the facts come from.
#[derive(Clone, Copy)]
pub(crate) enum Source<'a> {
    /// The log, with what a commit has decided so far.
    Work(&'a Work),
    /// The log.
    Log,
}

/// Who wants to act.
#[derive(Clone, Copy)]
pub(crate) struct Acting<'a> {
    /// The person.
    pub user: &'a UserId,
    /// When the person proved who they are or let the application in.
    pub since: UnixMillis,
    /// The session that it all ends with.
    pub session: Option<&'a SessionId>,
    /// The application through which they act.
    pub client: Option<&'a ClientMetadata>,
    /// The organization in which they act.
    pub organization: Option<&'a OrganizationId>,
}

/// What the gate found out about an application that somebody else runs.
#[derive(Clone)]
pub(crate) struct ThirdParty {
    /// The application.
    pub application: Arc<ApplicationState>,
    /// What the person lets it have.
    pub consent: Arc<ConsentState>,
}

/// Why somebody did not pass.
#[derive(Debug)]
pub(crate) enum GateError {
    /// The rule says no.
    Denied(Denied),
    /// Our machinery failed.
    Failed(OidcFailure),
}

impl From<LogError> for GateError {
    fn from(error: LogError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<NotAnId> for GateError {
    fn from(error: NotAnId) -> Self {
        Self::Failed(error.into())
    }
}

/// At the token endpoint (contract: oidc §5 and §6).
impl From<GateError> for OidcFailure {
    fn from(error: GateError) -> Self {
        match error {
            GateError::Denied(denied) => {
                tracing::info!(%denied, "turned away");
                refusal(denied).into()
            }
            GateError::Failed(failure) => failure,
        }
    }
}

/// What the token endpoint answers. One answer for all that concerns the grant itself.
fn refusal(denied: Denied) -> OAuthError {
    let denied_access = |description| OAuthError::new(ErrorKind::AccessDenied, description);
    match denied {
        Denied::UserGone
        | Denied::UserSuspended
        | Denied::SessionOver
        | Denied::ApplicationGone
        | Denied::NotConsented => OAuthError::invalid_grant(),
        Denied::NotAdmitted => denied_access("user is not allowed to access the application"),
        Denied::NotMember => {
            denied_access("user is not a member of the organization").with_status(403)
        }
        Denied::OrganizationNotGranted => {
            denied_access("organization access is not granted to the application").with_status(403)
        }
        Denied::SecondFactorMissing => {
            denied_access("organization requires MFA but user has no MFA configured")
                .with_status(403)
        }
    }
}

/// Lets somebody act, or not; tells what the person lets an application have that somebody else runs.
///
/// # Errors
/// [`GateError`]
pub(crate) async fn pass(
    call: &Call,
    source: Source<'_>,
    acting: &Acting<'_>,
) -> Result<Option<ThirdParty>, GateError> {
    let log = Loader { call, source };
    let user = log.load::<User>(acting.user).await?;
    let session = match acting.session {
        Some(session) => Some(log.load::<Session>(session).await?),
        None => None,
    };
    let application = match acting.client {
        Some(client) => Some(Through::load(&log, client, acting.user, &user).await?),
        None => None,
    };
    let organization = match acting.organization {
        Some(organization) => {
            let consent = application.as_ref().map(|through| &*through.consent);
            Some(Inside::load(&log, organization, acting.user, consent).await?)
        }
        None => None,
    };
    let facts = Facts {
        user: &user,
        since: acting.since,
        session: session.as_deref(),
        application: application.as_ref().map(Through::facts),
        organization: organization.as_ref().map(Inside::facts),
        now: call.now,
    };
    domain::may_act(&facts).map_err(GateError::Denied)?;
    Ok(application.and_then(Through::third_party))
}

impl Source<'_> {
    /// The state of a stream.
    ///
    /// # Errors
    /// [`LogError`] if it cannot be read.
    pub(crate) async fn load<D: Decider>(
        self,
        call: &Call,
        id: &D::Id,
    ) -> Result<Arc<D::State>, LogError> {
        Ok(match self {
            Self::Work(work) => work.load::<D>(id).await?.state,
            Self::Log => call.site.app().log.load::<D>(call.site.tenant(), id).await?.state,
        })
    }
}

/// Reads streams.
struct Loader<'a> {
    call: &'a Call,
    source: Source<'a>,
}

impl Loader<'_> {
    async fn load<D: Decider>(&self, id: &D::Id) -> Result<Arc<D::State>, LogError> {
        self.source.load::<D>(self.call, id).await
    }
}

/// Facts about the application.
struct Through {
    /// None = it belongs to the product.
    state: Option<Arc<ApplicationState>>,
    consent: Arc<ConsentState>,
    is_admitted: bool,
}

impl Through {
    async fn load(
        log: &Loader<'_>,
        client: &ClientMetadata,
        user: &UserId,
        person: &UserState,
    ) -> Result<Self, GateError> {
        if clients::is_built_in(&client.client_id) {
            return Ok(Self { state: None, consent: Arc::default(), is_admitted: true });
        }
        let id: ApplicationId = parse(&client.client_id)?;
        let state = log.load::<Application>(&id).await?;
        let mut through = Self { state: None, consent: Arc::default(), is_admitted: true };
        if let Some(registered) = state.client() {
            if registered.is_third_party() {
                through.consent = log.load::<Consent>(&ConsentId::new(user, &id)).await?;
            }
            if registered.access_control().enabled {
                through.is_admitted = is_admitted(log, registered, user, person).await?;
            }
        }
        through.state = Some(state);
        Ok(through)
    }

    fn facts(&self) -> ApplicationFacts<'_> {
        ApplicationFacts {
            state: self.state.as_deref(),
            consent: &self.consent,
            is_admitted: self.is_admitted,
        }
    }

    fn third_party(self) -> Option<ThirdParty> {
        let application = self.state?;
        let is_third_party = application.client().is_some_and(Client::is_third_party);
        is_third_party.then_some(ThirdParty { application, consent: self.consent })
    }
}

/// Whether access control lets the person in. Loads only what the lists name: who is on them by name
/// or by role needs no look at organizations.
async fn is_admitted(
    log: &Loader<'_>,
    client: &Client,
    user: &UserId,
    person: &UserState,
) -> Result<bool, GateError> {
    let access = client.access_control();
    let held = person.account().map(|account| account.roles());
    let listed = |role: &&RoleId| access.user_roles.contains(role);
    let mut roles = BTreeSet::new();
    for role in held.into_iter().flatten().filter(listed) {
        if log.load::<Role>(role).await?.terms().is_some() {
            roles.insert(role.clone());
        }
    }
    if admits(access, user, &roles, &BTreeMap::new()) {
        return Ok(true);
    }
    let rules = access.organization_role_rules.iter().map(|rule| &rule.organization);
    for organization in access.organizations.iter().chain(rules) {
        if let Some(held) = roles_inside(log, organization, user).await? {
            let membership = BTreeMap::from([(organization.clone(), held)]);
            if admits(access, user, &roles, &membership) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// The roles of a member of an organization; none = no member.
async fn roles_inside(
    log: &Loader<'_>,
    organization: &OrganizationId,
    user: &UserId,
) -> Result<Option<BTreeSet<OrganizationRoleId>>, GateError> {
    let membership = log.load::<Membership>(&MembershipId::of_user(organization, user)).await?;
    let Some(held) = membership.roles() else { return Ok(None) };
    if !log.load::<Organization>(organization).await?.is_present() {
        return Ok(None);
    }
    let mut roles = BTreeSet::new();
    for role in held {
        if log.load::<OrganizationRole>(role).await?.terms().is_some() {
            roles.insert(role.clone());
        }
    }
    Ok(Some(roles))
}

/// Facts about the organization.
struct Inside {
    state: Arc<OrganizationState>,
    membership: Arc<MembershipState>,
    is_consented: bool,
}

impl Inside {
    async fn load(
        log: &Loader<'_>,
        organization: &OrganizationId,
        user: &UserId,
        consent: Option<&ConsentState>,
    ) -> Result<Self, GateError> {
        let state = log.load::<Organization>(organization).await?;
        let id = MembershipId::of_user(organization, user);
        let membership = log.load::<Membership>(&id).await?;
        let is_consented =
            consent.is_some_and(|consent| consent.permits_organization(organization));
        Ok(Self { state, membership, is_consented })
    }

    fn facts(&self) -> OrganizationFacts<'_> {
        OrganizationFacts {
            state: &self.state,
            membership: &self.membership,
            is_consented: self.is_consented,
            // There is no second factor that a person could have yet.
            has_second_factor: false,
        }
    }
}
