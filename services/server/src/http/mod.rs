//! The ground of every API: bodies, errors, pages, search, who may call, and the list of operations.

pub(crate) mod administrator;
pub(crate) mod body;
pub(crate) mod conditional;
pub(crate) mod error;
pub(crate) mod json;
pub(crate) mod operation;
pub(crate) mod page;
pub(crate) mod path;
pub(crate) mod query;
pub(crate) mod search;
#[cfg(test)]
mod tests;
pub(crate) mod verified_tokens;
