//! The wire rules of OAuth 2.0 and OpenID Connect, as pure functions.
//!
//! Text comes in, a decision or text goes out. No server, log, clock or randomness is known
//! here: moments are arguments, stored facts are structs that the caller fills in.

pub mod authorization_request;
pub mod authorization_response;
pub mod bearer;
pub mod claims;
pub mod client;
pub mod client_assertion;
pub mod client_authentication;
pub mod cors;
pub mod device_flow;
pub mod discovery;
pub mod dpop;
pub mod end_session;
pub mod error;
pub mod interaction_url;
pub mod introspection;
pub mod jwt_claims;
pub mod logout_token;
pub mod parameters;
pub mod pkce;
pub mod redirect_uri;
pub mod refresh_policy;
pub mod request_object;
pub mod resource;
pub mod scope;
pub mod secret;
pub mod token;
pub mod token_exchange;
pub mod token_request;
pub mod ttl;

pub use client::ClientMetadata;
pub use error::OAuthError;
pub use parameters::Parameters;
pub use scope::ScopeSet;
