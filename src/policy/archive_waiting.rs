//! When the site is looked at again for an archive that it makes: rarely, since each look loads pages of the account.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::event::fact::ArchiveScope;
use crate::event::id::Realm;

/// How long the site offers an archive: until then it makes no other.
const OFFERED: SignedDuration = SignedDuration::from_hours(72);

/// Until when the site offers an archive that was ready at this moment, and makes no other.
#[must_use]
pub fn offered_until(ready: Timestamp) -> Timestamp {
    ready.checked_add(OFFERED).unwrap_or(Timestamp::MAX)
}

/// How an archive is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// How long the site says that it takes.
    pub usual: Duration,
    /// The first look comes so long after the request, and no two looks are closer together.
    pub least: Duration,
    /// Two looks are never further apart.
    pub most: Duration,
}

impl Waiting {
    /// Of chosen files: "about ten minutes".
    pub const CONNECTIONS: Self = Self {
        usual: Duration::from_secs(10 * 60),
        least: Duration::from_secs(10 * 60),
        most: Duration::from_secs(60 * 60),
    };
    /// Of everything: "within 24 hours", and often in a few.
    pub const ALL: Self = Self {
        usual: Duration::from_secs(24 * 60 * 60),
        least: Duration::from_secs(2 * 60 * 60),
        most: Duration::from_secs(4 * 60 * 60),
    };
    /// On the practice site, which belongs to whoever practises and takes two seconds unless told otherwise.
    pub const PRACTICE: Self =
        Self { usual: Duration::from_secs(2), least: Duration::from_secs(2), most: Duration::from_secs(30) };

    /// How an archive of this much is waited for.
    #[must_use]
    pub fn of(realm: Realm, scope: ArchiveScope) -> Self {
        match (realm, scope) {
            (Realm::Practice, _) => Self::PRACTICE,
            (Realm::Real, ArchiveScope::Connections) => Self::CONNECTIONS,
            (Realm::Real, ArchiveScope::All) => Self::ALL,
        }
    }

    /// How long until the next look, where the site was asked `waited` ago: half of that, within the two bounds. What is
    /// late already is looked at less often.
    #[must_use]
    pub fn next_look(&self, waited: Duration) -> Duration {
        (waited / 2).clamp(self.least, self.most)
    }

    /// How long until somebody who does not wait may expect it, where the site was asked `waited` ago.
    #[must_use]
    pub fn due_in(&self, waited: Duration) -> Duration {
        let left = self.usual.saturating_sub(waited);
        if left.is_zero() { self.next_look(waited) } else { left }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// When the looks of one wait come, in minutes after the request.
    fn looks(waiting: &Waiting, until: Duration) -> Vec<u64> {
        let mut at = Duration::ZERO;
        let mut looks = vec![];
        while at < until {
            at += waiting.next_look(at);
            looks.push(at.as_secs() / 60);
        }
        looks
    }

    #[test]
    fn looks_are_few_and_the_first_comes_when_it_may_be_ready() {
        assert_eq!(looks(&Waiting::CONNECTIONS, Duration::from_secs(3600)), [10, 20, 30, 45, 67]);
        assert_eq!(looks(&Waiting::ALL, Waiting::ALL.usual), [120, 240, 360, 540, 780, 1020, 1260, 1500]);
        let practice = looks(&Waiting::PRACTICE, Duration::from_secs(600));
        assert!(practice.len() < 30, "{practice:?}");
    }

    #[test]
    fn the_time_to_come_back_is_never_over() {
        for waiting in [Waiting::CONNECTIONS, Waiting::ALL, Waiting::PRACTICE] {
            assert_eq!(waiting.due_in(Duration::ZERO), waiting.usual);
            for waited in [waiting.usual, waiting.usual * 2, waiting.usual * 100] {
                assert!(waiting.due_in(waited) >= waiting.least);
            }
        }
    }

    #[test]
    fn how_long_it_takes_follows_from_the_site_and_from_how_much_it_is() {
        for (realm, scope, waiting) in [
            (Realm::Real, ArchiveScope::All, Waiting::ALL),
            (Realm::Real, ArchiveScope::Connections, Waiting::CONNECTIONS),
            (Realm::Practice, ArchiveScope::All, Waiting::PRACTICE),
            (Realm::Practice, ArchiveScope::Connections, Waiting::PRACTICE),
        ] {
            assert_eq!(Waiting::of(realm, scope), waiting);
        }
    }

    #[test]
    fn an_archive_is_offered_for_three_days() {
        let ready: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
        assert_eq!(offered_until(ready), "2026-03-05T09:00:00Z".parse().unwrap());
        assert_eq!(offered_until(Timestamp::MAX), Timestamp::MAX);
    }
}
