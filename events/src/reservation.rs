//! What can happen to a value that only one thing may hold: a username, an address, a name.

use serde::{Deserialize, Serialize};

use crate::StreamName;

/// What can happen to a value that only one thing may hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum ReservationEvent {
    /// `owner` holds the value.
    #[serde(rename = "Reserved.v1")]
    Reserved {
        /// The stream of the thing that holds it.
        owner: StreamName,
        /// True if the owner's own events were in the same commit; otherwise the hold is a claim
        /// that has to be confirmed.
        confirmed: bool,
    },
    /// The owner's events are in the log: the hold is for good.
    #[serde(rename = "ReservationConfirmed.v1")]
    ReservationConfirmed {},
    /// The value is free again.
    #[serde(rename = "ReservationReleased.v1")]
    ReservationReleased {},
}
