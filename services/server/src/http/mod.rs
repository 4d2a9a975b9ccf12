//! The ground of every API: bodies, errors, pages, search, who may call, and the list of operations.

pub mod administrator;
pub mod body;
pub mod conditional;
pub mod error;
pub mod json;
pub mod operation;
pub mod page;
pub mod path;
pub mod query;
pub mod search;
pub mod verified_tokens;
