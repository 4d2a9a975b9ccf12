//! Users (contract: management-10-users).

pub(crate) mod body;
pub(crate) mod change;
pub(crate) mod create;
mod grants;
pub(crate) mod operations;
pub(crate) mod password;
pub(crate) mod read;
pub(crate) mod roles;
mod sessions;
#[cfg(test)]
mod tests;
pub(crate) mod view;

pub(crate) use self::operations::OPERATIONS;
