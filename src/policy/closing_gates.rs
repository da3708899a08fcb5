//! The gates before the account itself is closed or hidden: from what is known, how each one is answered.
//!
//! Nothing is read and nothing is worded here. What only a page or a person can tell is answered with "later".

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::event::fact::Verdict;
use crate::event::id::Action;

/// An archive older than this says little about the account of today.
const ARCHIVE_DAYS: i32 = 30;

/// Between two attempts at least so much time passes.
const BETWEEN: SignedDuration = SignedDuration::from_hours(24);

/// What is known before a page is loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Close or hibernate.
    pub action: Action,
    /// Whether it is done, or only rehearsed.
    pub is_live: bool,
    /// Whether a person is at the terminal.
    pub is_person_there: bool,
    /// Whether the person goes on without a fresh archive.
    pub without_archive: bool,
    /// The day on which the newest archive of the account was made; none if none was taken in.
    pub archive: Option<Date>,
    /// What is in doubt.
    pub doubt: Doubt,
    /// How many approved plans are not finished.
    pub unfinished: u64,
    /// What the proof of earlier runs is worth.
    pub proof: Proof,
    /// When the same was tried last.
    pub last_attempt: Option<Timestamp>,
}

/// What of the account is in doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// Nothing.
    Nothing,
    /// Whether the account was closed or hidden before.
    Account,
    /// What became of so many people.
    People(u64),
}

/// What the proof of all earlier runs is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// Something in it was changed.
    Tampered,
    /// So many runs have gaps in it.
    Incomplete(u64),
    /// That of so many runs is whole.
    Whole(u64),
}

/// How one gate is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// No archive was taken in, which the person accepts or not.
    NoArchive {
        /// Whether the person accepts it.
        accepted: bool,
    },
    /// The newest archive is old, which the person accepts or not.
    OldArchive {
        /// Its age in days.
        days: i32,
        /// Whether the person accepts it.
        accepted: bool,
    },
    /// The newest archive is fresh.
    Archive {
        /// Its age in days; negative where it bears a later date than today.
        days: i32,
    },
    /// Nothing, the account, or people are in doubt.
    InDoubt(Doubt),
    /// So many plans are not finished.
    Plans(u64),
    /// What the proof so far is worth.
    Evidence(Proof),
    /// Nobody tried it in the last 24 hours.
    FirstAttempt,
    /// It was tried less than 24 hours ago.
    TriedBefore {
        /// When the next attempt may begin.
        next: Timestamp,
    },
    /// Whose account it is: the page says so.
    Account,
    /// What the site refuses to close: its pages say so.
    Premium,
    /// The account's own password: the site asks for it.
    Password,
    /// The way that can be undone is offered first.
    Hibernate,
    /// A live run needs a person, and this is a rehearsal.
    PersonLater,
    /// A person is at the terminal.
    PersonThere,
    /// Nobody is at the terminal.
    NobodyThere,
}

impl Answer {
    /// The gate's name, as it is recorded.
    #[must_use]
    pub fn gate(self) -> &'static str {
        match self {
            Self::NoArchive { .. } | Self::OldArchive { .. } | Self::Archive { .. } => "archive",
            Self::InDoubt(_) => "in-doubt",
            Self::Plans(_) => "plans",
            Self::Evidence(_) => "evidence",
            Self::FirstAttempt | Self::TriedBefore { .. } => "attempt",
            Self::Account => "account",
            Self::Premium => "premium",
            Self::Password => "password",
            Self::Hibernate => "hibernate",
            Self::PersonLater | Self::PersonThere | Self::NobodyThere => "person",
        }
    }

    /// Whether the gate lets the deed pass.
    #[must_use]
    pub fn verdict(self) -> Verdict {
        match self {
            Self::Archive { .. }
            | Self::InDoubt(Doubt::Nothing)
            | Self::Plans(0)
            | Self::Evidence(Proof::Whole(_))
            | Self::FirstAttempt
            | Self::PersonThere => Verdict::Pass,
            Self::NoArchive { accepted: true }
            | Self::OldArchive { accepted: true, .. }
            | Self::Evidence(Proof::Incomplete(_)) => Verdict::Waived,
            Self::NoArchive { accepted: false }
            | Self::OldArchive { accepted: false, .. }
            | Self::InDoubt(_)
            | Self::Plans(_)
            | Self::Evidence(Proof::Tampered)
            | Self::TriedBefore { .. }
            | Self::NobodyThere => Verdict::Fail,
            Self::Account | Self::Premium | Self::Password | Self::Hibernate | Self::PersonLater => Verdict::Later,
        }
    }
}

/// How every gate is answered at a moment, in the order in which they are shown.
#[must_use]
pub fn answers(known: &Known, now: Timestamp, today: Date) -> Vec<Answer> {
    let mut answers = vec![
        archive(known, today),
        Answer::InDoubt(known.doubt),
        Answer::Plans(known.unfinished),
        Answer::Evidence(known.proof),
        attempt(known, now),
        Answer::Account,
    ];
    if known.action == Action::Close {
        answers.extend([Answer::Premium, Answer::Password, Answer::Hibernate]);
    }
    answers.push(match (known.is_live, known.is_person_there) {
        (false, _) => Answer::PersonLater,
        (true, true) => Answer::PersonThere,
        (true, false) => Answer::NobodyThere,
    });
    answers
}

fn archive(known: &Known, today: Date) -> Answer {
    let accepted = known.without_archive;
    let Some(made) = known.archive else { return Answer::NoArchive { accepted } };
    let days = today.since(made).map_or(0, |span| span.get_days());
    if days > ARCHIVE_DAYS { Answer::OldArchive { days, accepted } } else { Answer::Archive { days } }
}

fn attempt(known: &Known, now: Timestamp) -> Answer {
    let next = known.last_attempt.and_then(|last| last.checked_add(BETWEEN).ok()).filter(|next| *next > now);
    next.map_or(Answer::FirstAttempt, |next| Answer::TriedBefore { next })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn now() -> Timestamp {
        "2026-03-02T09:00:00Z".parse().unwrap()
    }

    fn today() -> Date {
        date(2026, 3, 2)
    }

    /// A live closure to which nothing is opposed.
    fn free() -> Known {
        Known {
            action: Action::Close,
            is_live: true,
            is_person_there: true,
            without_archive: false,
            archive: Some(today()),
            doubt: Doubt::Nothing,
            unfinished: 0,
            proof: Proof::Whole(3),
            last_attempt: None,
        }
    }

    fn failed(known: &Known) -> Vec<&'static str> {
        let answers = answers(known, now(), today());
        answers.into_iter().filter(|answer| answer.verdict() == Verdict::Fail).map(Answer::gate).collect()
    }

    #[test]
    fn each_gate_alone_holds_the_deed_back() {
        assert_eq!(failed(&free()), [""; 0]);
        for (known, gate) in [
            (Known { archive: None, ..free() }, "archive"),
            (Known { archive: Some(date(2026, 1, 30)), ..free() }, "archive"),
            (Known { doubt: Doubt::Account, ..free() }, "in-doubt"),
            (Known { doubt: Doubt::People(1), ..free() }, "in-doubt"),
            (Known { unfinished: 1, ..free() }, "plans"),
            (Known { proof: Proof::Tampered, ..free() }, "evidence"),
            (Known { last_attempt: Some(now()), ..free() }, "attempt"),
            (Known { is_person_there: false, ..free() }, "person"),
        ] {
            assert_eq!(failed(&known), [gate], "{known:?}");
        }
    }

    #[test]
    fn a_person_may_go_on_without_the_archive_and_with_gaps_in_the_proof_only() {
        for archive in [None, Some(date(2025, 1, 1))] {
            let known = Known { without_archive: true, archive, proof: Proof::Incomplete(2), ..free() };
            assert_eq!(failed(&known), [""; 0]);
            let waived = answers(&known, now(), today());
            let waived = waived.into_iter().filter(|answer| answer.verdict() == Verdict::Waived).map(Answer::gate);
            assert_eq!(waived.collect::<Vec<_>>(), ["archive", "evidence"]);
        }
    }

    #[test]
    fn thirty_days_and_twenty_four_hours_are_enough() {
        let archive = |made| answers(&Known { archive: Some(made), ..free() }, now(), today())[0];
        assert_eq!(archive(date(2026, 1, 31)), Answer::Archive { days: 30 });
        assert_eq!(archive(date(2026, 1, 30)), Answer::OldArchive { days: 31, accepted: false });
        assert_eq!(archive(date(2026, 3, 3)), Answer::Archive { days: -1 }, "made in a zone where it is tomorrow");
        let attempt = |hours| {
            let last = now().checked_sub(SignedDuration::from_hours(hours)).unwrap();
            answers(&Known { last_attempt: Some(last), ..free() }, now(), today())[4]
        };
        assert_eq!(attempt(24), Answer::FirstAttempt);
        let next = now().checked_add(SignedDuration::from_hours(1)).unwrap();
        assert_eq!(attempt(23), Answer::TriedBefore { next });
    }

    #[test]
    fn each_gate_is_asked_once_and_a_rehearsal_needs_nobody() {
        let names = |known: &Known| answers(known, now(), today()).into_iter().map(Answer::gate).collect::<Vec<_>>();
        let common = ["archive", "in-doubt", "plans", "evidence", "attempt", "account"];
        assert_eq!(names(&free()), [&common[..], &["premium", "password", "hibernate", "person"]].concat());
        let hidden = Known { action: Action::Hibernate, is_live: false, is_person_there: false, ..free() };
        assert_eq!(names(&hidden), [&common[..], &["person"]].concat());
        assert_eq!(answers(&hidden, now(), today()).last(), Some(&Answer::PersonLater));
    }
}
