//! Who asked for a change.

use serde::{Deserialize, Serialize};

use crate::{ApplicationId, UserId};

/// Who asked for the change that an event records.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Actor {
    /// A signed-in person.
    User(UserId),
    /// A client acting for itself.
    Application(ApplicationId),
    /// A person at the sign-in pages who has not proved who they are yet.
    Visitor,
    /// Someone with a shell on the server.
    Operator,
    /// Evident itself, for instance at first start or in a reactor.
    System,
}

impl Actor {
    /// The word that names the kind of actor on the wire.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::Application(_) => "application",
            Self::Visitor => "visitor",
            Self::Operator => "operator",
            Self::System => "system",
        }
    }

    /// The id, for actors that have one.
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::User(id) => Some(id.as_str()),
            Self::Application(id) => Some(id.as_str()),
            Self::Visitor | Self::Operator | Self::System => None,
        }
    }
}
