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
    /// Public URL of the tenant `default`, without a trailing slash; `http://<listen>` if absent,
    /// or `https://<listen>` with a certificate.
    pub endpoint: Option<String>,
    /// Address of the tenant `admin`; not served if absent.
    pub admin_listen: Option<SocketAddr>,
    /// Public URL of the tenant `admin`.
    pub admin_endpoint: Option<String>,
    /// Base64 of the 32-byte key that wraps all others; `<data>/master.key` if absent.
    pub master_key: Option<String>,
    /// Certificate of the sockets; they speak plain HTTP if absent.
    pub tls: Option<TlsConfig>,
    /// Target of every password hash.
    pub password: PasswordConfig,
    /// What operators' scripts may use.
    pub scripts: ScriptConfig,
    /// Calls to addresses that somebody else named.
    pub egress: EgressConfig,
    /// What is logged, in the syntax of `tracing_subscriber::EnvFilter`.
    pub log: String,
    /// One JSON object per log line.
    pub log_json: bool,
}

/// Files of a certificate, in PEM; they are read again when they change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsConfig {
    /// The certificate and those between it and a known authority, in this order.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
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

/// Calls to addresses that somebody else named: keys of clients, back-channel logout, web-hooks.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EgressConfig {
    /// Hosts, addresses and ranges that are called although they are private.
    pub allow: Vec<String>,
}

/// What operators' scripts may use: each runs in a process of its own.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptConfig {
    /// Processes at the same time.
    pub workers: usize,
    /// Runs that may wait for a process; more are answered 503.
    pub queue: usize,
    /// Longest run, and longest wait for it, in milliseconds; at most 5,000.
    pub time_millis: u64,
    /// Heap of one run, MiB; at most 128.
    pub heap_mib: usize,
}

/// Longest run of a script that can be configured (contract: oidc §11).
const SCRIPT_MILLIS_MAX: u64 = 5_000;
/// Largest heap of a script that can be configured (contract: oidc §11).
const SCRIPT_HEAP_MIB_MAX: usize = 128;

/// A configuration that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The sources do not fit together.
    #[error("the configuration cannot be read")]
    Read(#[source] Box<figment::Error>),
    /// Scripts may take more than they can have, or nothing.
    #[error("scripts may take 1 to 5,000 ms and 1 to 128 MiB, and need at least one worker")]
    Scripts,
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
            tls: None,
            password: PasswordConfig {
                memory_kib: 19_456,
                iterations: 2,
                lanes: 1,
                workers: 0,
                queue: 256,
            },
            scripts: ScriptConfig { workers: 4, queue: 256, time_millis: 5_000, heap_mib: 64 },
            egress: EgressConfig::default(),
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
        config.scripts.check()?;
        check_endpoint(&config.endpoint())?;
        config.admin_endpoint().as_deref().map_or(Ok(()), check_endpoint)?;
        Ok(config)
    }

    /// Public URL of the tenant `default`.
    pub fn endpoint(&self) -> String {
        self.endpoint.clone().unwrap_or_else(|| self.url_of(self.listen))
    }

    /// Public URL of the tenant `admin`, if it is served.
    pub fn admin_endpoint(&self) -> Option<String> {
        let listen = self.admin_listen?;
        Some(self.admin_endpoint.clone().unwrap_or_else(|| self.url_of(listen)))
    }

    fn url_of(&self, address: SocketAddr) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{address}")
    }
}

impl ScriptConfig {
    fn check(&self) -> Result<(), ConfigError> {
        let fits = (1..=SCRIPT_MILLIS_MAX).contains(&self.time_millis)
            && (1..=SCRIPT_HEAP_MIB_MAX).contains(&self.heap_mib)
            && self.workers > 0;
        if fits { Ok(()) } else { Err(ConfigError::Scripts) }
    }
}

/// Whether a variable is a setting; others with the prefix are somebody else's, for instance those
/// that Kubernetes makes for a service of the name.
fn is_ours(name: &figment::value::UncasedStr) -> bool {
    const SETTINGS: [&str; 12] = [
        "data",
        "listen",
        "endpoint",
        "admin_listen",
        "admin_endpoint",
        "master_key",
        "tls",
        "password",
        "scripts",
        "egress",
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
            .field("tls", &self.tls)
            .field("password", &self.password)
            .field("scripts", &self.scripts)
            .field("egress", &self.egress)
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

    #[test]
    fn a_certificate_makes_an_https_endpoint_and_needs_its_key() {
        let flags = serde_json::json!({"tls": {"certificate": "c.pem", "key": "k.pem"}});
        let config = Config::load(None, flags).unwrap();
        assert_eq!(config.endpoint(), "https://127.0.0.1:3001");
        let flags = serde_json::json!({"tls": {"certificate": "c.pem"}});
        assert!(matches!(Config::load(None, flags), Err(ConfigError::Read(_))));
    }

    #[test]
    fn the_page_for_operators_tells_every_setting_and_its_variable() {
        let page =
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/configuration.md"));
        let tls = TlsConfig { certificate: "c.pem".into(), key: "k.pem".into() };
        let config = Config { tls: Some(tls), ..Config::default() };
        let all = serde_json::to_value(config).unwrap();
        for (name, value) in all.as_object().unwrap() {
            let below = value.as_object().into_iter().flatten();
            let mut names: Vec<String> =
                below.map(|(inner, _)| format!("{name}.{inner}")).collect();
            if names.is_empty() {
                names.push(name.clone());
            }
            for name in names {
                let variable = name.replace('.', "__").to_uppercase();
                let row = format!("\n| `{name}` | `EVIDENT_{variable}` |");
                assert!(page.contains(&row), "{name} is not told");
            }
        }
    }

    #[test]
    fn the_sample_of_a_configuration_is_accepted() {
        let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/evident.toml");
        let config = Config::load(Some(Path::new(sample)), serde_json::json!({})).unwrap();
        assert_eq!((config.tls, config.listen), (None, Config::default().listen));
    }
}
