//! What the suites share.

pub(crate) mod contract;
pub(crate) mod drivers;
pub(crate) mod engines;
pub(crate) mod files;
pub(crate) mod foreign;
pub(crate) mod http;
pub(crate) mod invariants;
pub(crate) mod look;
pub(crate) mod named;
pub(crate) mod packs;
pub(crate) mod pool;
pub(crate) mod processes;
pub(crate) mod program;
pub(crate) mod proxy;
pub(crate) mod quick;
pub(crate) mod readme;
pub(crate) mod screen;
pub(crate) mod search_path;
pub(crate) mod site;
pub(crate) mod starts;
pub(crate) mod terminal;
