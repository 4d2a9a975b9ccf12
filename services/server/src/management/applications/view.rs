//! An application as the Management API shows it (contract: management-20-applications §1 and §5).

use events::{ApplicationType, TenantId};
use projections::{ApplicationRow, ApplicationSecretRow};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::clients::{DEMO_APP, DEMO_APP_NAME, DEVICE_DEMO_APP, DEVICE_DEMO_APP_NAME};

/// An application.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ApplicationView {
    tenant_id: String,
    id: String,
    name: String,
    description: Option<String>,
    #[serde(rename = "type")]
    application_type: ApplicationType,
    oidc_client_metadata: Map<String, Value>,
    custom_client_metadata: Map<String, Value>,
    protected_app_metadata: Option<Value>,
    custom_data: Map<String, Value>,
    is_third_party: bool,
    app_level_access_control_enabled: bool,
    created_at: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_admin: Option<bool>,
}

impl ApplicationView {
    /// A registered application.
    pub(crate) fn new(tenant: &TenantId, row: ApplicationRow) -> Self {
        Self {
            tenant_id: tenant.to_string(),
            id: row.id.to_string(),
            name: row.name,
            description: row.description,
            application_type: row.application_type,
            oidc_client_metadata: row.oidc_client_metadata,
            custom_client_metadata: row.custom_client_metadata,
            protected_app_metadata: None,
            custom_data: row.custom_data,
            is_third_party: row.is_third_party,
            app_level_access_control_enabled: row.access_control.enabled,
            created_at: row.created_at,
            is_admin: None,
        }
    }

    /// The built-in application of that id, whose pages live at `endpoint`.
    pub(crate) fn built_in(tenant: &TenantId, id: &str, endpoint: &str) -> Option<Self> {
        let (name, application_type, uris) = match id {
            DEMO_APP => (DEMO_APP_NAME, ApplicationType::Spa, vec![format!("{endpoint}/{id}")]),
            "account-center" => ("Account Center", ApplicationType::Spa, vec![]),
            DEVICE_DEMO_APP => (DEVICE_DEMO_APP_NAME, ApplicationType::Native, vec![]),
            _ => return None,
        };
        let custom =
            (id == DEVICE_DEMO_APP).then(|| ("isDeviceFlow".to_owned(), Value::Bool(true)));
        let uris = json!(uris);
        let metadata = [("redirectUris", uris.clone()), ("postLogoutRedirectUris", uris)];
        Some(Self {
            tenant_id: tenant.to_string(),
            id: id.to_owned(),
            name: name.to_owned(),
            description: None,
            application_type,
            oidc_client_metadata: metadata
                .map(|(key, value)| (key.to_owned(), value))
                .into_iter()
                .collect(),
            custom_client_metadata: custom.into_iter().collect(),
            protected_app_metadata: None,
            custom_data: Map::new(),
            is_third_party: false,
            app_level_access_control_enabled: false,
            created_at: 0,
            is_admin: None,
        })
    }

    /// With the word whether it administers the tenant through the internal role, which does not
    /// exist here: the management role takes its place.
    #[must_use]
    pub(crate) fn with_is_admin(self) -> Self {
        Self { is_admin: Some(false), ..self }
    }
}

/// A secret of an application; administrators can read it again.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SecretView {
    tenant_id: String,
    application_id: String,
    name: String,
    value: Option<String>,
    created_at: i64,
    expires_at: Option<i64>,
}

impl SecretView {
    /// A secret of the application of that id.
    pub(crate) fn new(tenant: &TenantId, application: &str, row: ApplicationSecretRow) -> Self {
        Self {
            tenant_id: tenant.to_string(),
            application_id: application.to_owned(),
            name: row.name,
            value: row.value,
            created_at: row.created_at,
            expires_at: row.expires_at,
        }
    }
}
