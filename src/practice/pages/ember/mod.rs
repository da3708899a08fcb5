//! The pages of generation `ember-2020`: class names with a meaning, ids that say `ember` and a number, menus that are in
//! the page before they open.
//!
//! A document arrives as a shell that only loads, with the page's data in `<code>` blocks and its markup in a
//! `<template>`. A script puts the markup into the document a moment later, so that whoever drives the page must wait for
//! content and not for the load.
//!
//! Not evidenced in the facts, and therefore this site's own: ids and classes of the name filter and the sort menu of the
//! list, the text of the sign-out question, what stands on the button of
//! somebody who is followed, the calls besides list and removal, the order inside a card of "People also viewed", all German labels that only
//! assistive technology reads.

pub(in crate::practice) mod connections;
pub(in crate::practice) mod export;
pub(in crate::practice) mod feed;
pub(in crate::practice) mod leaving;
pub(in crate::practice) mod missing;
pub(in crate::practice) mod profile;
pub(in crate::practice) mod settings;
pub(in crate::practice) mod voyager;

mod actions;
mod degree;
mod frame;
mod navigation;
mod sidebar;
mod stage;
mod words;
