//! Tests of the crate: a log in memory, histories made by hand and at random, and what the views
//! make of them.

mod access;
mod accounts;
mod consents;
mod failures;
mod history;
mod organizations;
mod people;
mod property;
mod random;
mod random_organizations;
mod rebuilds;
mod settings;
mod speed;
