//! The server: everything that makes the rules, the log and the views a product one can talk to.

mod accounts;
mod administrators;
mod bootstrap;
mod call;
mod claims;
pub mod cli;
mod clients;
pub mod clock;
pub mod config;
mod cookies;
mod experience;
mod feed;
mod health;
mod hosted;
mod hot;
mod http;
mod identifier;
mod ids;
mod keys;
mod management;
mod oidc;
mod pages;
mod password_policy;
mod passwords;
mod phone;
mod private_file;
mod reactors;
mod resources;
mod rotation;
mod router;
mod serve;
mod settle;
mod site;
pub mod start;
#[cfg(test)]
mod testing;
