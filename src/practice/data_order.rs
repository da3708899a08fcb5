//! An archive of the account's data as it was asked for: which files, when it is ready, what it is called.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// How long an archive can be fetched.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(72);
/// How long a slow one takes.
pub(super) const SLOW: SignedDuration = SignedDuration::from_hours(24);

/// What was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// Chosen files.
    Basic,
    /// Everything.
    Complete,
}

/// A file of the archive that can be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum File {
    Connections,
    Invitations,
    Messages,
    Profile,
    Registration,
}

impl File {
    pub(super) const ALL: [Self; 5] =
        [Self::Connections, Self::Invitations, Self::Messages, Self::Profile, Self::Registration];

    /// The word of the form.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Connections => "connections",
            Self::Invitations => "invitations",
            Self::Messages => "messages",
            Self::Profile => "profile",
            Self::Registration => "registration",
        }
    }

    /// Its name in the archive.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Connections => "Connections.csv",
            Self::Invitations => "Invitations.csv",
            Self::Messages => "messages.csv",
            Self::Profile => "Profile.csv",
            Self::Registration => "Registration.csv",
        }
    }
}

/// An archive that was asked for.
#[derive(Debug, Clone)]
pub(super) struct Order {
    pub(super) extent: Extent,
    pub(super) files: Vec<File>,
    pub(super) ready: Timestamp,
    pub(super) mailed: bool,
}

impl Order {
    pub(super) fn new(extent: Extent, files: Vec<File>, ready: Timestamp) -> Self {
        Self { extent, files, ready, mailed: false }
    }

    /// Until when it can be fetched.
    pub(super) fn until(&self) -> Timestamp {
        self.ready.saturating_add(KEPT_FOR).unwrap_or(Timestamp::MAX)
    }

    /// `Basic_LinkedInDataExport_11-22-2026.zip`: the name that official archives have, which importers look for.
    pub(super) fn file_name(&self) -> String {
        let day = day_of(self.ready);
        let extent = if self.extent == Extent::Basic { "Basic" } else { "Complete" };
        format!("{extent}_LinkedInDataExport_{:02}-{:02}-{:04}.zip", day.month(), day.day(), day.year())
    }
}

fn day_of(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_says_which_and_when() {
        let order = Order::new(Extent::Basic, vec![File::Connections], "2026-02-08T23:59:00Z".parse().unwrap());
        assert_eq!(order.file_name(), "Basic_LinkedInDataExport_02-08-2026.zip");
        assert_eq!(order.until(), "2026-02-11T23:59:00Z".parse().unwrap());
        let all = Order { extent: Extent::Complete, ..order };
        assert_eq!(all.file_name(), "Complete_LinkedInDataExport_02-08-2026.zip");
    }
}
