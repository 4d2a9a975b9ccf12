//! The harness of the end-to-end tests: a real `evident` process and clients that know nothing of
//! its inside. Everything is said over HTTP or on the command line, as a user of the product would.

pub mod browser;
pub mod certificate;
pub mod evident;
pub mod http;
pub mod management;
pub mod page;
pub mod relying_party;
pub mod signature;
pub mod waiting;
