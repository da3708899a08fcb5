//! Days, weeks, months, hours and growth, in zones that change their clocks.

use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::super::*;

fn moment(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

fn number(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).unwrap()
}

/// No gap and no cap but those that a test adds.
fn bare(place: &str) -> Pace {
    Pace { zone: zone(place), ..Pace::off() }
}

fn slot(now: &str, debits: &Debits, pace: &Pace) -> Slot {
    next_slot(moment(now), debits, pace, Tempo::AVERAGE)
}

fn wait(until: &str, why: Limit) -> Slot {
    Slot::Wait { until: moment(until), why }
}

/// Debits as rows have them: a moment, and the civil day that was recorded with it.
fn rows(rows: &[(&str, &str)]) -> Debits {
    rows.iter().map(|(at, date)| (moment(at), date.parse::<Date>().unwrap())).collect()
}

#[test]
fn a_full_day_of_the_calendar_waits_for_the_next_one() {
    let pace = Pace { per_date: Some(number(2)), ..bare("Europe/Berlin") };
    let spent: Debits = ["2026-03-02T08:00:00Z", "2026-03-02T09:00:00Z"].map(moment).into_iter().collect();
    let why = Limit::Date(number(2));
    assert_eq!(slot("2026-03-02T12:00:00Z", &spent, &pace), wait("2026-03-02T23:00:00Z", why));
    assert_eq!(slot("2026-03-02T23:00:00Z", &spent, &pace), Slot::Go);
    assert!(why.is_cap() && Limit::Hours.is_cap());
}

#[test]
fn full_weeks_and_months_wait_for_their_oldest() {
    let day = |day: i64| later(moment("2026-03-02T08:00:00Z"), DAY * u32::try_from(day).unwrap());
    let spent: Debits = (0..5).map(day).collect();
    let week = Pace { per_week: Some(number(5)), ..bare("UTC") };
    let expected = Slot::Wait { until: day(7), why: Limit::Week(number(5)) };
    assert_eq!(next_slot(day(5), &spent, &week, Tempo::AVERAGE), expected);
    let month = Pace { per_month: Some(number(5)), ..week };
    let expected = Slot::Wait { until: day(30), why: Limit::Month(number(5)) };
    assert_eq!(next_slot(day(5), &spent, &month, Tempo::AVERAGE), expected);
}

#[test]
fn outside_of_its_hours_nothing_begins_also_not_the_first() {
    let pace = Pace { active: ["mon-fri 09:00-18:00".parse().unwrap()].into_iter().collect(), ..bare("Europe/Berlin") };
    let none = Debits::default();
    assert_eq!(slot("2026-03-06T16:59:59Z", &none, &pace), Slot::Go);
    assert_eq!(slot("2026-03-06T17:00:00Z", &none, &pace), wait("2026-03-09T08:00:00Z", Limit::Hours));
    // A cap that is over in the night waits for the morning, and the hours for a day that is not full.
    let spent: Debits = [moment("2026-03-05T21:00:00Z")].into_iter().collect();
    let capped = Pace { per_day: Some(number(1)), ..pace.clone() };
    assert_eq!(slot("2026-03-06T12:00:00Z", &spent, &capped), wait("2026-03-09T08:00:00Z", Limit::Hours));
    let dated = Pace { per_date: Some(number(1)), ..pace };
    let friday: Debits = [moment("2026-03-06T10:00:00Z")].into_iter().collect();
    assert_eq!(slot("2026-03-06T12:00:00Z", &friday, &dated), wait("2026-03-09T08:00:00Z", Limit::Hours));
}

#[test]
fn the_hour_that_the_clocks_show_twice_gives_no_second_budget() {
    // Berlin, 25 October 2026 has 25 hours: the rolling day alone would allow a third on that date.
    let pace = Pace { per_day: Some(number(2)), per_date: Some(number(2)), ..bare("Europe/Berlin") };
    let spent: Debits = ["2026-10-24T22:00:00Z", "2026-10-24T22:10:00Z"].map(moment).into_iter().collect();
    let why = Limit::Date(number(2));
    assert_eq!(slot("2026-10-25T22:05:00Z", &spent, &pace), wait("2026-10-25T23:00:00Z", why));
    // 29 March has 23: there the date alone would allow the next ones an hour early.
    let spent: Debits = ["2026-03-28T23:30:00Z", "2026-03-28T23:40:00Z"].map(moment).into_iter().collect();
    let why = Limit::Day(number(2));
    assert_eq!(slot("2026-03-29T22:00:00Z", &spent, &pace), wait("2026-03-29T23:30:00Z", why));
}

#[test]
fn a_journey_over_the_date_line_gives_no_second_budget() {
    let in_auckland = rows(&[("2026-06-01T20:00:00Z", "2026-06-02"), ("2026-06-01T21:00:00Z", "2026-06-02")]);
    let pace = Pace { per_date: Some(number(2)), ..bare("Pacific/Honolulu") };
    let why = Limit::Date(number(2));
    // In Honolulu it was 1 June, so they fill that day; and they were recorded for 2 June, so they fill that one too.
    assert_eq!(slot("2026-06-02T02:00:00Z", &in_auckland, &pace), wait("2026-06-03T10:00:00Z", why));
    // Eastward the recorded day is over already, and the moments are of today.
    let in_honolulu = rows(&[("2026-06-02T09:00:00Z", "2026-06-01"), ("2026-06-02T09:30:00Z", "2026-06-01")]);
    let pace = Pace { zone: zone("Pacific/Auckland"), ..pace };
    assert_eq!(slot("2026-06-02T11:00:00Z", &in_honolulu, &pace), wait("2026-06-02T12:00:00Z", why));
}

#[test]
fn a_debit_counts_for_the_day_of_its_intention_not_of_the_question_before() {
    let pace = Pace { per_date: Some(number(1)), ..bare("UTC") };
    let asked = slot("2026-03-02T23:59:00Z", &Debits::default(), &pace);
    assert_eq!(asked, Slot::Go);
    let intended = rows(&[("2026-03-03T00:01:00Z", "2026-03-03")]);
    let why = Limit::Date(number(1));
    assert_eq!(slot("2026-03-03T00:02:00Z", &intended, &pace), wait("2026-03-04T00:00:00Z", why));
}

#[test]
fn the_cap_grows_after_fourteen_full_clean_days_and_an_incident_takes_it_back() {
    let pace = Pace { per_day: Some(number(2)), per_day_later: Some(number(3)), ..bare("UTC") };
    let day = |day: u32, hour: i64| later(moment("2026-03-02T08:00:00Z"), DAY * day).checked_add(hour.hours()).unwrap();
    let full = |days: u32| (0..days).flat_map(|at| [day(at, 0), day(at, 1)]).collect::<Debits>();
    let third = |days: u32, debits: Debits| next_slot(day(days - 1, 2), &debits, &pace, Tempo::AVERAGE);
    let capped = |days: u32| Slot::Wait { until: day(days, 0), why: Limit::Day(number(2)) };
    assert_eq!(third(13, full(13)), capped(13));
    assert_eq!(third(14, full(14)), Slot::Go, "two on each of fourteen days");
    assert_eq!(third(14, full(14).clean_from(1)), capped(14), "one of them was before an incident");
    assert_eq!(third(20, full(20).clean_from(12)), Slot::Go);
    let half: Debits = (0..20).map(|at| day(at, 0)).collect();
    assert_eq!(half.clean(), 20, "twenty days, half used: ten full ones");
    let more: Debits = half.as_slice().iter().copied().chain([day(19, 1)]).collect();
    assert_eq!(next_slot(day(19, 2), &more, &pace, Tempo::AVERAGE), capped(20));
}
