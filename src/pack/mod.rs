//! Reads the embedded flow pack, or a folder in its place, as named texts.
//!
//! It knows where texts come from; it does not know what they mean: [`crate::flow::pack::Pack::load`] does.

pub mod embedded;
pub mod folder;
