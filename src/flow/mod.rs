//! The flow language: flows, targets, words and the site they are for, as data.
//!
//! ```text
//! texts ─► parse (spans kept) ─► tree ─► check (all mistakes at once) ─► Pack
//!                                                        Pack + wants + values ─► query::Look, which the page agent answers
//! ```
//!
//! It knows what a pack says; it does not know how a page is driven, what a ledger is, or where the texts come from.

pub mod query;
pub mod span;
pub mod tree;
