//! The sentences for steps that are never reached.

use super::{Wording, meant, quoted, wording};
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
        Kind::SurelySeen(target) => wording(
            format!("an earlier step goes on only when it has seen {}", quoted(target)),
            "this step is never reached",
            "take the step away, or make it `saw`",
        ),
        Kind::StepAfterDeed => wording(
            "a step after the deed that does not belong to it",
            "never carried out",
            "after an irreversible step only irreversible steps of the same intention follow; what became of it, `settled` asks",
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
