//! The flow language: flows, targets, words and the site they are for, as data.
//!
//! ```text
//! texts ─► parse (spans kept) ─► tree ─► check (all mistakes at once) ─► Pack      load does all three
//!                                                        Pack + wants + values ─► query::Look, which the page agent answers
//! ```
//!
//! It knows what a pack says; it does not know how a page is driven, what a ledger is, or where the texts come from.

mod alarm;
mod check;
pub mod compile;
pub mod digest;
pub mod draft;
mod expand;
pub mod explain;
mod grammar;
pub mod kept;
pub mod limit;
pub mod load;
pub mod misfit;
pub mod mistake;
pub mod pack;
mod parse;
pub mod picture;
pub mod query;
mod reach;
pub mod schema;
pub mod signs_of;
pub mod site;
pub mod span;
pub mod suggestion;
pub mod target;
pub mod template;
pub mod tree;
pub mod upgrade;
pub mod wording;
