//! Writes times as a reader sees them: civil time, in the zone that the caller names.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use crate::policy::zone;

/// `09:31:07`.
pub(super) fn clock(at: Timestamp, zone: &TimeZone) -> String {
    local(at, zone).strftime("%H:%M:%S").to_string()
}

/// `20 November 2026, 09:31`.
pub(super) fn minute(at: Timestamp, zone: &TimeZone) -> String {
    local(at, zone).strftime("%-d %B %Y, %H:%M").to_string()
}

/// `20 November 2026, 09:31 to 10:02`, or with both dates where they differ.
pub(super) fn minutes(from: Timestamp, until: Timestamp, zone: &TimeZone) -> String {
    let end = match date(from, zone) == date(until, zone) {
        true => local(until, zone).strftime("%H:%M").to_string(),
        false => minute(until, zone),
    };
    format!("{} to {end}", minute(from, zone))
}

/// `Friday, 20 November 2026`.
pub(super) fn day(date: Date) -> String {
    date.strftime("%A, %-d %B %Y").to_string()
}

/// The civil date.
pub(super) fn date(at: Timestamp, zone: &TimeZone) -> Date {
    local(at, zone).date()
}

/// The zone's name and its distance from UTC at that time: `Europe/Berlin, UTC+01:00`; `local time, UTC-05:00` where it has no
/// name.
pub(super) fn zone_name(at: Timestamp, zone: &TimeZone) -> String {
    let name = zone::name(zone, at);
    let offset = local(at, zone).strftime("%:z").to_string();
    if name == "UTC" || zone::is_nameless(zone) { name } else { format!("{name}, UTC{offset}") }
}

pub(super) fn local(at: Timestamp, zone: &TimeZone) -> Zoned {
    at.to_zoned(zone.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_shown_where_it_happened() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let at: Timestamp = "2026-11-20T23:05:09Z".parse().unwrap();
        assert_eq!(clock(at, &zone), "00:05:09");
        assert_eq!(minute(at, &zone), "21 November 2026, 00:05");
        let later: Timestamp = "2026-11-21T00:05:09Z".parse().unwrap();
        assert_eq!(minutes(at, later, &zone), "21 November 2026, 00:05 to 01:05");
        assert_eq!(minutes(at, later, &TimeZone::UTC), "20 November 2026, 23:05 to 21 November 2026, 00:05");
        assert_eq!(day(date(at, &zone)), "Saturday, 21 November 2026");
        assert_eq!(zone_name(at, &zone), "Europe/Berlin, UTC+01:00");
        assert_eq!(zone_name(at, &TimeZone::UTC), "UTC");
        assert_eq!(zone_name(at, &TimeZone::unknown()), "UTC");
        let nameless = TimeZone::posix("EST5EDT,M3.2.0,M11.1.0").unwrap();
        assert_eq!(zone_name(at, &nameless), "local time, UTC-05:00");
    }
}
