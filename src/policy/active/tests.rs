use jiff::ToSpan as _;
use proptest::prelude::*;

use super::*;

fn active(windows: &[&str]) -> Active {
    windows.iter().map(|text| text.parse::<Window>().unwrap()).collect()
}

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

/// When somebody may be begun, where `from` is a time in that zone; as a time there.
fn next(windows: &[&str], place: &str, from: &str) -> String {
    let from: Timestamp = from.parse().unwrap();
    active(windows).from(from, &zone(place)).to_zoned(zone(place)).strftime("%a %F %H:%M%:z").to_string()
}

#[test]
fn windows_are_read_and_written() {
    for (text, again) in [
        ("mon-fri 09:00-18:00", "mon-fri 09:00-18:00"),
        ("SAT  10:00-12:00", "sat 10:00-12:00"),
        ("fri-mon 00:00-24:00", "mon,fri-sun 00:00-24:00"),
        ("sun,tue,wed 22:30-02:00", "tue-wed,sun 22:30-02:00"),
        ("22:00-02:00", "22:00-02:00"),
        ("mon-sun 08:00-00:00", "08:00-00:00"),
    ] {
        assert_eq!(text.parse::<Window>().unwrap().to_string(), again);
    }
    assert_eq!(active(&["mon 09:00-10:00", "11:00-12:00"]).to_string(), "mon 09:00-10:00, 11:00-12:00");
    assert_eq!(Active::default().to_string(), "at any time");
}

#[test]
fn what_is_no_window_is_refused_with_what_is_wrong() {
    use BadWindow::{Day, Empty, Shape, Time};
    for (text, bad) in [
        ("", Shape),
        ("mon fri 09:00-10:00", Shape),
        ("mon 09:00", Shape),
        ("monday 09:00-10:00", Day),
        ("mon- 09:00-10:00", Day),
        ("mon,,fri 09:00-10:00", Day),
        ("9:00-10:00", Time),
        ("09:00-10:60", Time),
        ("09:00-24:01", Time),
        ("24:00-02:00", Time),
        ("+9:00-10:00", Time),
        ("09.00-10.00", Time),
        ("09:00-09:00", Empty),
        ("00:00-00:00", Empty),
    ] {
        assert_eq!(text.parse::<Window>(), Err(bad), "{text}");
        assert!(!bad.to_string().is_empty());
    }
}

#[test]
fn no_window_means_any_time_and_a_missed_one_is_waited_for_again() {
    assert_eq!(next(&[], "Europe/Berlin", "2026-03-07T03:00:00Z"), "Sat 2026-03-07 04:00+01:00");
    let office = &["mon-fri 09:00-18:00", "sat 10:00-12:00"];
    for (from, begins) in [
        ("2026-03-06T10:30:00+01:00", "Fri 2026-03-06 10:30+01:00"),
        ("2026-03-06T17:59:59+01:00", "Fri 2026-03-06 17:59+01:00"),
        ("2026-03-06T18:00:00+01:00", "Sat 2026-03-07 10:00+01:00"),
        ("2026-03-07T12:00:00+01:00", "Mon 2026-03-09 09:00+01:00"),
        ("2026-03-09T08:59:00+01:00", "Mon 2026-03-09 09:00+01:00"),
    ] {
        assert_eq!(next(office, "Europe/Berlin", from), begins);
    }
}

#[test]
fn a_window_may_go_past_midnight_and_belongs_to_the_day_on_which_it_opens() {
    let nights = &["fri 22:00-02:00"];
    for (from, begins) in [
        ("2026-03-06T21:00:00Z", "Fri 2026-03-06 22:00+00:00"),
        ("2026-03-07T01:59:00Z", "Sat 2026-03-07 01:59+00:00"),
        ("2026-03-07T02:00:00Z", "Fri 2026-03-13 22:00+00:00"),
        ("2026-03-06T01:00:00Z", "Fri 2026-03-06 22:00+00:00"),
    ] {
        assert_eq!(next(nights, "UTC", from), begins);
    }
}

#[test]
fn hours_that_the_clocks_leave_out_begin_at_the_next_valid_moment() {
    // Berlin, 29 March 2026: 02:00 becomes 03:00.
    assert_eq!(
        next(&["02:30-05:00"], "Europe/Berlin", "2026-03-29T01:00:00+01:00"),
        "Sun 2026-03-29 03:00+02:00",
        "not 03:30, which nobody set"
    );
    assert_eq!(
        next(&["02:10-02:50"], "Europe/Berlin", "2026-03-29T01:00:00+01:00"),
        "Mon 2026-03-30 02:10+02:00",
        "a window of which nothing is left is passed over"
    );
    assert_eq!(next(&["sun 02:10-02:50"], "Europe/Berlin", "2026-03-29T01:00:00+01:00"), "Sun 2026-04-05 02:10+02:00");
    assert_eq!(
        next(&["01:00-02:30", "12:00-13:00"], "Europe/Berlin", "2026-03-29T01:59:59+01:00"),
        "Sun 2026-03-29 01:59+01:00"
    );
    assert_eq!(
        next(&["01:00-02:30", "12:00-13:00"], "Europe/Berlin", "2026-03-29T03:00:00+02:00"),
        "Sun 2026-03-29 12:00+02:00"
    );
    // Samoa left out all of 30 December 2011.
    assert_eq!(next(&["fri 09:00-18:00"], "Pacific/Apia", "2011-12-29T20:00:00-10:00"), "Fri 2012-01-06 09:00+14:00");
}

#[test]
fn hours_that_the_clocks_show_twice_open_a_window_once() {
    // Berlin, 25 October 2026: 03:00 becomes 02:00.
    let opens = |windows: &[&str]| {
        let mut at: Timestamp = "2026-10-25T00:00:00+02:00".parse().unwrap();
        let end: Timestamp = "2026-10-25T06:00:00+01:00".parse().unwrap();
        let mut open = Vec::new();
        while at < end {
            let begins = active(windows).from(at, &zone("Europe/Berlin"));
            open.push(begins == at);
            at = at.checked_add(1.minute()).unwrap();
        }
        let times = open.windows(2).filter(|pair| pair[1] && !pair[0]).count() + usize::from(open[0]);
        (times, open.iter().filter(|open| **open).count())
    };
    assert_eq!(opens(&["02:30-02:45"]), (1, 15), "all of it is shown twice");
    assert_eq!(opens(&["02:30-05:00"]), (1, 150), "it opens at the second 02:30");
    assert_eq!(opens(&["01:00-02:30"]), (1, 90), "it closes at the first 02:30");
    assert_eq!(opens(&["01:00-04:00"]), (1, 240), "an hour more");
    assert_eq!(opens(&["02:00-03:00"]), (1, 60), "an hour that is shown twice is one hour");
}

/// Whether a time is in a window by what the clocks show, without the code under test; for windows within one day.
fn shows(window: &(u8, u16, u16), at: Timestamp, zone: &TimeZone) -> bool {
    let there = at.to_zoned(zone.clone());
    let minute = u16::try_from(there.hour()).unwrap() * 60 + u16::try_from(there.minute()).unwrap();
    window.0 & (1 << there.weekday().to_monday_zero_offset()) != 0 && (window.1..window.2).contains(&minute)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn a_moment_that_is_given_shows_a_time_of_a_window_and_is_the_first(
        windows in proptest::collection::vec((1_u8..128, 0_u16..1_380, 20_u16..600), 1..4),
        place in prop_oneof![Just("Europe/Berlin"), Just("America/Havana"), Just("Australia/Lord_Howe"), Just("Asia/Kathmandu"), Just("UTC")],
        from in 1_767_225_600_i64..1_830_297_600,
    ) {
        let windows: Vec<_> = windows.into_iter().map(|(days, opens, lasts)| (days, opens, (opens + lasts).min(1_440))).collect();
        let text = |(days, opens, closes): &(u8, u16, u16)| {
            let days: Vec<&str> = (0..7).filter(|day| days & (1 << day) != 0).map(|day| DAYS[day]).collect();
            format!("{} {:02}:{:02}-{:02}:{:02}", days.join(","), opens / 60, opens % 60, closes / 60, closes % 60)
        };
        let active: Active = windows.iter().map(|window| text(window).parse::<Window>().unwrap()).collect();
        let zone = zone(place);
        let from = Timestamp::from_second(from / 60 * 60).unwrap();
        let begins = active.from(from, &zone);
        prop_assert!(begins >= from);
        prop_assert!(windows.iter().any(|window| shows(window, begins, &zone)), "{active}: {from} gave {begins}");
        prop_assert_eq!(active.from(begins, &zone), begins, "a moment in a window stays where it is");
        // Nothing before it is open, but where the clocks show a time twice or leave one out within the day before.
        let offset = |at: Timestamp| zone.to_offset(at);
        if offset(from) == offset(begins) {
            for step in 0..(begins.as_second() - from.as_second()) / 60 {
                let earlier = Timestamp::from_second(from.as_second() + step * 60).unwrap();
                let near = offset(earlier.checked_sub(26.hours()).unwrap()) != offset(earlier.checked_add(26.hours()).unwrap());
                prop_assert!(near || !windows.iter().any(|window| shows(window, earlier, &zone)), "{active}: {earlier} was open");
            }
        }
    }
}
