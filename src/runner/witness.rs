//! The page's own total as a second witness: it must not fall by more than this run removed.
//!
//! Pure arithmetic on readings. It does not know where a total is read, or what follows from a fall.

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
        write!(
            f,
            "the page's own total fell from {from} to {to}, and {ours} of that are this program's at most: {missing} are missing that it did not take out"
        )
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

    proptest! {
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
