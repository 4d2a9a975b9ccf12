//! Tests of the crate: a log in memory, histories made by hand and at random, and what the views
//! make of them.

mod access;
mod accounts;
mod failures;
mod history;
mod people;
mod property;
mod random;
mod rebuilds;
mod speed;
