//! Files that pages load: style sheets, scripts and icons, embedded in the binary.
//! The address of a file names its content, so a browser may keep it for ever.

use std::{borrow::Cow, collections::BTreeMap, sync::LazyLock};

use rust_embed::Embed;

/// Path prefix under which the assets are served.
pub(crate) const ASSETS_PATH: &str = "/assets/";
/// `Cache-Control` of an answer whose address carries the content hash.
pub(crate) const CACHE_CONTROL_FOR_EVER: &str = "public, max-age=31536000, immutable";
/// Bytes of SHA-256 that name a content: 64 bits, enough to tell versions apart.
const VERSION_BYTES: usize = 8;

static ASSETS: LazyLock<BTreeMap<String, Asset>> = LazyLock::new(read_all);

#[derive(Embed)]
#[folder = "web/assets"]
struct Files;

/// A file as it is sent.
#[derive(Debug, Clone)]
pub(crate) struct Asset {
    /// The content.
    pub bytes: Cow<'static, [u8]>,
    /// Value of `Content-Type`.
    pub content_type: &'static str,
    /// Value of `ETag`: strong, quotes included.
    pub etag: String,
    version: String,
}

/// The file with this name (no folder, no query), or none.
#[must_use]
pub(crate) fn asset(name: &str) -> Option<&'static Asset> {
    ASSETS.get(name)
}

/// Address of a file with its content hash, for use in a page.
#[must_use]
pub(crate) fn asset_href(name: &str) -> String {
    let version = asset(name).map_or("", |found| found.version.as_str());
    format!("{ASSETS_PATH}{name}?v={version}")
}

fn read_all() -> BTreeMap<String, Asset> {
    Files::iter()
        .filter_map(|name| {
            let file = Files::get(&name)?;
            let hash = file.metadata.sha256_hash();
            let version: String =
                hash.iter().take(VERSION_BYTES).map(|byte| format!("{byte:02x}")).collect();
            let asset = Asset {
                bytes: file.data,
                content_type: content_type(&name),
                etag: format!("\"{version}\""),
                version,
            };
            Some((name.into_owned(), asset))
        })
        .collect()
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some(_) | None => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_has_a_known_type_and_a_strong_etag() {
        for name in ["app.css", "page.js", "auto-submit.js", "demo-app.js", "favicon.svg"] {
            let found = asset(name).expect(name);
            assert_ne!(found.content_type, "application/octet-stream", "{name}");
            assert!(found.etag.starts_with('"') && found.etag.len() == 2 + 2 * VERSION_BYTES);
            assert!(asset_href(name).ends_with(found.etag.trim_matches('"')));
        }
    }

    #[test]
    fn names_outside_the_folder_find_nothing() {
        for name in ["", "../Cargo.toml", "/app.css", "app.css/", "no-such.css"] {
            assert!(asset(name).is_none(), "{name}");
        }
    }
}
