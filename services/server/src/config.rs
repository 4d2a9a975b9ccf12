//! Configuration: a TOML file, then `EVIDENT_…` variables, then flags; checked once, at start.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
};

use figment::{
    Figment,
    providers::{Env, Format, Serialized, Toml},
};
use serde::{Deserialize, Serialize};

/// Everything an operator can set.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Folder of the log, the keys and the views.
    pub data: PathBuf,
    /// Address of the tenant `default`.
    pub listen: SocketAddr,
    /// Public URL of the tenant `default`, without a trailing slash; `http://<listen>` if absent.
    pub endpoint: Option<String>,
    /// Address of the tenant `admin`; not served if absent.
    pub admin_listen: Option<SocketAddr>,
    /// Public URL of the tenant `admin`.
    pub admin_endpoint: Option<String>,
    /// Base64 of the 32-byte key that wraps all others; `<data>/master.key` if absent.
    pub master_key: Option<String>,
    /// Target of every password hash.
    pub password: PasswordConfig,
    /// What is logged, in the syntax of `tracing_subscriber::EnvFilter`.
    pub log: String,
    /// One JSON object per log line.
    pub log_json: bool,
}

/// Argon2id parameters and the pool that computes them.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasswordConfig {
    /// Memory of one hash, KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub iterations: u32,
    /// Lanes.
    pub lanes: u32,
    /// Hashes at the same time; the number of processors if 0.
    pub workers: usize,
    /// Sign-ins that may wait for a worker; more are answered 503.
    pub queue: usize,
}

/// A configuration that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The sources do not fit together.
    #[error("the configuration cannot be read")]
    Read(#[source] Box<figment::Error>),
    /// An endpoint is no usable URL.
    #[error("`{0}` must be an http or https URL without path, query or trailing slash")]
    Endpoint(String),
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data: "evident-data".into(),
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 3001),
            endpoint: None,
            admin_listen: None,
            admin_endpoint: None,
            master_key: None,
            password: PasswordConfig {
                memory_kib: 19_456,
                iterations: 2,
                lanes: 1,
                workers: 0,
                queue: 256,
            },
            log: "info,request=warn".into(),
            log_json: false,
        }
    }
}

impl Config {
    /// Reads and checks: defaults, `file`, environment, then `flags` (any serializable subset).
    ///
    /// # Errors
    /// [`ConfigError`] names what is wrong.
    pub fn load(file: Option<&Path>, flags: impl Serialize) -> Result<Self, ConfigError> {
        let mut figment = Figment::from(Serialized::defaults(Self::default()));
        if let Some(file) = file {
            figment = figment.merge(Toml::file_exact(file));
        }
        let config: Self = figment
            .merge(Env::prefixed("EVIDENT_").filter(is_ours).split("__"))
            .merge(Serialized::defaults(flags))
            .extract()
            .map_err(|error| ConfigError::Read(Box::new(error)))?;
        check_endpoint(&config.endpoint())?;
        config.admin_endpoint().as_deref().map_or(Ok(()), check_endpoint)?;
        Ok(config)
    }

    /// Public URL of the tenant `default`.
    pub fn endpoint(&self) -> String {
        self.endpoint.clone().unwrap_or_else(|| format!("http://{}", self.listen))
    }

    /// Public URL of the tenant `admin`, if it is served.
    pub fn admin_endpoint(&self) -> Option<String> {
        let listen = self.admin_listen?;
        Some(self.admin_endpoint.clone().unwrap_or_else(|| format!("http://{listen}")))
    }
}

/// Whether a variable is a setting; others with the prefix are somebody else's, for instance those
/// that Kubernetes makes for a service of the name.
fn is_ours(name: &figment::value::UncasedStr) -> bool {
    const SETTINGS: [&str; 9] = [
        "data",
        "listen",
        "endpoint",
        "admin_listen",
        "admin_endpoint",
        "master_key",
        "password",
        "log",
        "log_json",
    ];
    let first = name.as_str().split("__").next().unwrap_or_default();
    SETTINGS.iter().any(|setting| setting.eq_ignore_ascii_case(first))
}

fn check_endpoint(endpoint: &str) -> Result<(), ConfigError> {
    let wrong = || ConfigError::Endpoint(endpoint.to_owned());
    let url = url::Url::parse(endpoint).map_err(|_| wrong())?;
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let http = matches!(url.scheme(), "http" | "https") && url.has_host();
    if bare && http && !endpoint.ends_with('/') && url.username().is_empty() {
        Ok(())
    } else {
        Err(wrong())
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Config")
            .field("data", &self.data)
            .field("listen", &self.listen)
            .field("endpoint", &self.endpoint())
            .field("admin_listen", &self.admin_listen)
            .field("admin_endpoint", &self.admin_endpoint())
            .field("master_key", &self.master_key.as_ref().map(|_| "redacted"))
            .field("password", &self.password)
            .field("log", &self.log)
            .field("log_json", &self.log_json)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_wins_and_a_bad_endpoint_is_refused() {
        let flags = serde_json::json!({"endpoint": "https://id.example.com"});
        let config = Config::load(None, flags).unwrap();
        assert_eq!(config.endpoint(), "https://id.example.com");
        for endpoint in ["ftp://x", "https://x/", "https://x/y", "x", "https://a@x", "https://x?q"]
        {
            let flags = serde_json::json!({ "endpoint": endpoint });
            assert!(
                matches!(Config::load(None, flags), Err(ConfigError::Endpoint(_))),
                "{endpoint}"
            );
        }
    }

    #[test]
    fn a_printed_configuration_shows_no_master_key() {
        let config = Config { master_key: Some("c2VjcmV0".into()), ..Config::default() };
        assert!(!format!("{config:?}").contains("c2VjcmV0"));
    }
}
