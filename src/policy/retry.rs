//! What a reading after a click means, how often an effect is tried, and how long a refusal is answered with silence.

use std::time::Duration;

use super::pace::Pace;

/// How often one effect of one plan may be tried: the first time, and once more after proof that nothing happened.
pub const MOST_ATTEMPTS: u32 = 2;

/// How often an unreadable page may send a verification round again.
pub const MOST_UNREADABLE: u32 = 3;

/// Whether an effect that is proved not to have happened may be tried again after `attempt` tries.
#[must_use]
pub fn may_try_again(attempt: u32) -> bool {
    attempt < MOST_ATTEMPTS
}

/// What a fresh, read-only look at the page said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Positive proof that the person is not in the network.
    Gone,
    /// Positive proof that the person still is.
    StillThere,
    /// Neither: an empty list, a spinner, an error, a login page, a miss without its witness.
    Unreadable,
}

/// What follows from a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The effect happened.
    Done,
    /// The effect did not happen; it may be tried again if attempts are left.
    NotApplied,
    /// Too early or too unclear: look again from a fresh load after this long.
    AgainAfter(Duration),
    /// The page does not say; a person must look.
    NeedsHuman,
}

/// What a reading means, on a page loaded `since_click` after the last click of the intention, with `unreadable_so_far`
/// unreadable readings of the same verification before it.
///
/// A person who is still there proves nothing until the settle time of the pace is over, because the site may be slow.
#[must_use]
pub fn after_reading(reading: Reading, since_click: Duration, unreadable_so_far: u32, pace: &Pace) -> Verdict {
    let left = pace.not_applied_after.saturating_sub(since_click);
    match reading {
        Reading::Gone => Verdict::Done,
        Reading::StillThere if left.is_zero() => Verdict::NotApplied,
        Reading::StillThere => Verdict::AgainAfter(left),
        Reading::Unreadable if unreadable_so_far < MOST_UNREADABLE => {
            Verdict::AgainAfter(pace.not_applied_after / 6 * (unreadable_so_far + 1))
        }
        Reading::Unreadable => Verdict::NeedsHuman,
    }
}

/// How long the audit still has to wait before it may read a person again who was read as gone `since_done` ago.
#[must_use]
pub fn audit_in(since_done: Duration, pace: &Pace) -> Duration {
    pace.audit_after.saturating_sub(since_done)
}

/// The answer to a page with status 429 or 999.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cooling {
    /// Nothing is asked of the site for so long; then it is looked at, read-only, before the next person.
    pub silence: Duration,
    /// Whether only a person may end it, and not before the silence is over.
    pub latched: bool,
}

/// The window in which refusals are counted.
pub const REFUSALS_COUNT_FOR: Duration = Duration::from_secs(7 * 24 * 3_600);

/// The answer to a refusal, with `before` other refusals in the [`REFUSALS_COUNT_FOR`] before it and what the site asked for.
///
/// Two, four and eight hours, longer if the site asks for longer; from the third on the account is latched as well.
#[must_use]
pub fn cooling(before: u32, asked_for: Option<Duration>) -> Cooling {
    let hours = match before {
        0 => 2,
        1 => 4,
        _ => 8,
    };
    let silence = Duration::from_secs(hours * 3_600).max(asked_for.unwrap_or_default());
    Cooling { silence, latched: before >= 2 }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn gone_is_done_at_any_time() {
        assert_eq!(after_reading(Reading::Gone, Duration::ZERO, 3, &Pace::default()), Verdict::Done);
    }

    #[test]
    fn still_there_is_not_applied_only_after_three_minutes() {
        let verdict = |since| after_reading(Reading::StillThere, since, 0, &Pace::default());
        assert_eq!(verdict(MINUTE), Verdict::AgainAfter(2 * MINUTE));
        assert_eq!(verdict(3 * MINUTE - Duration::from_nanos(1)), Verdict::AgainAfter(Duration::from_nanos(1)));
        assert_eq!(verdict(3 * MINUTE), Verdict::NotApplied);
        assert_eq!(after_reading(Reading::StillThere, Duration::from_secs(3), 0, &Pace::off()), Verdict::NotApplied);
    }

    #[test]
    fn unreadable_is_looked_at_three_times_more_and_then_by_a_person() {
        let verdict = |so_far| after_reading(Reading::Unreadable, 60 * MINUTE, so_far, &Pace::default());
        assert_eq!(verdict(0), Verdict::AgainAfter(MINUTE / 2));
        assert_eq!(verdict(1), Verdict::AgainAfter(MINUTE));
        assert_eq!(verdict(2), Verdict::AgainAfter(MINUTE * 3 / 2));
        assert_eq!(verdict(3), Verdict::NeedsHuman);
        assert_eq!(verdict(u32::MAX), Verdict::NeedsHuman);
    }

    #[test]
    fn two_attempts_and_no_third() {
        assert!(may_try_again(1));
        assert!(!may_try_again(2));
    }

    #[test]
    fn the_third_refusal_latches() {
        let hours = |before, asked| (cooling(before, asked).silence.as_secs() / 3_600, cooling(before, asked).latched);
        assert_eq!(hours(0, None), (2, false));
        assert_eq!(hours(1, None), (4, false));
        assert_eq!(hours(2, None), (8, true));
        assert_eq!(hours(0, Some(10 * 60 * MINUTE)), (10, false), "longer if asked");
        assert_eq!(hours(1, Some(MINUTE)), (4, false), "never shorter");
    }

    #[test]
    fn the_audit_waits_for_the_rest_of_its_minute() {
        assert_eq!(audit_in(MINUTE / 3, &Pace::default()), MINUTE * 2 / 3);
        assert_eq!(audit_in(2 * MINUTE, &Pace::default()), Duration::ZERO);
    }
}
