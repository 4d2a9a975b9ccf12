//! What can happen to what a user lets a third-party application have.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::OrganizationId;

/// What can happen to what a user lets a third-party application have. Our own applications ask
/// nobody and never have such a stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum ConsentEvent {
    /// The user said yes to more than before.
    #[serde(rename = "ConsentGiven.v1")]
    ConsentGiven {
        /// Scopes of OpenID Connect that were not given before.
        scope: Vec<String>,
        /// API resources by indicator, each with the scopes that were not given before.
        resources: BTreeMap<String, Vec<String>>,
    },
    /// The application may act in these organizations too.
    #[serde(rename = "ConsentOrganizationsGranted.v1")]
    ConsentOrganizationsGranted {
        /// Those not granted before.
        organizations: Vec<OrganizationId>,
    },
    /// The application may not act in these organizations any more.
    #[serde(rename = "ConsentOrganizationsWithdrawn.v1")]
    ConsentOrganizationsWithdrawn {
        /// Those granted before.
        organizations: Vec<OrganizationId>,
    },
    /// The user lets the application have nothing any more, until they are asked again.
    #[serde(rename = "ConsentWithdrawn.v1")]
    ConsentWithdrawn {},
}
