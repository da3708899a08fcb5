//! Secrets and the browser: where they may be typed, what pictures and snapshots show of them, and what is left of them.

#[path = "secret/bed.rs"]
mod bed;
#[path = "support/drivers.rs"]
mod drivers;
#[path = "secret/pictures.rs"]
mod pictures;
#[path = "support/search_path.rs"]
mod search_path;
#[path = "secret/typing.rs"]
mod typing;
