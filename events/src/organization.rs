//! What can happen to an organization: a group of people and machines with roles of its own.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What can happen to an organization.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum OrganizationEvent {
    /// The organization exists from here on.
    #[serde(rename = "OrganizationCreated.v1")]
    OrganizationCreated {
        /// Everything that can change.
        settings: OrganizationSettings,
    },
    /// Settings changed.
    #[serde(rename = "OrganizationChanged.v1")]
    OrganizationChanged {
        /// The changed members with their whole new values.
        change: OrganizationChange,
    },
    /// The organization is gone, and with it every membership.
    #[serde(rename = "OrganizationDeleted.v1")]
    OrganizationDeleted {},
}

/// Everything about an organization that can change.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct OrganizationSettings {
    /// Name shown to people.
    pub name: String,
    /// For people.
    pub description: Option<String>,
    /// Whatever the administrator keeps with the organization.
    pub custom_data: Map<String, Value>,
    /// Whether members without a second factor get no organization token.
    pub is_mfa_required: bool,
    /// Colours of its sign-in pages, members as in the Management API.
    pub color: Map<String, Value>,
    /// Logos of its sign-in pages, members as in the Management API.
    pub branding: Map<String, Value>,
    /// Style sheet of its sign-in pages.
    pub custom_css: Option<String>,
}

/// Whole new values of changed members.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct OrganizationChange {
    /// New name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// New description; `Some(None)` clears it.
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub description: Option<Option<String>>,
    /// New custom data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_data: Option<Map<String, Value>>,
    /// Whether members need a second factor from now on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_mfa_required: Option<bool>,
    /// New colours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub color: Option<Map<String, Value>>,
    /// New logos.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branding: Option<Map<String, Value>>,
    /// New style sheet; `Some(None)` clears it.
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub custom_css: Option<Option<String>>,
}

fn present<'de, D: serde::Deserializer<'de>>(input: D) -> Result<Option<Option<String>>, D::Error> {
    Option::<String>::deserialize(input).map(Some)
}
