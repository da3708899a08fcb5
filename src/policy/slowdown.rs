//! How much slower than its pace an account is worked on after soft signals: a slow page, a 5xx, a 429 on a resource.

/// What one item said about the site's patience.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Observation {
    /// Nothing unusual.
    Clean,
    /// A slow page, one 5xx or a 429 on a resource: no stop sign, but a reason to slow down.
    Soft,
}

/// A factor on the gap: 1 without any signal, doubled by each soft one, a tenth less after twenty clean items.
///
/// It is never below 1, so that no observation makes a wait shorter than the pace says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slowdown {
    permille: u32,
    clean: u32,
}

/// Doubling ends here; with the longest default gap that is more than an hour between two people.
const MOST_PERMILLE: u32 = 64_000;
/// So many clean items in a row take a tenth off.
const CLEAN_FOR_A_STEP: u32 = 20;

/// The names of the two values in the record of an intention.
const FACTOR: &str = "pace.gap_factor";
const CLEAN: &str = "pace.clean_since";

impl Default for Slowdown {
    fn default() -> Self {
        Self::NONE
    }
}

impl Slowdown {
    /// No slowdown.
    pub const NONE: Self = Self { permille: 1_000, clean: 0 };

    /// What a history of observations, oldest first, leads to.
    #[must_use]
    pub fn of(history: impl IntoIterator<Item = Observation>) -> Self {
        history.into_iter().fold(Self::NONE, Self::after)
    }

    /// What one more observation leads to.
    #[must_use]
    pub fn after(self, observation: Observation) -> Self {
        match observation {
            Observation::Soft => Self { permille: (self.permille * 2).min(MOST_PERMILLE), clean: 0 },
            Observation::Clean if self.clean + 1 < CLEAN_FOR_A_STEP => Self { clean: self.clean + 1, ..self },
            Observation::Clean => Self { permille: (self.permille / 10 * 9).max(Self::NONE.permille), clean: 0 },
        }
    }

    /// As an intention records it, so that another run goes on as slowly: name and value; nothing where there is none.
    #[must_use]
    pub fn to_record(self) -> Vec<(String, String)> {
        if self.permille == Self::NONE.permille {
            return Vec::new();
        }
        vec![(FACTOR.to_owned(), self.factor().to_string()), (CLEAN.to_owned(), self.clean.to_string())]
    }

    /// What an intention recorded; what cannot be read is no slowdown.
    #[must_use]
    pub fn from_record(record: &[(String, String)]) -> Self {
        let value = |name: &str| record.iter().find(|(what, _)| what == name).map(|(_, value)| value.as_str());
        let factor = value(FACTOR).and_then(|text| text.parse::<f64>().ok()).filter(|factor| factor.is_finite());
        // Within these bounds the number of thousandths is a whole one.
        let permille =
            factor.map_or(Self::NONE.permille, |factor| (factor * 1_000.0).clamp(1_000.0, 64_000.0).round() as u32);
        let clean = value(CLEAN).and_then(|text| text.parse().ok()).filter(|clean| *clean < CLEAN_FOR_A_STEP);
        Self { permille, clean: clean.unwrap_or(0) }
    }

    /// The slower one.
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        if other.permille > self.permille { other } else { self }
    }

    /// The factor on the gap, 1 or more.
    #[must_use]
    pub fn factor(self) -> f64 {
        f64::from(self.permille) / 1_000.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn soft_signals_double_and_twenty_clean_items_take_a_tenth() {
        let slow = Slowdown::of([Observation::Soft, Observation::Soft]);
        assert_eq!(slow.factor(), 4.0);
        assert_eq!(Slowdown::of([Observation::Clean; 19].into_iter().fold(vec![Observation::Soft], and)).factor(), 2.0);
        assert_eq!(Slowdown::of([Observation::Clean; 20].into_iter().fold(vec![Observation::Soft], and)).factor(), 1.8);
    }

    #[test]
    fn what_cannot_be_read_back_is_no_slowdown() {
        let record = |factor: &str, clean: &str| {
            let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
            Slowdown::from_record(&[pair("pace.draw", "0.5"), pair(FACTOR, factor), pair(CLEAN, clean)])
        };
        assert_eq!(record("4", "7"), Slowdown { permille: 4_000, clean: 7 });
        for (factor, clean) in [("NaN", "0"), ("inf", "0"), ("0.1", "20"), ("-3", "x"), ("", "")] {
            assert_eq!(record(factor, clean), Slowdown::NONE, "{factor} {clean}");
        }
        assert_eq!(record("1e9", "0").factor(), 64.0);
    }

    fn and(mut list: Vec<Observation>, one: Observation) -> Vec<Observation> {
        list.push(one);
        list
    }

    proptest! {
        #[test]
        fn a_soft_signal_never_shortens_and_a_clean_one_never_lengthens(history in proptest::collection::vec(any::<bool>(), 0..200)) {
            let mut slowdown = Slowdown::NONE;
            for soft in history {
                let next = slowdown.after(if soft { Observation::Soft } else { Observation::Clean });
                prop_assert!(next.factor() >= 1.0);
                let (slower, faster) = if soft { (next, slowdown) } else { (slowdown, next) };
                prop_assert!(slower.factor() >= faster.factor());
                prop_assert_eq!(Slowdown::from_record(&next.to_record()).factor(), next.factor());
                prop_assert!(next.factor() == 1.0 || Slowdown::from_record(&next.to_record()) == next);
                slowdown = next;
            }
        }
    }
}
