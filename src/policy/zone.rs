//! Time zones in words: what a zone is called where it is shown, and what an approval binds of it.
//!
//! Not every zone has a name: a copied `/etc/localtime`, `TZ=:/path` and `TZ=EST5EDT,M3.2.0,M11.1.0` are rules without one.
//! Such a zone is local time, and never called UTC.

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

/// The names under which the zone database has UTC itself.
const UTC: [&str; 7] = ["Etc/UCT", "Etc/UTC", "Etc/Universal", "Etc/Zulu", "UCT", "Universal", "Zulu"];

/// The year by whose changes of the clocks a zone without a name is known again.
const YEAR: [i64; 2] = [1_767_225_600, 1_798_761_600];

/// What a zone is called at a moment: its name, or `local time, UTC-05:00` where it has none.
///
/// A machine that does not say in which zone it is works in UTC, and so its zone is called.
///
/// # Examples
/// ```
/// use exeunt::policy::zone::name;
/// use jiff::{Timestamp, tz::TimeZone};
///
/// let at: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
/// assert_eq!(name(&TimeZone::get("Europe/Berlin").unwrap(), at), "Europe/Berlin");
/// assert_eq!(name(&TimeZone::posix("EST5EDT,M3.2.0,M11.1.0").unwrap(), at), "local time, UTC-05:00");
/// assert_eq!(name(&TimeZone::unknown(), at), "UTC");
/// ```
#[must_use]
pub fn name(zone: &TimeZone, at: Timestamp) -> String {
    match zone.iana_name() {
        Some(name) => name.to_owned(),
        None if zone.is_unknown() => "UTC".to_owned(),
        None => format!("local time, UTC{}", offset(zone, at)),
    }
}

/// Whether the zone is one without a name, whose distance from UTC may be another one later.
#[must_use]
pub fn is_nameless(zone: &TimeZone) -> bool {
    zone.iana_name().is_none() && !zone.is_unknown()
}

/// What the approval of a plan binds of a zone: its name, or where it has none the rule of its clocks, the same all year.
#[must_use]
pub fn rule(zone: &TimeZone) -> String {
    if let Some(name) = zone.iana_name() {
        return if UTC.contains(&name) { "UTC".to_owned() } else { name.to_owned() };
    }
    if zone.is_unknown() {
        return "UTC".to_owned();
    }
    let [from, until] = YEAR.map(|second| Timestamp::from_second(second).expect("both are seconds of this century"));
    let changes = zone.following(from).map(|change| change.timestamp()).take_while(|at| *at < until);
    let changes = changes.map(|at| format!(", UTC{} from {}", offset(zone, at), local(zone, at).date()));
    format!("local time, UTC{} on 2026-01-01{}", offset(zone, from), changes.collect::<String>())
}

fn offset(zone: &TimeZone, at: Timestamp) -> String {
    local(zone, at).strftime("%:z").to_string()
}

fn local(zone: &TimeZone, at: Timestamp) -> Zoned {
    at.to_zoned(zone.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_without_a_name_is_local_time_and_its_rule_is_the_same_all_year() {
        let zone = TimeZone::posix("EST5EDT,M3.2.0,M11.1.0").unwrap();
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        assert_eq!(name(&zone, at("2026-11-30T12:00:00Z")), "local time, UTC-05:00");
        assert_eq!(name(&zone, at("2026-07-30T12:00:00Z")), "local time, UTC-04:00");
        assert!(is_nameless(&zone) && !is_nameless(&TimeZone::UTC) && !is_nameless(&TimeZone::unknown()));
        assert_eq!(
            rule(&zone),
            "local time, UTC-05:00 on 2026-01-01, UTC-04:00 from 2026-03-08, UTC-05:00 from 2026-11-01"
        );
        let fixed = TimeZone::posix("<+0530>-5:30").unwrap();
        assert_eq!(rule(&fixed), "local time, UTC+05:30 on 2026-01-01");
    }

    #[test]
    fn utc_is_one_zone_whatever_it_is_called() {
        for name in ["UTC", "Etc/UTC", "Etc/Zulu", "Zulu"] {
            assert_eq!(rule(&TimeZone::get(name).unwrap()), "UTC", "{name}");
        }
        assert_eq!(rule(&TimeZone::unknown()), "UTC");
        assert_eq!(rule(&TimeZone::get("Europe/Berlin").unwrap()), "Europe/Berlin");
    }
}
