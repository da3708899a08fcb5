//! The pages. Their markup follows the collected facts; where those are silent, it is plain HTML.

pub(super) mod connections;
pub(super) mod contacts;
pub(super) mod ember;
pub(super) mod export;
pub(super) mod feed;
pub(super) mod gate;
pub(super) mod held;
pub(super) mod invite;
pub(super) mod leaving;
pub(super) mod loader;
pub(super) mod missing;
pub(super) mod pauses;
pub(super) mod plain;
pub(super) mod profile;
pub(super) mod progress;
pub(super) mod public;
pub(super) mod sdui;
pub(super) mod setting_rows;
pub(super) mod settings;
pub(super) mod shell;
pub(super) mod sign_in;
pub(super) mod stop;
pub(super) mod visit;
