//! Server-driven pages: what the server sends is a frame and data; the page's scripts draw the rest.

pub(in crate::practice) mod cards;
pub(in crate::practice) mod leaving;
pub(in crate::practice) mod profile;
pub(in crate::practice) mod settings;
