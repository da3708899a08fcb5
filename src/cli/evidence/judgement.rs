//! What a check of a proof found, in words.

use crate::cli::context::Context;
use crate::cli::outcome::Outcome;
use crate::cli::output::clean;
use crate::evidence::verify::{Examined, Stamped, Verdict};

/// What was found, in words and as fields.
pub(super) fn judged(context: &Context, found: &Examined) -> Outcome {
    let mut reason = match (&found.verdict, found.sealed_by) {
        (Verdict::Valid, _) => format!(
            "every file, the chain, the seal and the time token fit; the seal's key is {}",
            found.sealed_by.map_or_else(String::new, |key| key.short())
        ),
        (Verdict::ValidNoTime, Some(key)) => format!(
            "every file, the chain and the seal fit; the seal's key is {}{}",
            key.short(),
            match found.token {
                None =>
                    "\nthere is no time token of an independent authority: this shows that nothing was changed, not when it was sealed",
                Some(_) => "",
            }
        ),
        (Verdict::ValidNoTime, None) => "every file and the chain fit; there is no seal, so this shows that nothing \
             changed\nsince the ledger noted the manifest's hash"
            .to_owned(),
        (Verdict::Incomplete { path, why } | Verdict::Tampered { path, why }, _) => {
            format!("{}: {}", clean(path), clean(why))
        }
    };
    if let Some(Stamped { at, is_in_time }) = found.token {
        let late = if is_in_time { "" } else { ", which is more than a day from the time in the seal" };
        reason.push_str(&format!(
            "\na time stamp authority saw the seal on {}{late}; the `openssl ts` command of VERIFY.md checks whose signature it is",
            context.time(at)
        ));
    }
    if let Some(at) = found.purged {
        reason.push_str(&format!(
            "\npurged on {}: pictures and readings were deleted, their hashes stay",
            context.time(at)
        ));
    }
    Outcome::of(found.verdict.ending(), reason)
        .with("verdict", found.verdict.as_str())
        .with("key", found.sealed_by.map(|key| key.to_string()))
        .with("time", found.token.map(|token| token.at.to_string()))
        .with("purged", found.purged.map(|at| at.to_string()))
}
