//! Moments, as whole milliseconds or seconds since the Unix epoch.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::Error as _};

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct UnixMillis(pub i64);

/// Seconds since 1970-01-01T00:00:00Z.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct UnixSeconds(pub i64);

impl UnixMillis {
    /// The second that this moment lies in.
    pub fn seconds(self) -> UnixSeconds {
        UnixSeconds(self.0.div_euclid(1000))
    }

    /// This moment and so many milliseconds.
    #[must_use]
    pub fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// This moment and so many seconds.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        self.plus_millis(seconds.saturating_mul(1000))
    }

    /// RFC 3339 in UTC with milliseconds, for instance `2026-01-02T03:04:05.678Z`.
    /// A moment outside the years -9999 to 9999 is shown as the epoch.
    pub fn to_rfc3339(self) -> String {
        let time = Timestamp::from_millisecond(self.0).unwrap_or(Timestamp::UNIX_EPOCH);
        format!("{time:.3}")
    }

    /// Reads RFC 3339 with any offset; parts of a millisecond are cut off.
    pub fn from_rfc3339(text: &str) -> Option<Self> {
        text.parse::<Timestamp>().ok().map(|time| Self(time.as_millisecond()))
    }
}

impl UnixSeconds {
    /// The first millisecond of this second.
    pub fn millis(self) -> UnixMillis {
        UnixMillis(self.0.saturating_mul(1000))
    }

    /// This moment and so many seconds.
    #[must_use]
    pub fn plus(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds))
    }
}

/// Serde form of a moment in the envelope: RFC 3339 with milliseconds.
pub(crate) mod rfc3339 {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(time: &UnixMillis, out: S) -> Result<S::Ok, S::Error> {
        let time = Timestamp::from_millisecond(time.0).map_err(S::Error::custom)?;
        out.collect_str(&format_args!("{time:.3}"))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<UnixMillis, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = UnixMillis;
            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("a moment in RFC 3339")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<UnixMillis, E> {
                UnixMillis::from_rfc3339(text).ok_or_else(|| E::custom("not RFC 3339"))
            }
        }
        input.deserialize_str(Visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_reads_back_what_it_wrote() {
        let time = UnixMillis(1_700_000_000_007);
        assert_eq!(time.to_rfc3339(), "2023-11-14T22:13:20.007Z");
        assert_eq!(UnixMillis::from_rfc3339(&time.to_rfc3339()), Some(time));
        assert_eq!(time.seconds(), UnixSeconds(1_700_000_000));
        assert_eq!(UnixMillis(-1).seconds(), UnixSeconds(-1));
    }
}
