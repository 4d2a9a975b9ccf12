//! What the rules know of a consent.

use std::collections::{BTreeMap, BTreeSet};

use events::{ConsentEvent, OrganizationId};

/// What a user lets a third-party application have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConsentState {
    is_given: bool,
    scope: BTreeSet<String>,
    resources: BTreeMap<String, BTreeSet<String>>,
    organizations: BTreeSet<OrganizationId>,
}

impl ConsentState {
    /// Whether the user said yes and did not take it back.
    pub fn is_given(&self) -> bool {
        self.is_given
    }

    /// Scopes of OpenID Connect that were given.
    pub fn scope(&self) -> &BTreeSet<String> {
        &self.scope
    }

    /// API resources by indicator, each with the scopes that were given.
    pub fn resources(&self) -> &BTreeMap<String, BTreeSet<String>> {
        &self.resources
    }

    /// Organizations that the application may act in.
    pub fn organizations(&self) -> &BTreeSet<OrganizationId> {
        &self.organizations
    }

    /// Whether everything asked for was given before.
    pub fn covers<'a>(
        &self,
        scope: impl IntoIterator<Item = &'a String>,
        resources: &BTreeMap<String, Vec<String>>,
    ) -> bool {
        self.is_given
            && scope.into_iter().all(|name| self.scope.contains(name))
            && resources.iter().all(|(indicator, names)| {
                let held = self.resources.get(indicator);
                held.is_some_and(|held| names.iter().all(|name| held.contains(name)))
            })
    }

    /// Whether the application may act in an organization.
    pub fn permits_organization(&self, organization: &OrganizationId) -> bool {
        self.organizations.contains(organization)
    }

    /// The yes to what was not given before; `None` if all of it was.
    pub(super) fn yes_to(
        &self,
        scope: &[String],
        resources: &BTreeMap<String, Vec<String>>,
    ) -> Option<ConsentEvent> {
        if self.covers(scope, resources) {
            return None;
        }
        let scope = crate::holding::added(&self.scope, scope.to_vec());
        let none = BTreeSet::new();
        let resources = resources.iter().filter_map(|(indicator, names)| {
            let held = self.resources.get(indicator);
            let new = crate::holding::added(held.unwrap_or(&none), names.clone());
            (held.is_none() || !new.is_empty()).then(|| (indicator.clone(), new))
        });
        Some(ConsentEvent::ConsentGiven { scope, resources: resources.collect() })
    }

    /// The consent after one more event.
    pub(super) fn after(mut self, event: &ConsentEvent) -> Self {
        match event {
            ConsentEvent::ConsentGiven { scope, resources } => {
                self.is_given = true;
                self.scope.extend(scope.iter().cloned());
                for (indicator, names) in resources {
                    let held = self.resources.entry(indicator.clone()).or_default();
                    held.extend(names.iter().cloned());
                }
            }
            ConsentEvent::ConsentOrganizationsGranted { organizations } => {
                self.organizations.extend(organizations.iter().cloned());
            }
            ConsentEvent::ConsentOrganizationsWithdrawn { organizations } => {
                self.organizations.retain(|held| !organizations.contains(held));
            }
            ConsentEvent::ConsentWithdrawn {} => return Self::default(),
        }
        self
    }
}
