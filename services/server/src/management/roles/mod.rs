//! Roles, who holds them and what they permit (contract: management-30-authz §3 to §6).

pub(crate) mod applications;
pub(crate) mod change;
pub(crate) mod create;
pub(crate) mod operations;
pub(crate) mod read;
pub(crate) mod require;
pub(crate) mod scopes;
#[cfg(test)]
mod tests;
pub(crate) mod users;
pub(crate) mod view;

pub(crate) use self::{
    operations::OPERATIONS,
    require::{INTERNAL_PREFIX, require_role},
};
