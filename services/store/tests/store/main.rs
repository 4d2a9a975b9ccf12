//! The log from outside: engines, key store, commands.

#[cfg(test)]
#[cfg(unix)]
mod crash;
#[cfg(test)]
mod engines;
#[cfg(test)]
mod execute;
#[cfg(test)]
mod figures;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod transact;
