//! Organizations and their members (contract: management-40-organizations §1, §3 and §4).

mod applications;
mod body;
mod members;
mod of_member;
mod operations;
mod organization;
mod roles;
mod schema;
#[cfg(test)]
mod tests;
mod users;
mod view;

pub(crate) use self::operations::{APPLICATIONS, OPERATIONS, USERS};
pub(crate) use self::view::OrganizationView;
