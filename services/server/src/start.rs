//! From a configuration to a running product: data folder, log, views, reactors, sites, sockets.

use std::{net::SocketAddr, path::PathBuf, sync::Arc};

use anyhow::Context as _;
use crypto::Random;
use events::TenantId;
use projections::{Catalogue, Options, Views};
use store::{DataFolder, Embedded, KeyStore, Log, master_key};
use tokio::{net::TcpListener, runtime::Handle, sync::watch};

use crate::{
    bootstrap::{self, ManagementClient},
    clock::Clock,
    config::Config,
    feed::LogSource,
    passwords::PasswordPool,
    reactors,
    router::router,
    serve::serve,
    site::{App, Site},
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
    /// The management client, if the tenant `default` was set up just now.
    pub created: Option<ManagementClient>,
    folder: DataFolder,
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
    let created = bootstrap::tenant(&log, &random, clock.now(), &tenant).await?;
    bootstrap::tenant(&log, &random, clock.now(), &admin).await?;
    let source = Arc::new(LogSource::new(log.clone(), Handle::current()));
    let options = Options { catalogue: Catalogue::standard(), ..Options::default() };
    let views = folder.views();
    let views = tokio::task::spawn_blocking(move || Views::open(&views, source, options)).await?;
    let app = Arc::new(App {
        passwords: PasswordPool::try_new(&config.password, random.clone())?,
        views: views.context("the views cannot be opened")?,
        log,
        random,
        clock,
        config,
    });
    reactors::start(&app)?;
    let endpoint = app.config.endpoint();
    let admin_endpoint = app.config.admin_endpoint().unwrap_or_else(|| endpoint.clone());
    let site = Site::open(app.clone(), tenant, &endpoint).await?;
    let admin_site = Site::open(app.clone(), admin, &admin_endpoint).await?;
    let product = Product { app, site, admin_site, created, folder };
    product.note_management_client()?;
    Ok(product)
}

impl Product {
    /// Where the management client of a new data folder is noted, readable by its owner alone.
    pub fn management_file(&self) -> PathBuf {
        self.folder.management()
    }

    fn note_management_client(&self) -> anyhow::Result<()> {
        let Some(client) = &self.created else { return Ok(()) };
        let note = serde_json::json!({
            "endpoint": self.site.endpoint(),
            "token_endpoint": format!("{}/token", self.site.issuer()),
            "resource": self.site.management_indicator(),
            "client_id": client.id,
            "client_secret": client.secret,
        });
        let path = self.management_file();
        crate::private_file::write(&path, &serde_json::to_vec_pretty(&note)?)
            .with_context(|| format!("{} cannot be written", path.display()))
    }

    /// Serves until `stop` says so, then finishes what is under way.
    ///
    /// # Errors
    /// An address that cannot be had.
    pub async fn serve(self, stop: watch::Receiver<bool>) -> anyhow::Result<()> {
        let listener = listen(self.app.config.listen).await?;
        let admin = match self.app.config.admin_listen {
            Some(address) => Some(listen(address).await?),
            None => None,
        };
        tracing::info!(
            address = %listener.local_addr()?, endpoint = self.site.endpoint(), "serving"
        );
        let main = serve(listener, router(self.site.clone()), stop.clone());
        match admin {
            None => main.await,
            Some(admin) => {
                let admin = serve(admin, router(self.admin_site.clone()), stop);
                tokio::join!(main, admin);
            }
        }
        Ok(())
    }
}

async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("{address} cannot be listened on"))
}
