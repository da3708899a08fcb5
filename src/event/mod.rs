//! What happened, and to whom: ids, durable facts, progress, and the state machine of one effect.
//!
//! [`fact::Fact`] is durable and hashed into the ledger's chain; [`progress::Progress`] is shown and forgotten. A
//! listener gets both in one stream. This module does no I/O, reads no clock and draws no random number: times come in as
//! [`stamp::Stamp`].

pub mod address;
pub mod comparison;
pub mod exit;
pub mod fact;
pub mod id;
pub mod kept_file;
pub mod link;
pub mod progress;
pub mod shot;
pub mod stamp;
pub mod state;
pub mod unseen;
