//! The Experience API, through the router.

mod identification;
mod origin;
mod submit;
