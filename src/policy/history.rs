//! What the chain says of the past, as far as limits count it: what was charged, and how much time passed since.
//!
//! Somebody may set the wall clock forward, so that limits seem to have passed. The time since boot shows it: within one boot,
//! the time that the wall clock gained does not count, and everything charged before is moved later by as much. Between two
//! boots the two cannot be compared, and the wall clock is believed: a machine that is shut down each night must go on.

use std::time::Duration;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::quota::Debits;
use super::slowdown::Slowdown;
use crate::event::stamp::Stamp;

/// So much may the wall clock gain on the time since boot: time services correct by less.
pub const DRIFT: Duration = Duration::from_secs(5 * 60);

/// What an entry of the chain was charged to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charged {
    /// To no limit.
    Nothing,
    /// To the limits of effects, on that civil day.
    Effect(Date),
    /// To the limits of profile views.
    Visit,
}

/// One entry of the chain as limits see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tick {
    /// Its place in the chain.
    pub seq: u64,
    /// When it was written.
    pub at: Stamp,
    /// What it was charged to.
    pub charged: Charged,
    /// How much slower the account is worked on from there on, where the entry says so.
    pub slowdown: Option<Slowdown>,
}

/// The past of one account in one realm, entry by entry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    seen: u64,
    /// In the order in which they began.
    boots: Vec<Boot>,
    effects: Vec<(Charge, Date)>,
    visits: Vec<Charge>,
    /// The effects as they count where the wall clock gained nothing, which is nearly always.
    debits: Debits,
    trouble: Option<Timestamp>,
    slowdown: Slowdown,
}

/// How far the wall clock was ahead of the time since boot, in nanoseconds.
type Lead = i128;

#[derive(Debug, Clone, PartialEq, Eq)]
struct Boot {
    id: String,
    first: Lead,
    least: Lead,
    last: Lead,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Charge {
    at: Timestamp,
    /// The number of its boot, and the lead then; of no known boot: how many had begun.
    boot: Result<(usize, Lead), usize>,
}

impl History {
    /// The place of the newest entry that is in it; 0 for none.
    #[must_use]
    pub fn seen(&self) -> u64 {
        self.seen
    }

    /// One more entry; they come in the order of the chain.
    pub fn note(&mut self, tick: &Tick) {
        self.seen = tick.seq;
        let boot = self.boot(&tick.at);
        let charge = Charge { at: tick.at.utc, boot };
        self.slowdown = tick.slowdown.unwrap_or(self.slowdown);
        match tick.charged {
            Charged::Nothing => {}
            Charged::Effect(date) => {
                self.effects.push((charge, date));
                self.debits.push_on(charge.at, date);
            }
            Charged::Visit => self.visits.push(charge),
        }
    }

    /// When the account met a stop sign or was told to be silent last: clean days are counted from there.
    pub fn trouble(&mut self, at: Option<Timestamp>) {
        self.trouble = at;
    }

    /// How much slower the account was worked on at last: another run begins as slowly.
    #[must_use]
    pub fn slowdown(&self) -> Slowdown {
        self.slowdown
    }

    /// What was charged to the limits of effects, as it counts now.
    #[must_use]
    pub fn effects(&self, now: &Stamp) -> Debits {
        let gained = self.gained(now);
        let moved = |(charge, date): &(Charge, Date)| (gained.moved(charge, now), *date);
        let debits = if gained.nothing { self.debits.clone() } else { self.effects.iter().map(moved).collect() };
        debits.clean_from(self.effects.partition_point(|(charge, _)| Some(charge.at) <= self.trouble))
    }

    /// What was charged to the limits of profile views, as it counts now.
    #[must_use]
    pub fn visits(&self, now: &Stamp) -> Debits {
        let gained = self.gained(now);
        self.visits.iter().map(|charge| gained.moved(charge, now)).collect()
    }

    /// How much the wall clock was set forward since the last charge, if it was; for a word to the person.
    #[must_use]
    pub fn leapt(&self, now: &Stamp) -> Option<Duration> {
        let newest =
            self.effects.iter().map(|(charge, _)| charge).chain(&self.visits).max_by_key(|charge| charge.at)?;
        let by = self.gained(now).since(newest);
        (!by.is_zero()).then(|| by.unsigned_abs())
    }

    fn boot(&mut self, at: &Stamp) -> Result<(usize, Lead), usize> {
        if at.boot_id.is_empty() {
            return Err(self.boots.len());
        }
        let lead = lead(at);
        match self.boots.iter_mut().enumerate().rev().find(|(_, boot)| boot.id == at.boot_id) {
            Some((index, boot)) => {
                (boot.least, boot.last) = (boot.least.min(lead), lead);
                Ok((index, lead))
            }
            None => {
                self.boots.push(Boot { id: at.boot_id.clone(), first: lead, least: lead, last: lead });
                Ok((self.boots.len() - 1, lead))
            }
        }
    }

    /// What was gained in each boot until now; this moment belongs to its own boot.
    fn gained(&self, now: &Stamp) -> Gained {
        let is_now = |boot: &Boot| !now.boot_id.is_empty() && boot.id == now.boot_id;
        let last = |boot: &Boot| if is_now(boot) { lead(now) } else { boot.last };
        let mut from = vec![SignedDuration::ZERO];
        for boot in self.boots.iter().rev() {
            let sum = from[from.len() - 1].saturating_add(gain(boot.first, last(boot)));
            from.push(sum);
        }
        from.reverse();
        let nothing = self.boots.iter().all(|boot| gain(boot.least, last(boot)).is_zero());
        Gained { nothing, last: self.boots.iter().map(last).collect(), from }
    }
}

/// How much the wall clock gained on the time since boot.
struct Gained {
    /// Whether it gained nothing on any charge.
    nothing: bool,
    /// The lead at the end of each boot.
    last: Vec<Lead>,
    /// The gains of each boot and of all after it, and nothing at the end.
    from: Vec<SignedDuration>,
}

impl Gained {
    /// How much the wall clock was set forward after a charge.
    fn since(&self, charge: &Charge) -> SignedDuration {
        match charge.boot {
            Ok((boot, lead)) => gain(lead, self.last[boot]).saturating_add(self.from[boot + 1]),
            Err(next) => self.from[next],
        }
    }

    /// When a charge was, as it counts now: what the wall clock gained since is put on it, but it is never put ahead.
    fn moved(&self, charge: &Charge, now: &Stamp) -> Timestamp {
        let later = charge.at.saturating_add(self.since(charge)).unwrap_or(charge.at);
        charge.at.max(later.min(now.utc))
    }
}

fn lead(at: &Stamp) -> Lead {
    at.utc.as_nanosecond() - i128::from(at.boot_ns)
}

/// What lies between two leads, if it is more than time services correct by.
fn gain(from: Lead, to: Lead) -> SignedDuration {
    let gained = i64::try_from((to - from).clamp(0, i128::from(i64::MAX))).unwrap_or(i64::MAX);
    let gained = SignedDuration::from_nanos(gained);
    if gained.unsigned_abs() > DRIFT { gained } else { SignedDuration::ZERO }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HOUR: i64 = 3_600;

    fn stamp(utc: i64, boot: i64, boot_id: &str) -> Stamp {
        let utc = Timestamp::from_second(1_800_000_000 + utc).unwrap();
        Stamp { utc, boot_ns: boot * 1_000_000_000, boot_id: boot_id.to_owned() }
    }

    fn day() -> Date {
        jiff::civil::date(2027, 1, 15)
    }

    fn history(ticks: &[(Stamp, Charged)]) -> History {
        let mut history = History::default();
        for (index, (at, charged)) in ticks.iter().enumerate() {
            history.note(&Tick { seq: index as u64 + 1, at: at.clone(), charged: *charged, slowdown: None });
        }
        history
    }

    /// How long ago the effects count as, in seconds.
    fn ago(history: &History, now: &Stamp) -> Vec<i64> {
        history.effects(now).as_slice().iter().map(|at| now.utc.duration_since(*at).as_secs()).collect()
    }

    #[test]
    fn a_clock_set_forward_gives_no_credit_within_one_boot() {
        let history = history(&[(stamp(0, 100, "a"), Charged::Effect(day())), (stamp(60, 160, "a"), Charged::Visit)]);
        assert_eq!(ago(&history, &stamp(600, 700, "a")), [600]);
        let leapt = stamp(24 * HOUR + 600, 700, "a");
        assert_eq!(ago(&history, &leapt), [600], "a day forward, and ten minutes in truth");
        assert_eq!(history.leapt(&leapt), Some(Duration::from_secs(24 * 3_600)));
        let visits = history.visits(&leapt);
        assert_eq!(leapt.utc.duration_since(visits.last().unwrap()).as_secs(), 540);
        let slightly = stamp(600 + 299, 700, "a");
        assert_eq!(ago(&history, &slightly), [899], "what time services correct is believed");
        assert_eq!(history.leapt(&slightly), None);
    }

    #[test]
    fn a_night_asleep_is_time_that_passed() {
        let history = history(&[(stamp(0, 100, "a"), Charged::Effect(day()))]);
        assert_eq!(
            ago(&history, &stamp(8 * HOUR, 100 + 8 * HOUR, "a")),
            [8 * HOUR],
            "the time since boot counts sleep"
        );
    }

    #[test]
    fn another_boot_is_believed_and_what_leapt_in_an_earlier_one_is_not_forgotten() {
        let charged = Charged::Effect(day());
        let plain = history(&[(stamp(0, 100, "a"), charged)]);
        assert_eq!(ago(&plain, &stamp(12 * HOUR, 5, "b")), [12 * HOUR]);
        let leapt = history(&[(stamp(0, 100, "a"), charged), (stamp(20 * HOUR, 160, "a"), Charged::Nothing)]);
        let leap = 20 * HOUR - 60;
        assert_eq!(ago(&leapt, &stamp(21 * HOUR, 5, "b")), [21 * HOUR - leap]);
        let nameless = history(&[(stamp(0, 0, ""), charged), (stamp(60, 160, "a"), Charged::Nothing)]);
        assert_eq!(
            ago(&nameless, &stamp(20 * HOUR, 100, "")),
            [20 * HOUR],
            "where no boot is known, the clock is believed"
        );
        assert_eq!(ago(&nameless, &stamp(20 * HOUR, 220, "a")), [20 * HOUR - (20 * HOUR - 120)]);
    }

    #[test]
    fn a_clock_that_was_put_right_again_costs_nothing() {
        let charged = Charged::Effect(day());
        let history = history(&[(stamp(0, 100, "a"), charged), (stamp(24 * HOUR, 200, "a"), Charged::Nothing)]);
        assert_eq!(ago(&history, &stamp(48 * HOUR, 100 + 48 * HOUR, "a")), [48 * HOUR]);
    }

    #[test]
    fn nothing_is_put_ahead_of_now_and_a_clock_that_went_back_moves_nothing() {
        let history = history(&[(stamp(1_000, 100, "a"), Charged::Effect(day()))]);
        assert_eq!(ago(&history, &stamp(0, 110, "a")), [-1_000]);
        assert_eq!(ago(&history, &stamp(90_000, 100, "a")), [0]);
    }

    #[test]
    fn clean_days_begin_after_the_last_trouble() {
        let charged = Charged::Effect(day());
        let mut history =
            history(&[(stamp(0, 0, "a"), charged), (stamp(10, 10, "a"), charged), (stamp(20, 20, "a"), charged)]);
        let clean = |history: &History| history.effects(&stamp(30, 30, "a")).clean();
        assert_eq!(clean(&history), 3);
        history.trouble(Some(stamp(10, 0, "a").utc));
        assert_eq!(clean(&history), 1);
        history.trouble(Some(stamp(25, 0, "a").utc));
        assert_eq!(clean(&history), 0);
    }

    proptest! {
        /// Leaps forward and reboots come in any order; what counts as passed is never more than what did pass, and what the
        /// clock cannot tell between two boots.
        #[test]
        fn no_leap_within_a_boot_ever_ages_a_charge(
            steps in proptest::collection::vec((1_i64..50_000, 0_i64..200_000, 0_u8..10), 1..30),
        ) {
            let (mut truth, mut leapt, mut boot_began, mut boot) = (0, 0, 0, 0_u32);
            let mut history = History::default();
            let mut charged: Vec<i64> = Vec::new();
            for (index, (passes, leap, what)) in steps.iter().enumerate() {
                truth += passes;
                match what {
                    0 => {
                        boot += 1;
                        boot_began = truth;
                        // A boot begins with whatever the clock says; no leap hides in it here.
                    }
                    1..=3 => leapt += leap.max(&301),
                    _ => {}
                }
                let at = stamp(truth + leapt, truth - boot_began, &boot.to_string());
                let what = if what % 2 == 0 { charged.push(truth); Charged::Effect(day()) } else { Charged::Nothing };
                history.note(&Tick { seq: index as u64 + 1, at: at.clone(), charged: what, slowdown: None });
                let counted: Vec<i64> = ago(&history, &at);
                for (counted, truly) in counted.iter().zip(charged.iter().map(|at| truth - at)) {
                    prop_assert!(*counted <= truly, "counted as {counted} s ago, was {truly}");
                }
            }
        }
    }
}
