//! The clients that requests are checked against.

use protocol::{
    ClientMetadata,
    client::{ApplicationType, ClientAuthMethod, GrantType},
};

/// One with exact, wildcard, loopback and custom redirect URIs, which may use every grant.
pub(crate) fn client(kind: ApplicationType) -> ClientMetadata {
    let grants = GrantType::ALL.to_vec();
    let mut client = ClientMetadata::new("app", kind, ClientAuthMethod::None, grants);
    client.redirect_uris = [
        "https://app.example/cb",
        "https://*.preview.example.com/cb",
        "https://app.example/any/*",
        "http://127.0.0.1/cb",
        "app://cb",
    ]
    .map(str::to_owned)
    .to_vec();
    client.post_logout_redirect_uris = client.redirect_uris.clone();
    client
}
