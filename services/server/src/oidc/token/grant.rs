//! A grant as the token endpoint finds it in the log, and whether its user may act through it now.

use std::sync::Arc;

use domain::{Grant, GrantState};
use events::{GrantId, OrganizationId, UserId};
use protocol::{OAuthError, ScopeSet};
use store::Work;

use crate::{
    call::Call,
    oidc::{
        failure::OidcResult,
        token::{
            Asking,
            gate::{self, Acting, Source, ThirdParty},
        },
    },
};

/// A grant that is there; whether it still stands is for its own rules to say.
pub(super) struct Granted {
    state: Arc<GrantState>,
    user: UserId,
    scope: ScopeSet,
}

impl Granted {
    /// Loads a grant inside a commit.
    ///
    /// # Errors
    /// `invalid_grant` if there is none.
    pub(super) async fn load(work: &Work, id: &GrantId) -> OidcResult<Self> {
        let state = work.load::<Grant>(id).await?.state;
        let user = state.user().ok_or_else(OAuthError::invalid_grant)?.clone();
        let scope = ScopeSet::try_from_names(state.scope().iter().map(String::as_str))
            .map_err(|_| OAuthError::invalid_grant())?;
        Ok(Self { state, user, scope })
    }

    /// What the rules know of it.
    pub(super) fn state(&self) -> &GrantState {
        &self.state
    }

    /// Whose it is.
    pub(super) fn user(&self) -> &UserId {
        &self.user
    }

    /// Its scopes of OpenID Connect.
    pub(super) fn scope(&self) -> &ScopeSet {
        &self.scope
    }

    /// Passes the gate, in an organization if one is asked for.
    ///
    /// # Errors
    /// `invalid_grant` or `access_denied`.
    pub(super) async fn pass(
        &self,
        call: &Call,
        work: &Work,
        asking: &Asking<'_>,
        organization: Option<&OrganizationId>,
    ) -> OidcResult<Option<ThirdParty>> {
        let acting = Acting {
            user: &self.user,
            since: self.state.granted_at().unwrap_or_default(),
            session: self.state.session().filter(|_| self.state.ends_with_session()),
            client: Some(asking.client),
            organization,
        };
        Ok(gate::pass(call, Source::Work(work), &acting).await?)
    }
}

/// Scopes of OpenID Connect and of every granted resource together.
pub(super) fn whole_scope(granted: &Granted) -> ScopeSet {
    let names = granted.state.resources().into_iter().flatten().flat_map(|(_, names)| names);
    let others = ScopeSet::try_from_names(names.map(String::as_str));
    others.map_or_else(|_| granted.scope.clone(), |others| granted.scope.union(&others))
}
