//! What a person does by hand about an incident, and what not, by the sign that was met.

use crate::event::id::{Action, Slug};

/// What to do and what not to do, each a sentence without a full stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Advice {
    /// In this order.
    pub act: &'static [&'static str],
    /// None of these.
    pub avoid: &'static [&'static str],
}

impl Advice {
    /// One line each, as the terminal shows them.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let act = self.act.iter().map(|line| format!("do: {line}"));
        act.chain(self.avoid.iter().map(|line| format!("do not: {line}"))).collect()
    }
}

/// The advice for a sign; a sign that is not known gets what is always right.
#[must_use]
pub fn of_sign(sign: &str) -> Advice {
    let (act, avoid): (&[&str], &[&str]) = match sign {
        "captcha" | "checkpoint" => (
            &["sign in with your own browser and answer what the site asks; then wait a day or two"],
            &["go on today, or answer it more often than asked"],
        ),
        "something_not_right" => (
            &["read the page with your own browser and answer it yourself; then wait a week and set a lower cap"],
            &["tick what you do not mean, or go on today"],
        ),
        "signed_out" => (
            &["find out whether the site ended the session by itself, then sign in again"],
            &["sign in again and again: a session that ends by itself is a warning"],
        ),
        "restricted" | "gate" => (
            &["read the notice; it may name a date. Do nothing with the account before that date"],
            &["open another account or another session, or appeal before you have read why"],
        ),
        "limit_notice" => (
            &["read which limit it names, wait until it is over, and set a lower cap"],
            &["look for another way to do more: the limit is the account's, not the program's"],
        ),
        "too_many_requests" => (
            &["leave the account alone until the silence is over, then for some days more, and set a lower cap"],
            &["reload the page to see whether it is over: each load counts"],
        ),
        "request_refused" => (
            &[
                "look with your own browser whether you are still signed in and whether the site says why it refused; then wait a day",
            ],
            &["sign in again and again, or go on today: a refusal in the middle of a session is a warning"],
        ),
        "other_account" => (
            &["look which account is signed in, and use another --account name for it"],
            &["clear this while the other account is signed in"],
        ),
        "fall" => (
            &[
                "look at your connections with your own browser: others may have left you, or somebody else uses the account",
                "clear it once you have looked, and scan before anything else: the scan names who is missing",
            ],
            &["go on before you know who is missing: another click may take out somebody else again"],
        ),
        "notice" => (
            &[
                "read in the picture what the site said after the click, and look at the person's profile with your own browser",
                "where it speaks of a limit, wait until it is over and set a lower cap; settle the person, then clear",
            ],
            &["go on before you know what it means: the same click would get the same answer, or a worse one"],
        ),
        "came_back" => (
            &[
                "look at the person's profile with your own browser: you may have connected again since",
                "if you did not, the site may have taken removals back; look at some others too",
            ],
            &["go on while removals do not last"],
        ),
        "unread_dialog" => (
            &[
                "read in the picture what the dialog says",
                "if it asks for this one removal and nothing else: clear this, run the plan at a terminal, and accept the text there",
            ],
            &["clear it for a timer: nobody is there to read, and the next run stops at the same dialog"],
        ),
        "drift" => (
            &[
                "look at the picture: the page is not as the flow pack says, and nothing was clicked that was not certain",
                "mend a copy of the pack, rehearse with it, then clear",
            ],
            &["clear it without a rehearsal: the next run would stop at the same place, or worse, not stop"],
        ),
        _ => (
            &["look at the picture and at the site with your own browser, and wait a day before you go on"],
            &["go on before you know what it was"],
        ),
    };
    Advice { act, avoid }
}

/// What goes on where the pages do not fit the pack: words that lead to commands, without their colon, and the commands. A copy of
/// the pack, unless the call had one of the person's own; a look at it after the change; and the plan made anew with it, since a
/// plan holds for the pack that it was made with, or the rehearsal of a deed on the account itself. `flags` as for [`resolutions`].
#[must_use]
pub fn mending((action, plan): (Action, &str), flags: &str, is_own: bool) -> (&'static str, Vec<String>) {
    let with = if is_own { "" } else { " --selectors my-pack" };
    let again = if action.is_of_account() { format!("{action}{with}") } else { format!("plan renew {plan}{with}") };
    let (words, commands) = if is_own {
        (
            "a look at your pack when you have mended it, and a new beginning with it",
            vec!["selectors lint".to_owned(), again],
        )
    } else {
        (
            "a copy of the pack, a look at it when you have mended it, and a new beginning with it",
            vec!["selectors eject my-pack".to_owned(), "selectors lint my-pack".to_owned(), again],
        )
    };
    (words, commands.into_iter().map(|command| format!("exeunt {command}{flags}")).collect())
}

/// The three commands of which a person chooses one who looked at somebody in doubt: it happened, it did not, leave it.
/// `flags` are those that the command needs to mean this account, with a space before each.
#[must_use]
pub fn resolutions(slug: &Slug, flags: &str) -> [String; 3] {
    let slug = slug.encoded();
    ["done", "not-done", "skip"].map(|how| format!("exeunt resolve {slug}{flags} --as {how} --reason 'what you saw'"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::pack::Pack;
    use crate::flow::site::OTHER_ACCOUNT;

    #[test]
    fn what_is_mended_begins_anew_as_what_it_was() {
        let of = |what, flags, is_own| mending(what, flags, is_own).1;
        assert_eq!(
            of((Action::Remove, "P4K"), " --account ann", false),
            [
                "exeunt selectors eject my-pack --account ann",
                "exeunt selectors lint my-pack --account ann",
                "exeunt plan renew P4K --selectors my-pack --account ann",
            ]
        );
        assert_eq!(of((Action::Close, "P4K"), "", false)[2], "exeunt close --selectors my-pack");
        assert_eq!(of((Action::Hibernate, "P4K"), "", false)[2], "exeunt hibernate --selectors my-pack");
        // The flags of the call name the person's own pack.
        let own = " --selectors /x/my-pack";
        assert_eq!(
            of((Action::Remove, "P4K"), own, true),
            ["exeunt selectors lint --selectors /x/my-pack", "exeunt plan renew P4K --selectors /x/my-pack"]
        );
    }

    #[test]
    fn every_sign_of_the_pack_has_advice_of_its_own_in_both_directions() {
        let pack = Pack::load(crate::pack::embedded::sources()).unwrap().pack;
        let signs = pack.site.signs.iter().map(|sign| sign.name.value.as_str());
        for sign in signs.chain([OTHER_ACCOUNT, "drift", "unread_dialog", "fall", "notice", "came_back"]) {
            let advice = of_sign(sign);
            assert_ne!(advice, of_sign("no such sign"), "{sign}");
            assert!(!advice.act.is_empty() && !advice.avoid.is_empty(), "{sign}");
            for line in advice.lines() {
                assert!(!line.ends_with('.') && line.len() < 140, "{line}");
            }
        }
    }
}
