//! Pages that people see: each is a pure function from a frame and a view to markup.
//! They know neither the log nor the web framework nor a rule of the business; handlers fill the
//! views. Every page works without script, and nothing in it is inline script or inline style.

pub mod assets;
pub mod branding;
mod colour;
mod components;
pub mod consent;
pub mod demo_app;
pub mod failure;
pub mod form_post;
pub mod frame;
pub mod home;
pub mod identifiers;
pub mod language;
pub mod logout;
pub mod password_rules;
pub mod phrases;
pub mod problem;
pub mod register;
pub mod security_policy;
pub mod sign_in;
#[cfg(test)]
mod tests;
