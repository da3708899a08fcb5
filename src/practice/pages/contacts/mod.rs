//! The pages of generation `contacts-2014`: plain documents, a bar with a menu under the account's picture, forms that the
//! browser sends.
//!
//! Of these years only the order of the closing pages and some of their words are known; ids, classes and the look are
//! this site's own.

mod frame;
pub(in crate::practice) mod leaving;
pub(in crate::practice) mod settings;
