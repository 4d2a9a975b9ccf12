//! Which hosts are called: everybody's, and those that configuration names.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::address::{canonical, is_public};

/// What configuration lets be called beside public addresses.
#[derive(Debug, Default)]
pub(super) struct Policy {
    /// Names of hosts in lower case, whatever they resolve to.
    hosts: Vec<String>,
    ranges: Vec<Range>,
}

/// Addresses that begin with the same bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Range {
    address: IpAddr,
    bits: u8,
}

/// An entry of `egress.allow` that means nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` in `egress.allow` is neither a host nor an address nor a range")]
pub struct PolicyError(String);

/// The host resolves to no address that is called.
#[derive(Debug, thiserror::Error)]
#[error("the host is at a private address")]
pub(super) struct Forbidden;

impl Policy {
    /// Each entry is a host, an address or a range.
    pub(super) fn try_new(allow: &[String]) -> Result<Self, PolicyError> {
        let mut policy = Self::default();
        for entry in allow {
            let entry = entry.trim();
            if let Some(range) = range(entry) {
                policy.ranges.push(range);
            } else if is_host(entry) {
                policy.hosts.push(entry.to_ascii_lowercase());
            } else {
                return Err(PolicyError(entry.to_owned()));
            }
        }
        Ok(policy)
    }

    /// Whether an address is called.
    pub(super) fn permits(&self, address: IpAddr) -> bool {
        is_public(address) || self.ranges.iter().any(|range| range.holds(canonical(address)))
    }

    fn permits_host(&self, host: &str) -> bool {
        let host = host.trim_end_matches('.');
        self.hosts.iter().any(|held| held.eq_ignore_ascii_case(host))
    }
}

fn range(entry: &str) -> Option<Range> {
    let (address, bits) = match entry.split_once('/') {
        None => (entry, None),
        Some((address, bits)) => (address, Some(bits.parse::<u8>().ok()?)),
    };
    let address: IpAddr = address.trim_matches(['[', ']']).parse().ok()?;
    let all = if address.is_ipv4() { 32 } else { 128 };
    let bits = bits.unwrap_or(all);
    (bits <= all).then_some(Range { address, bits })
}

fn is_host(entry: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    // Digits alone are an address that was mistyped.
    entry.split('.').all(is_label) && entry.bytes().any(|byte| byte.is_ascii_alphabetic())
}

impl Range {
    fn holds(&self, address: IpAddr) -> bool {
        let (held, asked) = match (self.address, address) {
            (IpAddr::V4(held), IpAddr::V4(asked)) => {
                let shift = 32 - u32::from(self.bits).min(32);
                (u128::from(held.to_bits()) >> shift, u128::from(asked.to_bits()) >> shift)
            }
            (IpAddr::V6(held), IpAddr::V6(asked)) => {
                let shift = 128 - u32::from(self.bits).min(128);
                let cut = |bits: u128| bits.checked_shr(shift).unwrap_or_default();
                (cut(held.to_bits()), cut(asked.to_bits()))
            }
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => return false,
        };
        held == asked
    }
}

/// Resolves names to addresses that are called.
pub(super) struct Guarded(pub(super) Arc<Policy>);

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let policy = self.0.clone();
        Box::pin(async move {
            let host = name.as_str();
            let found = tokio::net::lookup_host((host, 0)).await?;
            let is_named = policy.permits_host(host);
            let (open, closed): (Vec<SocketAddr>, Vec<_>) =
                found.partition(|address| is_named || policy.permits(address.ip()));
            if open.is_empty() {
                return Err(if closed.is_empty() {
                    io::Error::from(io::ErrorKind::NotFound).into()
                } else {
                    Forbidden.into()
                });
            }
            Ok(Box::new(open.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(allow: &[&str]) -> Result<Policy, PolicyError> {
        let allow: Vec<String> = allow.iter().map(|entry| (*entry).to_owned()).collect();
        Policy::try_new(&allow)
    }

    fn permits(allow: &str, address: &str) -> bool {
        policy(&[allow]).unwrap().permits(address.parse().unwrap())
    }

    #[test]
    fn a_range_lets_in_its_own_addresses_only() {
        assert!(permits("10.1.0.0/16", "10.1.255.255"));
        assert!(!permits("10.1.0.0/16", "10.2.0.0"));
        assert!(permits("10.1.2.3", "10.1.2.3"));
        assert!(!permits("10.1.2.3", "10.1.2.4"));
        assert!(permits("fd00:1::/32", "fd00:1:ffff::1"));
        assert!(!permits("fd00:1::/32", "fd00:2::1"));
        assert!(permits("0.0.0.0/0", "127.0.0.1"));
        assert!(permits("::/0", "::1"));
        assert!(!permits("0.0.0.0/0", "::1"));
    }

    #[test]
    fn an_address_in_other_clothes_is_the_same_address() {
        assert!(permits("127.0.0.0/8", "::ffff:127.0.0.1"));
        assert!(!permits("::/96", "::ffff:127.0.0.1"));
    }

    #[test]
    fn a_host_is_named_exactly() {
        let policy = policy(&["Hooks.internal"]).unwrap();
        assert!(policy.permits_host("hooks.internal"));
        assert!(policy.permits_host("HOOKS.internal."));
        assert!(!policy.permits_host("x.hooks.internal"));
        assert!(!policy.permits_host("internal"));
    }

    #[test]
    fn an_entry_that_means_nothing_is_named() {
        for entry in ["", "10.0.0.0/33", "10.0.0.256", "fd00::/129", "https://x", "a b", "*.x.y"] {
            assert_eq!(policy(&[entry]).unwrap_err(), PolicyError(entry.trim().to_owned()));
        }
    }
}
