//! The end-to-end tests: one binary, a module per promise. Each test has a server of its own.

#[cfg(test)]
mod architecture;
#[cfg(test)]
mod claims;
#[cfg(test)]
mod code_race;
#[cfg(test)]
mod device_race;
#[cfg(test)]
mod documents;
#[cfg(test)]
mod durability;
#[cfg(test)]
mod erasure;
#[cfg(test)]
mod first_run;
#[cfg(test)]
mod hostile_input;
#[cfg(test)]
mod key_rotation;
#[cfg(test)]
mod lazy_migration;
#[cfg(test)]
mod logout;
#[cfg(test)]
mod oidc_errors;
#[cfg(test)]
mod oidc_flow;
#[cfg(test)]
mod read_your_writes;
#[cfg(test)]
mod rebuild;
#[cfg(test)]
mod refresh_race;
#[cfg(test)]
mod sign_in_pages;
#[cfg(test)]
mod tls;
