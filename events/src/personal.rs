//! The part of an event that belongs to a person and can be forgotten.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Personal data of one event. The log stores it sealed with a key of its subject; once that key is
/// destroyed it reads as [`Personal::Erased`], and every fold must cope.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Personal<T> {
    /// The key is there: the data as written.
    Open(T),
    /// The key was destroyed.
    #[default]
    Erased,
}

impl<T> Personal<T> {
    /// The data, unless erased.
    pub fn open(&self) -> Option<&T> {
        match self {
            Self::Open(data) => Some(data),
            Self::Erased => None,
        }
    }
}

impl<T: Serialize> Serialize for Personal<T> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        self.open().serialize(out)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Personal<T> {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        Option::<T>::deserialize(input).map(|data| data.map_or(Self::Erased, Self::Open))
    }
}
