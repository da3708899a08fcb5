//! Secrets and the browser: where they may be typed, what pictures and snapshots show of them, and what is left of them.

#[path = "secret/bed.rs"]
mod bed;
#[path = "support/drivers.rs"]
mod drivers;
#[path = "secret/gateway.rs"]
mod gateway;
#[path = "secret/leavings.rs"]
mod leavings;
#[path = "secret/pictures.rs"]
mod pictures;
#[expect(dead_code, reason = "the other tests of browsers count processes and folders")]
#[path = "support/processes.rs"]
mod processes;
#[path = "support/search_path.rs"]
mod search_path;
#[path = "secret/snapshots.rs"]
mod snapshots;
#[path = "secret/strangers.rs"]
mod strangers;
#[path = "secret/typing.rs"]
mod typing;
