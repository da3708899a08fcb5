//! The sentences for steps that are never reached.

use super::phrase::{Wording, meant, quoted, wording};
use crate::flow::mistake::Kind;

/// Mistakes of steps that are never reached.
pub(super) fn reaching(kind: &Kind) -> Option<Wording> {
    Some(match kind {
        Kind::NeverSaw { target, near } => wording(
            format!("no earlier step can have seen {}", quoted(target)),
            "this step is never reached",
            meant(
                near.as_ref(),
                "let an earlier step expect it: `expect = { first = [{ see = \"…\" }, …] }`".to_owned(),
            ),
        ),
        Kind::NeverSeen { target, near } => wording(
            format!("no earlier step can have seen {}", quoted(target)),
            "always so",
            meant(near.as_ref(), "take the condition away, or let an earlier step expect it".to_owned()),
        ),
        Kind::NeverGiven { input, text, near } => wording(
            format!("{} is never {}", quoted(input), quoted(text)),
            "this step is never reached",
            meant(near.as_ref(), "add it to the words of that input, or take the condition away".to_owned()),
        ),
        Kind::SurelySeen(target) => wording(
            format!("an earlier step goes on only when it has seen {}", quoted(target)),
            "this step is never reached",
            "take the step away, or make it `saw`",
        ),
        Kind::StepAfterDeed => wording(
            "a step after the deed that does not belong to it",
            "never carried out",
            "after an irreversible step only what leads to another one of the same intention follows, or a person's turn; what became of it, `settled` asks",
        ),
        Kind::GotoAfterDeed => wording(
            "a step after the deed that leaves the page",
            "the page's own answer would be lost",
            "go on from what the page shows; whether it is done, `settled` asks",
        ),
        Kind::RetryAfterDeed => wording(
            "a step after the deed is never tried again",
            "",
            "take `retry` away: from the first irreversible step on the engine looks, and does nothing twice",
        ),
        Kind::NotYet { target, after } => wording(
            format!("{} exists only after a click on {}", quoted(target), quoted(after)),
            "no step before clicks that",
            format!("add a step with `click = \"{after}\"`"),
        ),
        Kind::Contradiction(name) => wording(
            format!("{} cannot be there and gone at once", quoted(name)),
            "never holds",
            "take one of the two away; what follows is never reached",
        ),
        Kind::Shadowed { earlier } => wording(
            "an alternative that never wins",
            format!("whenever this holds, number {earlier} does"),
            "put the narrower one first",
        ),
        _ => return None,
    })
}
