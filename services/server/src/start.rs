//! From a configuration to a running product: data folder, log, views, reactors, sites, sockets.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Context as _;
use crypto::Random;
use events::{TenantId, UnixMillis};
use projections::{Catalogue, Options, Views};
use store::{DataFolder, Embedded, KeyStore, Log, master_key};
use tokio::{net::TcpListener, runtime::Handle, sync::watch};

use crate::{
    bootstrap::{self, ManagementClient},
    claims_script,
    cli::SCRIPT_WORKER,
    clock::Clock,
    config::Config,
    egress::Egress,
    feed::LogSource,
    passwords::PasswordPool,
    private_file,
    reactors::{self, Reactors},
    router::router,
    serve::serve,
    site::{App, Site},
    tls::Tls,
};

/// The tenant of the product's users.
pub const DEFAULT_TENANT: &str = "default";
/// The tenant of the people who administer tenants.
pub const ADMIN_TENANT: &str = "admin";

/// An opened data folder with everything that reads and writes it.
pub struct Product {
    /// What the whole process shares.
    pub app: Arc<App>,
    /// The site of the tenant `default`.
    pub site: Site,
    /// The site of the tenant `admin`.
    pub admin_site: Site,
    /// Whether the tenant `default` was set up just now.
    pub is_new: bool,
    folder: DataFolder,
    reactors: Reactors,
}

/// Opens the log of a data folder.
///
/// # Errors
/// Whatever cannot be opened, by name.
pub fn open_log(config: &Config, folder: &DataFolder, random: &Random) -> anyhow::Result<Log> {
    let master = match &config.master_key {
        Some(text) => master_key::from_text(text),
        None => master_key::load_or_create(&folder.master_key(), random),
    };
    let master = master.context("the master key cannot be read")?;
    let keys = KeyStore::open(&folder.keys(), master, random.clone());
    let keys = keys.context("the key store cannot be opened")?;
    let engine = Embedded::open(&folder.log()).context("the log cannot be opened")?;
    Ok(Log::new(Arc::new(engine), keys, random.clone()))
}

/// Opens a data folder, sets up tenants that are missing, starts views and reactors.
///
/// # Errors
/// Whatever cannot be opened or started, by name.
pub async fn open(config: Config, clock: Clock, random: Random) -> anyhow::Result<Product> {
    let folder = DataFolder::open(&config.data)?;
    let log = open_log(&config, &folder, &random)?;
    let tenant: TenantId = DEFAULT_TENANT.parse()?;
    let admin: TenantId = ADMIN_TENANT.parse()?;
    let endpoint = config.endpoint();
    let admin_endpoint = config.admin_endpoint().unwrap_or_else(|| endpoint.clone());
    let seeding = Seeding { log: &log, random: &random, now: clock.now() };
    let is_new = seeding.tenant(&tenant, &endpoint, &folder.management()).await?;
    seeding.tenant(&admin, &admin_endpoint, &admin_management(&folder)).await?;
    let source = Arc::new(LogSource::new(log.clone(), Handle::current()));
    let options = Options { catalogue: Catalogue::standard() };
    let views = folder.views();
    let views = tokio::task::spawn_blocking(move || Views::open(&views, source, options)).await?;
    let app = Arc::new(App {
        egress: Egress::try_new(&config.egress.allow)?,
        passwords: PasswordPool::try_new(&config.password, random.clone())?,
        scripts: script::Pool::new(
            script::Program::this(SCRIPT_WORKER),
            claims_script::settings(&config.scripts),
        ),
        views: views.context("the views cannot be opened")?,
        log,
        random,
        clock,
        config,
    });
    let site = Site::open(app.clone(), tenant, &endpoint).await?;
    let admin_site = Site::open(app.clone(), admin, &admin_endpoint).await?;
    site.trust_console(admin_site.clone());
    let reactors = reactors::start(&app, vec![site.clone(), admin_site.clone()])?;
    Ok(Product { app, site, admin_site, is_new, folder, reactors })
}

impl Product {
    /// Where the management client of a new data folder is noted, readable by its owner alone.
    pub fn management_file(&self) -> PathBuf {
        self.folder.management()
    }

    /// The same of the tenant `admin`.
    pub fn admin_management_file(&self) -> PathBuf {
        admin_management(&self.folder)
    }

    /// Serves until `stop` says so, then finishes what is under way.
    ///
    /// # Errors
    /// An address that cannot be had, a certificate that cannot be used.
    pub async fn serve(self, stop: watch::Receiver<bool>) -> anyhow::Result<()> {
        let tls = match &self.app.config.tls {
            Some(files) => Some(Arc::new(Tls::open(files).context("TLS cannot be set up")?)),
            None => None,
        };
        if let Some(tls) = &tls {
            tokio::spawn(Arc::clone(tls).follow(stop.clone()));
        }
        let listener = listen(self.app.config.listen).await?;
        let admin = match self.app.config.admin_listen {
            Some(address) => Some(listen(address).await?),
            None => None,
        };
        tracing::info!(
            address = %listener.local_addr()?, endpoint = self.site.endpoint(), "serving"
        );
        let main = serve(listener, router(self.site.clone()), tls.clone(), stop.clone());
        match admin {
            None => main.await,
            Some(admin) => {
                let admin = serve(admin, router(self.admin_site.clone()), tls, stop);
                tokio::join!(main, admin);
            }
        }
        self.reactors.finish().await;
        Ok(())
    }
}

fn admin_management(folder: &DataFolder) -> PathBuf {
    folder.path().join("management-admin.json")
}

/// What setting up a tenant needs.
struct Seeding<'a> {
    log: &'a Log,
    random: &'a Random,
    now: UnixMillis,
}

impl Seeding<'_> {
    /// Sets up a tenant that is not there yet. Its management client is noted in `file` first: after
    /// a crash in between the next start makes and notes another.
    async fn tenant(&self, tenant: &TenantId, endpoint: &str, file: &Path) -> anyhow::Result<bool> {
        if bootstrap::exists(self.log, tenant).await? {
            return Ok(false);
        }
        let client = ManagementClient::new(self.random);
        let note = serde_json::json!({
            "endpoint": endpoint,
            "token_endpoint": format!("{endpoint}/oidc/token"),
            "resource": format!("https://{tenant}.logto.app/api"),
            "client_id": client.id,
            "client_secret": client.secret,
        });
        private_file::write(file, &serde_json::to_vec_pretty(&note)?)
            .with_context(|| format!("{} cannot be written", file.display()))?;
        bootstrap::tenant(self.log, self.random, self.now, tenant, &client).await?;
        Ok(true)
    }
}

async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("{address} cannot be listened on"))
}
