//! The calendar of a plan as a picture: a week a row, each day with how many people it takes. Pure functions.

use jiff::civil::{Date, Weekday};
use jiff::{Span, ToSpan as _};
use maud::html;

use super::count::{number, people};

/// One day on which there is work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CalendarDay {
    /// The day.
    pub date: Date,
    /// How many people.
    pub people: u64,
    /// How many people until the end of this day, with all days before.
    pub sum: u64,
}

/// The width of the month's name and of the sum beside each week, and the size of a day.
const MARGIN: i64 = 96;
const DAY: (i64, i64) = (64, 40);
const HEAD: i64 = 64;

/// Weeks from the first day to the last as SVG that stands for itself; none where there is no day.
///
/// It has no script, no style sheet and no address, and every text in it is escaped.
#[must_use]
pub fn svg(title: &str, days: &[CalendarDay]) -> Option<String> {
    let (first, last) = (days.first()?, days.last()?);
    let monday = monday_of(first.date);
    let weeks = i64::from(monday.until(monday_of(last.date)).ok()?.get_days()) / 7 + 1;
    let (width, height) = (MARGIN * 2 + DAY.0 * 7, HEAD + weeks * DAY.1 + 24);
    let most = days.iter().map(|day| day.people).max().unwrap_or(1).max(1);
    let markup = html! {
        svg xmlns="http://www.w3.org/2000/svg" viewBox=(format!("0 0 {width} {height}")) width=(width) height=(height)
            font-family="sans-serif" font-size="13" {
            title { (title) }
            rect width=(width) height=(height) fill="#ffffff" {}
            text x="16" y="24" font-size="16" fill="#1b1f24" { (title) }
            @for (at, name) in (0..).zip(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]) {
                text x=(MARGIN + at * DAY.0 + DAY.0 / 2) y=(HEAD - 8) text-anchor="middle" fill="#57606a" { (name) }
            }
            @for week in 0..weeks {
                (self::week(days, (monday, week), most))
            }
        }
    };
    Some(markup.into_string() + "\n")
}

fn week(days: &[CalendarDay], (monday, week): (Date, i64), most: u64) -> maud::Markup {
    let y = HEAD + week * DAY.1;
    let date = |day: i64| monday.checked_add(Span::new().days(week * 7 + day)).ok();
    let of = |date: Option<Date>| days.iter().find(|day| Some(day.date) == date);
    let sum = (0..7).rev().find_map(|day| of(date(day))).map(|day| day.sum);
    let month = (0..7).filter_map(date).find(|date| date.day() == 1 || (week == 0 && *date == monday));
    html! {
        @if let Some(month) = month {
            text x=(MARGIN - 8) y=(y + 24) text-anchor="end" fill="#57606a" { (month.strftime("%b %Y").to_string()) }
        }
        @for at in 0..7 {
            @if let Some(date) = date(at) { (cell((MARGIN + at * DAY.0, y), (date, of(Some(date))), most)) }
        }
        @if let Some(sum) = sum {
            text x=(MARGIN + 7 * DAY.0 + 8) y=(y + 24) fill="#57606a" { (number(sum)) }
        }
    }
}

fn cell((x, y): (i64, i64), (date, day): (Date, Option<&CalendarDay>), most: u64) -> maud::Markup {
    let share = day.map_or(0.0, |day| 0.15 + 0.6 * (day.people as f64) / (most as f64));
    html! {
        rect x=(x + 1) y=(y + 1) width=(DAY.0 - 2) height=(DAY.1 - 2) rx="4" fill="#0a66c2"
            fill-opacity=(format!("{:.2}", if day.is_some() { share } else { 0.03 })) {
            @if let Some(day) = day {
                title { (date.to_string()) ": " (people(day.people)) ", " (number(day.sum)) " so far" }
            }
        }
        text x=(x + 6) y=(y + 15) font-size="10" fill="#57606a" { (date.day()) }
        @if let Some(day) = day {
            text x=(x + DAY.0 / 2) y=(y + 28) text-anchor="middle" fill="#1b1f24" { (number(day.people)) }
        }
    }
}

fn monday_of(date: Date) -> Date {
    let back = i64::from(date.weekday().since(Weekday::Monday));
    date.checked_sub(back.days()).unwrap_or(date)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn day(date: Date, people: u64, sum: u64) -> CalendarDay {
        CalendarDay { date, people, sum }
    }

    #[test]
    fn each_day_stands_in_its_week_with_its_number() {
        let days = [day(date(2026, 11, 27), 4, 4), day(date(2026, 12, 1), 1_200, 1_204)];
        let svg = svg("Plan P4K", &days).unwrap();
        assert!(svg.starts_with("<svg xmlns=") && svg.ends_with("</svg>\n"), "{svg}");
        assert_eq!(svg.matches("<rect").count(), 1 + 14, "two weeks and the ground");
        for part in ["Nov 2026", "Dec 2026", "2026-11-27: 4 people, 4 so far", ">1,200<", ">1,204<"] {
            assert!(svg.contains(part), "{part}: {svg}");
        }
        // Friday is the fifth column, Tuesday the second one of the next row.
        let x_of = |number: &str| {
            let at = svg.find(&format!(">{number}</text>")).unwrap();
            let text = &svg[svg[..at].rfind("<text").unwrap()..at];
            text.split('"').nth(1).unwrap().parse::<i64>().unwrap()
        };
        assert_eq!((x_of("1,200") - MARGIN) / DAY.0, 1);
    }

    #[test]
    fn a_hostile_title_is_text_and_no_day_is_no_picture() {
        let svg = svg("<script>alert(1)</script>", &[day(date(2026, 1, 1), 1, 1)]).unwrap();
        assert!(!svg.contains("<script"), "{svg}");
        assert_eq!(super::svg("x", &[]), None);
    }
}
