//! A time zone by its name.

use jiff::tz::{TimeZone, TimeZoneDatabase};

/// The zone of that name, by the data of this machine, or where it has none for it by those in the program. None: there is
/// no such zone.
///
/// # Examples
/// ```
/// use exeunt::settings::zone_of;
///
/// assert!(zone_of("UTC").is_some() && zone_of("Europe/Berlin").is_some() && zone_of("Mars/Base").is_none());
/// ```
#[must_use]
pub fn of(name: &str) -> Option<TimeZone> {
    TimeZone::get(name).or_else(|_| TimeZoneDatabase::bundled().get(name)).ok()
}
