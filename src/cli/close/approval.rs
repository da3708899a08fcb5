//! What a person reads and types before the account itself is acted on.

use tokio::sync::watch;

use crate::cli::context::Context;
use crate::cli::outcome::Failure;
use crate::cli::output::{clean, wrapped};
use crate::cli::prompt::{self, Until};
use crate::cli::whose::Whose;
use crate::event::exit::Ending;
use crate::event::id::{Action, Realm};
use crate::report::count::number;
use crate::runner::wait::Stop;

/// Whose account is acted on, and how.
pub(super) struct Subject {
    pub(super) action: Action,
    pub(super) whose: Whose,
}

/// What the site says of closing, from public descriptions; the page's own words are read and kept on the way.
const CLOSING: &str = "Connections, messages, endorsements and recommendations are lost. The profile is gone at once; search \
     engines may show it for days or weeks. For some days signing in reopens the account, without endorsements, \
     recommendations and memberships. After that nothing brings it back.";
const HIBERNATING: &str = "The profile is hidden and shown as a nameless member; connections and messages stay. Signing in after \
     24 hours brings it back. Premium is cancelled by it.";

/// Offers the way that can be undone.
///
/// # Errors
/// The person takes it: then this command does nothing.
pub(super) fn offer_hibernation(context: &Context, stop: &watch::Receiver<Stop>) -> Result<(), Failure> {
    context.out.say("  Before closing: hibernating hides the profile and can be undone by signing in again.");
    let words = "Type `close` to go on with closing, or `hibernate` to leave it here; anything else stops:";
    match prompt::answer(context.out, words, stop)?.as_str() {
        "close" => Ok(()),
        "hibernate" => Err(Failure::new(
            Ending::Interrupted,
            "nothing was done: you chose to hibernate",
            format!("`exeunt hibernate{}` rehearses it, `exeunt hibernate --live{0}` does it", context.flags()),
        )),
        _ => Err(Failure::bad_file("nothing was done", "run the command again to try again")),
    }
}

/// Shows what it means and asks for the handle.
///
/// # Errors
/// Something else was typed.
pub(super) fn ask(
    context: &Context,
    (subject, realm): (&Subject, Realm),
    stop: &watch::Receiver<Stop>,
) -> Result<(), Failure> {
    let out = &context.out;
    let (what, consequences) = match subject.action {
        Action::Hibernate => ("be hidden", HIBERNATING),
        _ => ("be CLOSED", CLOSING),
    };
    let which = if realm == Realm::Real { "your real account" } else { "the practice account" };
    out.say(format!("LIVE: {which} will {what}"));
    let connections = subject.whose.connections.map_or_else(
        || "their number could not be read".to_owned(),
        |connections| {
            format!("{} {}", number(connections), if connections == 1 { "connection" } else { "connections" })
        },
    );
    out.say(format!("  whose     {}, as the site shows it now; {connections}", subject.whose.shown()));
    for (at, line) in wrapped(consequences, out.text_width(), 12).iter().enumerate() {
        let name = if at == 0 { "  after it  " } else { "            " };
        out.say(format!("{name}{}", line.get(12..).unwrap_or_default()));
    }
    out.say("  attempts  one, which is never repeated");
    let handle = subject.whose.handle.as_str();
    let words = format!("Type the account's handle, `{}`, to go on; anything else stops:", clean(handle));
    if prompt::answer(context.out, &words, stop)? == handle {
        return Ok(());
    }
    Err(Failure::bad_file("that is not the handle: nothing was done", "run the command again to try again"))
}

/// Offers to end the plans that are not finished.
///
/// # Errors
/// The person does not.
pub(super) fn offer_stop(context: &Context, plans: &str) -> Result<(), Failure> {
    let words = format!("Type `stop` to end for good what is not finished ({plans}); anything else stops here:");
    match prompt::line_of(context.out, &words, &Until::default())?.unwrap_or_default().as_str() {
        "stop" => Ok(()),
        _ => Err(Failure::usage("nothing was done: a plan is not finished", "finish it, or `exeunt stop last`")),
    }
}
