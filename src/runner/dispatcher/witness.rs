//! The page's own total as a second witness: it must not fall by more than this run removed, and not by less.
//!
//! Pure arithmetic on readings. It does not know where a total is read, or what follows from a fall or from a shortage.

use std::time::Duration;

use jiff::Timestamp;

use crate::event::id::{PlanId, Slug};

/// Readings of the page's own total within one run. Readings before a click and readings after one are two series: between
/// the two the page may filter, and some pages count only what the filter leaves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Witness {
    before: Option<u64>,
    after: Option<u64>,
    /// The newest total of any kind.
    last: Option<u64>,
    /// How many removals were sent, and may show in a later reading.
    sent: u64,
    /// How many were under way when the first reading was made: they may show in a later one too.
    earlier: u64,
}

/// When in a person's turn a total was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    /// On the page on which the click is about to be made.
    Before,
    /// On a fresh load after the click.
    After,
}

/// A fall that the removals of this run do not explain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fall {
    /// The first total.
    pub(super) from: u64,
    /// The total now.
    pub(super) to: u64,
    /// How many removals can explain a part of it.
    pub(super) ours: u64,
}

impl Witness {
    /// Removals whose outcome nobody knew yet when the run began.
    pub(super) fn began_with(&mut self, under_way: u64) {
        self.earlier = under_way;
    }

    /// An intention was written: from now on one more may be missing.
    pub(super) fn sent(&mut self) {
        self.sent += 1;
    }

    /// It is proved that the last intention did not take out whom it was meant for: it explains no fall.
    pub(super) fn did_nothing(&mut self) {
        self.sent = self.sent.saturating_sub(1);
    }

    /// The fall between two readings around one click that is proved to have done nothing to whom it was meant for: somebody
    /// else may have left by it. None where other removals explain it, whose fall may show late.
    pub(super) fn fell_beside(&self, before: u64, after: u64) -> Option<Fall> {
        self.unexplained(before, after)
    }

    fn unexplained(&self, from: u64, to: u64) -> Option<Fall> {
        let ours = self.sent + self.earlier;
        (to + ours < from).then_some(Fall { from, to, ours })
    }

    /// Takes a reading; answers the fall that nothing of ours explains, where there is one.
    ///
    /// A total that lags behind is only too high, and people who come in make it higher: neither is ever taken for a fall.
    pub(super) fn read(&mut self, moment: Moment, total: u64) -> Option<Fall> {
        self.last = Some(total);
        let series = match moment {
            Moment::Before => &mut self.before,
            Moment::After => &mut self.after,
        };
        let first = *series.get_or_insert(total);
        self.unexplained(first, total)
    }

    /// The first total of the run, the newest, and how many removals were sent; none where no total was read.
    pub(super) fn summary(&self) -> Option<(u64, u64, u64)> {
        let first = self.before.or(self.after)?;
        Some((first, self.last?, self.sent))
    }
}

impl std::fmt::Display for Fall {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { from, to, ours } = self;
        let missing = from - to - ours;
        let be = |number: u64| if number == 1 { "is" } else { "are" };
        write!(
            f,
            "the page's own total fell from {from} to {to}, and {ours} of that {} this program's at most: {missing} {} missing that it did not take out",
            be(*ours),
            be(missing)
        )
    }
}

/// Whose removal a click was.
pub(super) type Whose = (PlanId, Slug);

/// Whether the total of the whole list falls by what was removed.
///
/// Its readings come from fresh loads, before anything is filtered. Between two of them lie clicks. A fall by as many as there are
/// clicks proves them all. A total may lag, so that a fall proves nobody while an earlier click may still show: until it is old, or
/// has shown, the clicks stand together. People who come in only make a total higher, so that less is proved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Balance {
    clicks: Vec<Click>,
    /// The total before the first of the clicks.
    first: Option<u64>,
    /// The newest total.
    last: Option<u64>,
    /// The total from which the fall of the clicks that are open is counted.
    base: Option<u64>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Click {
    whose: Whose,
    at: Timestamp,
    /// Whether a total was read before it.
    is_measured: bool,
    proof: Proof,
    /// Whether somebody decided about it already.
    is_over: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Proof {
    /// It may still show in a later total.
    Open,
    /// The total fell by it.
    Fell,
    /// It is too old to show in a later total, and did not show in one.
    Missing,
}

/// More people are left than there can be after what was removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shortage {
    /// The total before the first removal.
    pub(super) before: u64,
    /// The total now.
    pub(super) after: u64,
    /// How many removals lie between the two.
    pub(super) removed: u64,
}

impl Balance {
    /// Takes a total of the whole list, of a load at that time. A click that is older than `late` shows in it, or never.
    pub(super) fn read(&mut self, total: u64, at: Timestamp, late: Duration) {
        self.last = Some(total);
        self.first.get_or_insert(total);
        let base = *self.base.get_or_insert(total);
        let is_old = |click: &Click| at.duration_since(click.at).unsigned_abs() >= late && click.at <= at;
        let mut open: Vec<&mut Click> = self.clicks.iter_mut().filter(|click| click.proof == Proof::Open).collect();
        let proof = match open.len() as u64 {
            0 => None,
            count if total + count <= base => Some(Proof::Fell),
            _ if open.iter().all(|click| is_old(click)) => Some(Proof::Missing),
            _ => return,
        };
        self.base = Some(total);
        open.iter_mut().for_each(|click| click.proof = proof.unwrap_or(click.proof));
    }

    /// A click that may take somebody out was allowed.
    pub(super) fn clicked(&mut self, whose: Whose, at: Timestamp) {
        let is_measured = self.base.is_some();
        self.clicks.push(Click { whose, at, is_measured, proof: Proof::Open, is_over: false });
    }

    /// It is proved that somebody's click did nothing.
    pub(super) fn did_nothing(&mut self, whose: &Whose) {
        self.clicks.retain(|click| click.whose != *whose);
        self.settle();
    }

    /// Somebody decided about a person: nothing more is asked about their click.
    pub(super) fn is_over(&mut self, whose: &Whose) {
        self.clicks.iter_mut().filter(|click| click.whose == *whose).for_each(|click| click.is_over = true);
        self.settle();
    }

    /// Whoever comes in between two batches is no matter of either: each has a first total of its own.
    fn settle(&mut self) {
        if self.clicks.iter().all(|click| click.is_over) {
            *self = Self { last: self.last, ..Self::default() };
        }
    }

    /// What speaks against somebody's removal: the total did not fall by it, and not by all removals together. None where no total
    /// was read before the click.
    pub(super) fn shortage(&self, whose: &Whose) -> Option<Shortage> {
        let click = self.clicks.iter().rfind(|click| click.whose == *whose)?;
        let (before, after, removed) = (self.first?, self.last?, self.clicks.len() as u64);
        let is_short = click.is_measured && click.proof != Proof::Fell && after + removed > before;
        is_short.then_some(Shortage { before, after, removed })
    }

    /// The fall of the whole list's total that all clicks but somebody's together do not explain, where it is proved that theirs did
    /// nothing to whom it was meant for: somebody else may have left by it. An earlier removal may show late, and is counted.
    pub(super) fn fell_beside(&self, whose: &Whose) -> Option<Fall> {
        let others = self.clicks.iter().filter(|click| click.whose != *whose).count() as u64;
        let (from, to) = (self.first?, self.last?);
        (to + others < from).then_some(Fall { from, to, ours: others })
    }

    /// When the last click was allowed.
    pub(super) fn last_click(&self) -> Option<Timestamp> {
        self.clicks.iter().map(|click| click.at).max()
    }
}

impl std::fmt::Display for Shortage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { before, after, removed } = self;
        let removals = if *removed == 1 { "removal" } else { "removals" };
        write!(f, "the page's own total was {before} before, and is {after} after {removed} {removals}")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_this_run_removed_explains_itself() {
        let mut witness = Witness::default();
        for gone in 0..20 {
            assert_eq!(witness.read(Moment::Before, 3_000 - gone), None);
            witness.sent();
            assert_eq!(witness.read(Moment::After, 2_999 - gone), None);
        }
        assert_eq!(witness.summary(), Some((3_000, 2_980, 20)));
    }

    #[test]
    fn a_fall_that_is_not_ours_is_told() {
        let mut witness = Witness::default();
        assert_eq!(witness.read(Moment::Before, 100), None);
        witness.sent();
        assert_eq!(witness.read(Moment::After, 99), None);
        let fall = witness.read(Moment::Before, 90).unwrap();
        assert_eq!(fall, Fall { from: 100, to: 90, ours: 1 });
        assert!(fall.to_string().ends_with("9 are missing that it did not take out"), "{fall}");
    }

    #[test]
    fn a_click_that_did_nothing_explains_no_fall() {
        let mut witness = Witness::default();
        assert_eq!(witness.read(Moment::Before, 100), None);
        witness.sent();
        witness.did_nothing();
        assert_eq!(witness.fell_beside(100, 100), None);
        assert_eq!(witness.fell_beside(100, 99), Some(Fall { from: 100, to: 99, ours: 0 }));
        assert_eq!(witness.read(Moment::Before, 99), Some(Fall { from: 100, to: 99, ours: 0 }));
        // A removal before it may show only now.
        let mut witness = Witness::default();
        witness.sent();
        witness.sent();
        witness.did_nothing();
        assert_eq!(witness.fell_beside(100, 99), None);
        assert!(witness.fell_beside(100, 98).is_some());
    }

    #[test]
    fn what_was_under_way_before_may_still_show() {
        let mut witness = Witness::default();
        witness.began_with(1);
        assert_eq!(witness.read(Moment::Before, 100), None);
        assert_eq!(witness.read(Moment::Before, 99), None);
        assert!(witness.read(Moment::Before, 98).is_some());
    }

    const LATE: Duration = Duration::from_secs(60);

    fn whose(slug: &str) -> Whose {
        ("PABC".parse().unwrap(), slug.parse().unwrap())
    }

    fn after(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).unwrap()
    }

    /// Totals and clicks, one a second unless a number of seconds stands before it: `10 anna 9`; who is short in the end.
    fn short(events: &str, people: &[&str]) -> Vec<String> {
        let (mut balance, mut at) = (Balance::default(), 0);
        for event in events.split(' ') {
            at += 1;
            match (event.strip_prefix('+'), event.parse()) {
                (Some(wait), _) => at += wait.parse::<i64>().unwrap(),
                (None, Ok(total)) => balance.read(total, after(at), LATE),
                (None, Err(_)) => match event.strip_prefix('-') {
                    Some(nothing) => balance.did_nothing(&whose(nothing)),
                    None => balance.clicked(whose(event), after(at)),
                },
            }
        }
        people.iter().filter(|slug| balance.shortage(&whose(slug)).is_some()).map(|slug| (*slug).to_owned()).collect()
    }

    #[test]
    fn a_total_that_does_not_fall_by_what_was_removed_is_short() {
        let people = ["anna", "bert", "carl"];
        for (events, doubtful) in [
            ("10 anna 9 9 bert 8 8", &[][..]),
            ("10 anna 10 10", &["anna"]),
            // The total lags: the next person's reading, or the last one, has it.
            ("10 anna 10 9 bert 9 8", &[]),
            ("10 anna 10 10 bert 10 10 carl 10 7", &[]),
            // One of two that are close together did not happen. Which one, no total tells: the first may only be late.
            ("10 anna 10 10 bert 9 9", &["anna", "bert"]),
            ("10 anna 9 9 bert 9 9", &["bert"]),
            // A click that is old shows in a total, or never.
            ("10 anna 10 +60 10 bert 9 9", &["anna"]),
            // Somebody comes in between two people: each has their own fall.
            ("10 anna 9 10 bert 9 9", &[]),
            // Somebody comes in while one is removed: that is one in doubt, and nobody else.
            ("10 anna 10 +60 10 bert 9 9 carl 8 8", &["anna"]),
            // What is proved to have done nothing is no removal.
            ("10 anna 10 -anna 10 bert 9 9", &[]),
            ("10 anna 10 -anna 10 bert 10 10", &["bert"]),
            // Without a total before the click there is nothing that could be short.
            ("anna 10 10", &[]),
            ("anna", &[]),
            ("10 anna", &["anna"]),
        ] {
            assert_eq!(short(events, &people), doubtful, "{events}");
        }
    }

    #[test]
    fn a_click_that_did_nothing_beside_removals_that_did_explains_no_fall() {
        // Each total is read before a click; the last one after all of them, and the last click did nothing.
        let beside = |totals: &[u64]| {
            let mut balance = Balance::default();
            let (last, before) = totals.split_last().unwrap();
            for (nth, (total, slug)) in before.iter().zip(["anna", "bert", "carl"]).enumerate() {
                let at = i64::try_from(nth).unwrap() * 10;
                balance.read(*total, after(at), LATE);
                balance.clicked(whose(slug), after(at + 1));
            }
            balance.read(*last, after(90), LATE);
            balance.fell_beside(&whose(["anna", "bert", "carl"][before.len() - 1]))
        };
        for (totals, fall) in [
            (&[40, 40][..], None),
            (&[40, 39], Some(Fall { from: 40, to: 39, ours: 0 })),
            (&[40, 39, 39], None),
            (&[40, 39, 38], Some(Fall { from: 40, to: 38, ours: 1 })),
            // The first removal shows only now.
            (&[40, 40, 39], None),
            // Somebody came in meanwhile.
            (&[40, 40, 40], None),
        ] {
            assert_eq!(beside(totals), fall, "{totals:?}");
        }
    }

    #[test]
    fn a_batch_that_is_decided_says_nothing_about_the_next() {
        let mut balance = Balance::default();
        balance.read(10, after(0), LATE);
        balance.clicked(whose("anna"), after(1));
        balance.clicked(whose("bert"), after(2));
        balance.read(9, after(90), LATE);
        let shortage = Some(Shortage { before: 10, after: 9, removed: 2 });
        assert_eq!((balance.shortage(&whose("anna")), balance.shortage(&whose("bert"))), (shortage, shortage));
        balance.is_over(&whose("anna"));
        assert_eq!(balance.shortage(&whose("bert")), shortage, "who is decided first takes nothing from the others");
        balance.is_over(&whose("bert"));
        balance.read(12, after(100), LATE);
        balance.clicked(whose("carl"), after(101));
        balance.read(12, after(102), LATE);
        let shortage = balance.shortage(&whose("carl")).unwrap();
        assert_eq!(shortage, Shortage { before: 12, after: 12, removed: 1 });
        assert_eq!(shortage.to_string(), "the page's own total was 12 before, and is 12 after 1 removal");
    }

    proptest! {
        /// Who was not removed is never proved, and who was is never in doubt while nobody comes in; whatever lags, up to its time.
        #[test]
        fn the_total_proves_nobody_who_is_still_there(
            people in proptest::collection::vec((proptest::bool::weighted(0.8), 0_i64..60, 1_i64..100), 1..30),
        ) {
            let (mut balance, mut at, mut falls) = (Balance::default(), 0, Vec::new());
            let total = |falls: &[i64], at: i64| 500 - falls.iter().filter(|fall| **fall <= at).count() as u64;
            for (nth, (happens, lag, gap)) in people.iter().enumerate() {
                balance.read(total(&falls, at), after(at), LATE);
                balance.clicked(whose(&format!("p{nth}")), after(at));
                falls.extend(happens.then_some(at + lag));
                balance.read(total(&falls, at + 1), after(at + 1), LATE);
                at += 1 + gap;
            }
            balance.read(total(&falls, at + 60), after(at + 60), LATE);
            let all = falls.len() == people.len();
            for (nth, (happens, ..)) in people.iter().enumerate() {
                let is_short = balance.shortage(&whose(&format!("p{nth}"))).is_some();
                prop_assert!(*happens || is_short, "p{nth} is still there");
                prop_assert!(!all || !is_short, "p{nth} is gone, and everybody else");
            }
        }
        /// A total may lag by what was removed, and people may come in: that is no fall.
        #[test]
        fn a_late_total_is_never_a_fall(lags in proptest::collection::vec((0_u64..4, 0_u64..2), 1..60)) {
            let (mut witness, mut people) = (Witness::default(), 500_u64);
            for (sent, (lag, came)) in (0_u64..).zip(lags) {
                people += came;
                prop_assert_eq!(witness.read(Moment::Before, people + lag.min(sent)), None);
                witness.sent();
                people -= 1;
                prop_assert_eq!(witness.read(Moment::After, people + lag.min(sent + 1)), None);
            }
        }

        #[test]
        fn more_missing_than_can_be_ours_is_always_a_fall(sent in 0_u64..40, missing in 1_u64..10) {
            let mut witness = Witness::default();
            prop_assert_eq!(witness.read(Moment::Before, 500), None);
            (0..sent).for_each(|_| witness.sent());
            prop_assert!(witness.read(Moment::Before, 500 - sent - missing).is_some());
        }
    }
}
