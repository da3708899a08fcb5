//! Whether there is a screen for a browser window.

use super::outcome::Failure;
use crate::event::exit::Ending;

/// How to come by a screen.
pub(crate) const MEND: &str = "on a server: sit down at a desktop, come with `ssh -X`, or start a VNC server and set DISPLAY there. \
     Copying the data folder from another machine is not a way: it would be a second session";

/// Whether the surroundings name a screen. Whether it may be used, only a window can tell.
pub(crate) fn is_there() -> bool {
    cfg!(target_os = "macos")
        || ["DISPLAY", "WAYLAND_DISPLAY"]
            .iter()
            .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// Refuses what needs a window where there is no screen; `other` is what else can be done.
///
/// # Errors
/// There is none.
pub(crate) fn check(other: &str) -> Result<(), Failure> {
    if is_there() {
        return Ok(());
    }
    let mend = if other.is_empty() { MEND.to_owned() } else { format!("{other}; or {MEND}") };
    Err(Failure::new(
        Ending::NoBrowser,
        "there is no screen for a browser window (neither DISPLAY nor WAYLAND_DISPLAY is set)",
        mend,
    ))
}
