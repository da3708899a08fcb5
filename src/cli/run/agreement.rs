//! The note on the site's User Agreement, once before the first live run of a real account, and its answer.

use std::io::BufRead as _;

use crate::cli::context::Context;
use crate::cli::outcome::Failure;
use crate::cli::output::wrapped;
use crate::event::fact::Fact;
use crate::event::id::Realm;
use crate::ledger::Owner;

const NOTE: [&str; 3] = [
    "LinkedIn’s User Agreement says in section 8.2 (“Don’ts”), in plain words: do not use bots or other automated means \
     to use the site. What follows is done by a program, so it is against that rule.",
    "LinkedIn may limit, suspend or close an account because of it, at any time and whatever the pace. Slow gaps and \
     small days are considerate; they make nothing allowed and nothing safe.",
    "Whether to do it is your decision. Everything can also be done by hand.",
];

/// Shows the note and asks, unless a person said yes before or the account is a practice one; the answer is recorded.
///
/// # Errors
/// Anything but `yes` was typed: nothing was done.
pub(crate) fn note(context: &Context, owner: &mut Owner, realm: Realm) -> Result<(), Failure> {
    if realm == Realm::Practice || owner.ledger().is_agreement_noted(context.account(), realm)? {
        return Ok(());
    }
    context.out.warn("BEFORE THE FIRST LIVE RUN, once for this account:");
    for paragraph in NOTE {
        for line in wrapped(paragraph, context.out.text_width(), 2) {
            context.out.warn(line);
        }
    }
    context.out.warn("Type `yes` if you have read this and want to go on; anything else stops:");
    let mut typed = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut typed)
        .map_err(|error| Failure::usage(format!("nothing could be read: {error}"), "type it at a terminal"))?;
    let answer = if typed.trim().eq_ignore_ascii_case("yes") { "yes" } else { "no" };
    owner.append(&context.clock.now(), &Fact::AgreementNoted { answer: answer.to_owned() })?;
    if answer == "yes" {
        return Ok(());
    }
    Err(Failure::usage("you did not say yes: nothing was done", "the same command asks again"))
}
