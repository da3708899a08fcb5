//! Compares the driver program with the one that was used last. A changed one is started only after a person agreed.

use std::io::{BufRead as _, IsTerminal as _};

use super::args::Driving;
use super::browser::Driver;
use super::context::Context;
use super::outcome::Failure;
use super::output::shown;
use crate::browser::familiar::{self, Familiar};
use crate::event::exit::Ending;

/// What a person types to let another driver begin.
const SENTENCE: &str = "use the new driver";

/// Compares the driver's program with the one of the last time, and notes it for the next. A driver that was there before
/// us is nobody's to compare.
///
/// # Errors
/// It is another one, and nobody agreed; or it, or the note about it, cannot be read or written.
pub(crate) fn check(context: &Context, driving: Driving, driver: &Driver) -> Result<(), Failure> {
    compare(context, (driving, std::io::stdin().is_terminal()), driver)
}

/// The same where nobody is asked: another driver waits for a person who says so with another command.
///
/// # Errors
/// As [`check`].
pub(crate) fn check_alone(context: &Context, driver: &Driver) -> Result<(), Failure> {
    compare(context, (Driving::default(), false), driver)
}

fn compare(context: &Context, (driving, may_ask): (Driving, bool), driver: &Driver) -> Result<(), Failure> {
    let Some(pair) = driver.pair() else { return Ok(()) };
    let (folder, kind) = (&context.data_dir, driver.kind());
    let failed = |error: std::io::Error| {
        let what = format!("the driver `{}` cannot be compared with the last one: {error}", pair.driver.path.display());
        Failure::new(Ending::Damaged, shown(what), "make the data directory and the driver readable for you again")
    };
    let now = familiar::now(&pair.driver).map_err(failed)?;
    match familiar::last(folder, kind).map_err(failed)? {
        Some(last) if last.sha256 == now.sha256 => return Ok(()),
        Some(last) => agree(context, (driving, may_ask), &(last, &now))?,
        None => {}
    }
    familiar::keep(folder, kind, &now).map_err(failed)
}

fn agree(
    context: &Context,
    (driving, may_ask): (Driving, bool),
    (last, now): &(Familiar, &Familiar),
) -> Result<(), Failure> {
    let one = |driver: &Familiar| {
        let path = driver.path.display();
        format!("{} at {path}, sha256 {}…", driver.says, driver.sha256.short())
    };
    let what =
        format!("the driver program has changed since the last time: it was {}, now it is {}", one(last), one(now));
    context.out.warn(shown(&what));
    let refused = || {
        let mend = "if you updated it yourself, run the same command with --accept-driver; \
                    if not, find out who replaced it: a driver sees every page of your account";
        Err(Failure::new(Ending::NoBrowser, shown(&what), mend))
    };
    if driving.accept_driver {
        return Ok(());
    }
    if !may_ask {
        return refused();
    }
    context.out.warn(format!("If you updated it yourself, type `{SENTENCE}`; anything else stops:"));
    let mut typed = String::new();
    let read = std::io::stdin().lock().read_line(&mut typed);
    if read.is_ok() && typed.trim() == SENTENCE { Ok(()) } else { refused() }
}
