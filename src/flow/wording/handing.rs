//! The sentences for what is handed over: secrets, files, parts, the page itself.

use super::phrase::{Wording, list, quoted, wording};
use crate::flow::mistake::Kind;

/// Mistakes of what is handed over: secrets, files, parts, the page itself.
pub(super) fn handing(kind: &Kind) -> Option<Wording> {
    values(kind).or_else(|| parts(kind))
}

/// Mistakes of inputs and of where their values go.
fn values(kind: &Kind) -> Option<Wording> {
    Some(match kind {
        Kind::PathInFlow(text) => wording(
            format!("{} is no input", quoted(text)),
            "a pack never names a file of the user's",
            "add an input, `inputs = { archive = \"file\" }`, and write `file = \"{{archive}}\"`; whoever runs the flow names the file",
        ),
        Kind::NotAFile(input) => wording(
            format!("the input {} is no file", quoted(input)),
            "",
            format!("make it one: `inputs = {{ {input} = \"file\" }}`"),
        ),
        Kind::FileElsewhere(input) => wording(
            format!("{} is a file, and only `upload` takes files", quoted(input)),
            "",
            format!("write `upload = {{ into = \"…\", file = \"{{{{{input}}}}}\" }}`"),
        ),
        Kind::SecretElsewhere(input) => wording(
            format!("{} is a secret, and only `fill` takes it, alone", quoted(input)),
            "would be written down or compared here",
            format!("write `fill = {{ into = \"…\", with = \"{{{{{input}}}}}\" }}`, or give the input another kind"),
        ),
        Kind::SecretTarget(target) => wording(
            format!("{} is not told as a field for a secret", quoted(target)),
            "a secret would be typed here",
            "each of its ways needs `css` that says so: `input[type='password']` or `input[autocomplete='one-time-code']`",
        ),
        Kind::SecretInQuestion(input) => wording(
            format!("{} is a secret, and a question is asked without anybody there", quoted(input)),
            "",
            "take it away: only a flow that acts or runs an errand types secrets",
        ),
        Kind::NotCompared(input) => wording(
            format!("the input {} is no text and no word", quoted(input)),
            "never known here",
            "only a `text`, or one of a list of words, decides whether a step is carried out",
        ),
        Kind::NothingToRead(target) => wording(
            format!("{} has nothing to read", quoted(target)),
            "",
            "add a `read` table to the target: `read = { name = \"h1\" }`",
        ),
        Kind::ValueInWords => wording(
            "a value inside words for a person",
            "`{{…}}` may not stand here",
            "say it without: whom it is about, the run shows",
        ),
        _ => return None,
    })
}

/// Mistakes of parts, and of what is left to a person or to the page.
fn parts(kind: &Kind) -> Option<Wording> {
    Some(match kind {
        Kind::BesideUse(key) => wording(
            format!("`{key}` beside `use`"),
            "",
            "a step with `use` has an `id` and at most `when = { saw = … }`; the rest stands in the part",
        ),
        Kind::NotAPart(name) => wording(
            format!("{} is no part", quoted(name)),
            "a flow of its own",
            "only a flow with `kind = \"part\"` can stand in another",
        ),
        Kind::PartWith(what) => {
            wording(format!("a part with {what}"), "", "a part has only steps: put this into the flows that use it")
        }
        Kind::InputOfPart { input, by } => wording(
            format!("the input {} is of another kind in {}", quoted(input), quoted(by)),
            "",
            "give it the same kind in both",
        ),
        Kind::NeverHandled(sign) => wording(
            format!("no flow deals with {} itself", quoted(sign)),
            "",
            "take it away: another account and the edge's silence end every flow",
        ),
        Kind::HandledByNobody => wording(
            "a flow that deals with signs and asks nobody",
            "",
            "add a step with `human`, in which a person does what the sign asks for; or take `handles` away",
        ),
        Kind::PartCircle(names) => wording(
            format!("the parts {} use one another in a circle", list(names)),
            "the circle closes here",
            "take one `use` away: a part cannot stand in itself, however many parts lie between",
        ),
        Kind::EnterElsewhere => wording(
            "`Enter` where no text was typed just before",
            "would press whatever has the focus",
            "press it right after `fill`; a button is clicked by its target, so that it is looked at before",
        ),
        Kind::PersonInQuestion => wording(
            "a question that needs a person",
            "",
            "questions are asked by the engine alone, also at night: make the hand-off a step of the flow that acts",
        ),
        _ => return None,
    })
}
