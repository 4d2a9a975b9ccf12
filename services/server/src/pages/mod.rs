//! Pages that people see: each is a pure function from a frame and a view to markup.
//! They know neither the log nor the web framework nor a rule of the business; handlers fill the
//! views. Every page works without script, and nothing in it is inline script or inline style.

pub(crate) mod assets;
pub(crate) mod branding;
mod colour;
mod components;
pub(crate) mod consent;
pub(crate) mod demo_app;
pub(crate) mod device;
pub(crate) mod failure;
pub(crate) mod first_run;
pub(crate) mod form_post;
pub(crate) mod frame;
pub(crate) mod home;
pub(crate) mod identifiers;
pub(crate) mod language;
pub(crate) mod logout;
pub(crate) mod password_rules;
pub(crate) mod phrases;
pub(crate) mod problem;
pub(crate) mod register;
pub(crate) mod security_policy;
pub(crate) mod sign_in;
#[cfg(test)]
mod tests;
