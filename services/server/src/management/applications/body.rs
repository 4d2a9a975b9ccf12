//! What a request says about an application, turned into what is recorded.

use events::{ApplicationChange, ApplicationSettings, ApplicationType};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::metadata::{CustomClientMetadata, OidcClientMetadata};
use crate::http::{
    body::{check_length, clearable, solid},
    error::ApiError,
};

/// Most characters of a name.
pub(super) const NAME_CHARACTERS_MAX: usize = 256;
/// Most characters of a description.
const DESCRIPTION_CHARACTERS_MAX: usize = 65_536;

/// Every type that the contract knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(super) enum WireType {
    /// Installed on a device.
    Native,
    /// Runs in a browser.
    #[serde(rename = "SPA")]
    Spa,
    /// Runs on a server and signs users in.
    Traditional,
    /// Runs on a server and acts for itself.
    MachineToMachine,
    /// Behind a proxy at the edge, which does not exist here.
    Protected,
    /// A service provider of SAML, which has routes of its own.
    #[serde(rename = "SAML")]
    Saml,
}

impl WireType {
    /// The type as it is recorded; `None` for those that are not applications of OpenID Connect.
    pub(super) fn recorded(self) -> Option<ApplicationType> {
        match self {
            Self::Native => Some(ApplicationType::Native),
            Self::Spa => Some(ApplicationType::Spa),
            Self::Traditional => Some(ApplicationType::Traditional),
            Self::MachineToMachine => Some(ApplicationType::MachineToMachine),
            Self::Protected | Self::Saml => None,
        }
    }
}

/// Body of `POST /applications`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CreateApplicationBody {
    name: String,
    #[serde(rename = "type")]
    application_type: WireType,
    #[serde(default, deserialize_with = "clearable")]
    description: Option<Option<String>>,
    #[serde(default, deserialize_with = "solid")]
    oidc_client_metadata: Option<OidcClientMetadata>,
    #[serde(default, deserialize_with = "solid")]
    custom_client_metadata: Option<CustomClientMetadata>,
    #[serde(default, deserialize_with = "solid")]
    custom_data: Option<Map<String, Value>>,
    #[serde(default, deserialize_with = "solid")]
    is_third_party: Option<bool>,
    protected_app_metadata: Option<Value>,
}

/// A new application, as it will be recorded.
#[derive(Debug)]
pub(super) struct NewApplication {
    /// Kind of client.
    pub application_type: ApplicationType,
    /// Whether somebody else runs it.
    pub is_third_party: bool,
    /// Everything that can change.
    pub settings: ApplicationSettings,
}

impl CreateApplicationBody {
    /// Checks every member.
    ///
    /// # Errors
    /// 400 `guard.invalid_input`; the types that cannot be created here have their own codes.
    pub(super) fn try_into_application(self) -> Result<NewApplication, ApiError> {
        let is_third_party = self.is_third_party.unwrap_or(false);
        let application_type = self.application_type()?;
        check_name(&self.name)?;
        check_description(self.description.as_ref())?;
        let settings = ApplicationSettings {
            name: self.name,
            description: self.description.flatten(),
            oidc_client_metadata: self
                .oidc_client_metadata
                .unwrap_or_default()
                .try_into_members()?,
            custom_client_metadata: self
                .custom_client_metadata
                .unwrap_or_default()
                .try_into_members()?,
            custom_data: self.custom_data.unwrap_or_default(),
        };
        Ok(NewApplication { application_type, is_third_party, settings })
    }

    fn application_type(&self) -> Result<ApplicationType, ApiError> {
        let (status, code, message) = match (self.application_type, &self.protected_app_metadata) {
            (WireType::Saml, _) => {
                (400, "application.saml.use_saml_app_api", "SAML applications have their own API.")
            }
            (WireType::Protected, None) => (
                400,
                "application.protected_app_metadata_is_required",
                "A protected application needs its metadata.",
            ),
            (WireType::Protected, Some(_)) => (
                501,
                "application.protected_app_not_configured",
                "This server has no proxy for protected applications.",
            ),
            (
                WireType::Native
                | WireType::Spa
                | WireType::Traditional
                | WireType::MachineToMachine,
                _,
            ) => (400, "guard.invalid_input", "This type is not known."),
        };
        self.application_type.recorded().ok_or_else(|| error(status, code, message))
    }
}

/// Body of `PATCH /applications/{id}`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ChangeApplicationBody {
    #[serde(default, deserialize_with = "solid")]
    name: Option<String>,
    #[serde(default, deserialize_with = "clearable")]
    description: Option<Option<String>>,
    #[serde(default, deserialize_with = "solid")]
    oidc_client_metadata: Option<OidcClientMetadata>,
    #[serde(default, deserialize_with = "solid")]
    custom_client_metadata: Option<CustomClientMetadata>,
    #[serde(default, deserialize_with = "solid")]
    custom_data: Option<Map<String, Value>>,
    #[serde(default, deserialize_with = "solid")]
    pub app_level_access_control_enabled: Option<bool>,
    #[serde(default, deserialize_with = "solid")]
    is_admin: Option<bool>,
    protected_app_metadata: Option<Value>,
}

impl ChangeApplicationBody {
    /// Checks every member.
    ///
    /// # Errors
    /// 400 `guard.invalid_input`; 400 `application.protected_application_only`; 422
    /// `entity.invalid_input` for nothing to change; 500 `entity.not_exists` for `isAdmin`, whose role does not exist.
    pub(super) fn try_into_change(self) -> Result<ApplicationChange, ApiError> {
        if self.protected_app_metadata.is_some() {
            let message = "Only protected applications have this metadata.";
            return Err(error(400, "application.protected_application_only", message));
        }
        if self.is_admin == Some(true) {
            let message = "The internal role of administrators does not exist.";
            return Err(error(500, "entity.not_exists", message));
        }
        let says_nothing_else =
            self.app_level_access_control_enabled.is_none() && self.is_admin.is_none();
        self.name.as_deref().map_or(Ok(()), check_name)?;
        check_description(self.description.as_ref())?;
        let change = ApplicationChange {
            name: self.name,
            description: self.description,
            oidc_client_metadata: self
                .oidc_client_metadata
                .map(OidcClientMetadata::try_into_members)
                .transpose()?,
            custom_client_metadata: self
                .custom_client_metadata
                .map(CustomClientMetadata::try_into_members)
                .transpose()?,
            custom_data: self.custom_data,
        };
        if change == ApplicationChange::default() && says_nothing_else {
            return Err(error(422, "entity.invalid_input", "There is nothing to change."));
        }
        Ok(change)
    }
}

fn check_name(name: &str) -> Result<(), ApiError> {
    check_length("name", name, 1..=NAME_CHARACTERS_MAX)
}

fn check_description(description: Option<&Option<String>>) -> Result<(), ApiError> {
    let text = description.and_then(Option::as_deref).unwrap_or_default();
    check_length("description", text, 0..=DESCRIPTION_CHARACTERS_MAX)
}

fn error(status: u16, code: &'static str, message: &str) -> ApiError {
    let status = axum::http::StatusCode::from_u16(status);
    ApiError::new(status.unwrap_or(axum::http::StatusCode::BAD_REQUEST), code, message)
}
