//! What a third-party application asks a person for, and what the person has said to it. Our own
//! applications ask nobody.
//!
//! What the application may not ask for at all, and what the person does not have, is left out
//! without a word, so that no request of a registered application fails here.

mod asked;
mod give;
mod missing;

use std::collections::BTreeMap;

use domain::{Consent, ConsentState};
use events::{ApplicationId, ConsentId, UserId};
use protocol::{
    ScopeSet,
    authorization_request::{AuthorizationRequest, Prompt},
};

pub(crate) use self::{
    give::give,
    missing::{Missing, MissingResource, missing},
};
use crate::{call::Call, clients::Client, ids::parse, oidc::failure::OidcResult};

/// Who asks whom for what.
#[derive(Clone, Copy)]
pub(crate) struct Asking<'a> {
    /// The application.
    pub client: &'a Client,
    /// Its request.
    pub request: &'a AuthorizationRequest,
    /// The person.
    pub user: &'a UserId,
}

/// What a grant can hold: scopes of OpenID Connect, and API resources with their scopes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Asked {
    /// Scopes of OpenID Connect, in the order asked for.
    pub scope: Vec<String>,
    /// API resources by indicator, each with the scopes asked for.
    pub resources: BTreeMap<String, Vec<String>>,
}

impl Asking<'_> {
    /// Names the person's consent.
    ///
    /// # Errors
    /// Only failures of the machinery: the client's id was registered.
    pub(crate) fn id(&self) -> OidcResult<ConsentId> {
        let application: ApplicationId = parse(&self.client.metadata.client_id)?;
        Ok(ConsentId::new(self.user, &application))
    }

    /// What the application asks for, cut to what it may and what the person has.
    ///
    /// # Errors
    /// Only failures of the machinery.
    pub(crate) fn asked(&self, call: &Call) -> OidcResult<Asked> {
        let scope = self.request.scope.oidc_part().iter().map(str::to_owned).collect();
        let wanted = self.request.scope.resource_part();
        let mut resources = BTreeMap::new();
        for indicator in &self.request.resources {
            let names = if self.client.metadata.is_third_party {
                asked::listed(call, self, indicator, &wanted)?
            } else {
                Some(known(call, indicator, &wanted)?)
            };
            if let Some(names) = names {
                resources.insert(indicator.clone(), names);
            }
        }
        Ok(Asked { scope, resources })
    }

    /// Whether the person has to be asked first. `has_consented`: they said yes in this visit.
    ///
    /// # Errors
    /// Only failures of the machinery.
    pub(crate) async fn is_due(&self, call: &Call, has_consented: bool) -> OidcResult<bool> {
        if !self.client.metadata.is_third_party {
            return Ok(false);
        }
        if self.request.prompts.has(Prompt::Consent) && !has_consented {
            return Ok(true);
        }
        let asked = self.asked(call)?;
        let log = &call.site.app().log;
        let consent = log.load::<Consent>(call.site.tenant(), &self.id()?).await?.state;
        Ok(!consent.covers(&asked.scope, &asked.resources))
    }
}

impl Asked {
    /// Only what was consented to.
    #[must_use]
    pub(crate) fn within(self, consent: &ConsentState) -> Self {
        let Self { mut scope, resources } = self;
        scope.retain(|name| consent.scope().contains(name));
        let held = consent.resources();
        let resources = resources.into_iter().filter_map(|(indicator, mut names)| {
            let held = held.get(&indicator)?;
            names.retain(|name| held.contains(name));
            Some((indicator, names))
        });
        Self { scope, resources: resources.collect() }
    }
}

/// Those of the wanted scopes that a resource has; unknown names are passed over.
fn known(call: &Call, indicator: &str, wanted: &ScopeSet) -> OidcResult<Vec<String>> {
    let resources = call.site.resources()?;
    let names = resources.scope_names(indicator);
    Ok(wanted.iter().filter(|name| names.contains(name)).map(str::to_owned).collect())
}
