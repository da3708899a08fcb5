//! The plot of the pace: removals over time, and how many fell into the last 24 hours.

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use plotters::coord::ranged1d::{DefaultFormatting, KeyPointHint, Ranged};
use plotters::prelude::*;

use super::moment;

/// The size of one chart in its own units; the page scales it.
const SIZE: (u32, u32) = (960, 230);
const DAY: i64 = 86_400;
const MAX_TICKS: i64 = 8;

/// Stand-ins that the style sheet replaces, so that one picture fits a light and a dark page.
const INK: RGBColor = RGBColor(1, 0, 0);
const GRID: RGBColor = RGBColor(2, 0, 0);
const LINE: RGBColor = RGBColor(3, 0, 0);
const LIMIT: RGBColor = RGBColor(4, 0, 0);

/// The rules that give the stand-ins their colours.
pub(super) const STYLE: &str = "\
svg [fill='#010000']{fill:var(--soft)}svg [stroke='#010000']{stroke:var(--soft)}\
svg [stroke='#020000']{stroke:var(--rule)}svg [fill='#020000']{fill:var(--rule)}\
svg [stroke='#030000']{stroke:var(--accent)}svg [fill='#030000']{fill:var(--accent)}\
svg [stroke='#040000']{stroke:var(--warn)}svg [fill='#040000']{fill:var(--warn)}";

/// What is plotted, all in order of time.
pub(super) struct Pace<'a> {
    /// When each removal was read as done.
    pub(super) removed: Vec<Timestamp>,
    /// When each intention was recorded: what counts against the cap.
    pub(super) sent: Vec<Timestamp>,
    /// Begin and end of the run.
    pub(super) times: (Timestamp, Timestamp),
    /// How many are allowed in 24 hours, where there is such a cap.
    pub(super) cap: Option<u32>,
    /// The zone of the labels.
    pub(super) zone: &'a TimeZone,
}

/// A step curve: from each time on, that many.
type Steps = Vec<(f64, f64)>;

impl Pace<'_> {
    /// Removals since the start of the run, as SVG; none where there is nothing to show.
    pub(super) fn total(&self) -> Option<String> {
        let changes = self.removed.iter().map(|at| (seconds(*at), 1));
        self.chart(&curve(self.range(), changes), None)
    }

    /// What was sent within the 24 hours before, as SVG; none where there is nothing to show.
    pub(super) fn last_day(&self) -> Option<String> {
        let changes = self.sent.iter().flat_map(|at| [(seconds(*at), 1), (seconds(*at) + DAY as f64, -1)]);
        self.chart(&curve(self.range(), changes), self.cap)
    }

    /// The most that fell into any 24 hours.
    pub(super) fn most_in_a_day(&self) -> u64 {
        let mut start = 0;
        let mut most = 0;
        for end in 0..self.sent.len() {
            while seconds(self.sent[end]) - seconds(self.sent[start]) >= DAY as f64 {
                start += 1;
            }
            most = most.max(end + 1 - start);
        }
        most as u64
    }

    /// At least ten seconds, so that a run of one moment has a width.
    fn range(&self) -> (f64, f64) {
        let (from, until) = (seconds(self.times.0), seconds(self.times.1));
        (from, until.max(from + 10.0))
    }

    fn chart(&self, steps: &Steps, cap: Option<u32>) -> Option<String> {
        let highest = steps.iter().map(|step| step.1).fold(0.0, f64::max).max(cap.map_or(0.0, f64::from));
        if self.sent.is_empty() && self.removed.is_empty() {
            return None;
        }
        let mut svg = String::new();
        self.draw(&mut svg, steps, (highest, cap)).ok()?;
        Some(svg)
    }

    fn draw(
        &self,
        svg: &mut String,
        steps: &Steps,
        (highest, cap): (f64, Option<u32>),
    ) -> Result<(), Box<dyn std::error::Error>> {
        let (from, until) = self.range();
        let (ticks, form) = time_ticks(from, until, self.zone);
        let area = SVGBackend::with_string(svg, SIZE).into_drawing_area();
        let mut chart = ChartBuilder::on(&area)
            .margin(10)
            .margin_right(44)
            .x_label_area_size(26)
            .y_label_area_size(44)
            .build_cartesian_2d(
                Axis { ends: (from, until), ticks },
                Axis { ends: (0.0, highest.max(1.0) * 1.08), ticks: count_ticks(highest) },
            )?;
        let label = ("sans-serif", 16).into_font().color(&INK);
        chart
            .configure_mesh()
            .disable_x_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(GRID)
            .axis_style(GRID)
            .label_style(label.clone())
            .x_label_formatter(&|at| label_of(*at, form, self.zone))
            .y_label_formatter(&|n| format!("{n:.0}"))
            .draw()?;
        chart.draw_series(
            AreaSeries::new(steps.iter().copied(), 0.0, LINE.mix(0.14)).border_style(LINE.stroke_width(2)),
        )?;
        if let Some(cap) = cap.map(f64::from) {
            chart.draw_series(DashedLineSeries::new([(from, cap), (until, cap)], 6, 5, LIMIT.stroke_width(2)))?;
        }
        area.present()?;
        Ok(())
    }
}

/// An axis whose ticks stand where we say.
struct Axis {
    ends: (f64, f64),
    ticks: Vec<f64>,
}

impl Ranged for Axis {
    type FormatOption = DefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        let part = (value - self.ends.0) / (self.ends.1 - self.ends.0);
        limit.0 + (f64::from(limit.1 - limit.0) * part).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        self.ticks.clone()
    }

    fn range(&self) -> std::ops::Range<f64> {
        self.ends.0..self.ends.1
    }
}

/// The curve of a count that each change moves at its time, within the range.
fn curve((from, until): (f64, f64), changes: impl Iterator<Item = (f64, i64)>) -> Steps {
    let mut changes: Vec<(f64, i64)> = changes.collect();
    changes.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut now = 0;
    let mut steps = vec![(from, 0.0)];
    for (at, by) in changes.into_iter().filter(|(at, _)| *at <= until) {
        let at = at.max(from);
        steps.push((at, now as f64));
        now += by;
        steps.push((at, now as f64));
    }
    steps.push((until, now as f64));
    steps
}

fn seconds(at: Timestamp) -> f64 {
    at.as_millisecond() as f64 / 1000.0
}

/// How a tick of the time axis is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Form {
    Second,
    Minute,
    MinuteOfDay,
    Day,
}

fn label_of(at: f64, form: Form, zone: &TimeZone) -> String {
    let Ok(at) = Timestamp::from_second(at.round() as i64) else { return String::new() };
    let pattern = match form {
        Form::Second => "%H:%M:%S",
        Form::Minute => "%H:%M",
        Form::MinuteOfDay => "%-d %b %H:%M",
        Form::Day => "%-d %b",
    };
    moment::local(at, zone).strftime(pattern).to_string()
}

/// Round times between the ends, at most [`MAX_TICKS`]: full minutes, hours or days where the reader lives.
fn time_ticks(from: f64, until: f64, zone: &TimeZone) -> (Vec<f64>, Form) {
    const SMALL: [i64; 17] = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200];
    let (first, last) = (from.ceil() as i64, until.floor() as i64);
    let span = last - first;
    if let Some(step) = SMALL.into_iter().find(|step| span / step < MAX_TICKS) {
        let offset =
            Timestamp::from_second(first).map_or(0, |at| i64::from(moment::local(at, zone).offset().seconds()));
        let start = (first + offset).div_euclid(step) * step - offset;
        let ticks = (0..).map(|n| start + n * step).take_while(|at| *at <= last);
        let form = match step {
            ..60 => Form::Second,
            60..10_800 => Form::Minute,
            _ => Form::MinuteOfDay,
        };
        return (ticks.filter(|at| *at >= first).map(|at| at as f64).collect(), form);
    }
    let days = [1, 2, 7, 14, 28].into_iter().find(|days| span / (days * DAY) < MAX_TICKS).unwrap_or(span / DAY / 4);
    (midnights((first, last), days, zone), Form::Day)
}

fn midnights((first, last): (i64, i64), days: i64, zone: &TimeZone) -> Vec<f64> {
    let Ok(start) = Timestamp::from_second(first) else { return vec![] };
    let mut date = moment::date(start, zone);
    let mut ticks = Vec::new();
    while let Ok(midnight) = date.to_zoned(zone.clone()) {
        let at = midnight.timestamp().as_second();
        if at > last {
            break;
        }
        if at >= first {
            ticks.push(at as f64);
        }
        // The first midnight lies before the run, the others follow it in steps.
        let step = if at < first { 1 } else { days };
        let Ok(next) = date.checked_add(Span::new().days(step)) else { break };
        date = next;
    }
    ticks
}

/// Round numbers from 0 up, at most seven.
fn count_ticks(highest: f64) -> Vec<f64> {
    let steps = (0..).flat_map(|power| [1_u64, 2, 5].map(|digit| digit * 10_u64.pow(power)));
    let step = steps.take(45).find(|step| highest / (*step as f64) <= 6.0).unwrap_or(1);
    (0..=6).map(|n| (n * step) as f64).filter(|tick| *tick <= highest.max(1.0) * 1.08).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn pace(zone: &TimeZone, sent: &[&str]) -> Pace<'static> {
        let sent: Vec<Timestamp> = sent.iter().map(|text| at(text)).collect();
        let times = (sent[0], sent[sent.len() - 1]);
        let zone: &'static TimeZone = Box::leak(Box::new(zone.clone()));
        Pace { removed: sent.clone(), sent, times, cap: Some(20), zone }
    }

    #[test]
    fn the_busiest_day_is_any_24_hours() {
        let pace = pace(
            &TimeZone::UTC,
            &["2026-11-20T20:00:00Z", "2026-11-20T21:00:00Z", "2026-11-21T19:59:59Z", "2026-11-21T20:00:00Z"],
        );
        assert_eq!(pace.most_in_a_day(), 3);
    }

    #[test]
    fn a_count_goes_up_and_down_again() {
        let changes = [(5.0, 1), (2.0, 1), (8.0, -1), (20.0, -1)].into_iter();
        let steps = curve((0.0, 10.0), changes);
        assert_eq!(
            steps,
            [(0.0, 0.0), (2.0, 0.0), (2.0, 1.0), (5.0, 1.0), (5.0, 2.0), (8.0, 2.0), (8.0, 1.0), (10.0, 1.0)]
        );
    }

    #[test]
    fn ticks_are_round_where_the_reader_lives() {
        let zone = TimeZone::get("Asia/Kolkata").unwrap();
        let (from, until) = (seconds(at("2026-11-20T08:10:00Z")), seconds(at("2026-11-20T12:50:00Z")));
        let (ticks, form) = time_ticks(from, until, &zone);
        let labels: Vec<String> = ticks.iter().map(|tick| label_of(*tick, form, &zone)).collect();
        assert_eq!(labels, ["14:00", "15:00", "16:00", "17:00", "18:00"]);
        let (ticks, form) = time_ticks(from, from + 40.0 * DAY as f64, &zone);
        assert!(form == Form::Day && (3..=8).contains(&ticks.len()), "{ticks:?}");
        let (ticks, form) = time_ticks(from, from + 10.0, &zone);
        assert!(form == Form::Second && ticks.len() >= 4, "{ticks:?}");
    }

    #[test]
    fn numbers_on_the_axis_are_whole() {
        assert_eq!(count_ticks(3.0), [0.0, 1.0, 2.0, 3.0]);
        assert_eq!(count_ticks(900.0), [0.0, 200.0, 400.0, 600.0, 800.0]);
        assert_eq!(count_ticks(0.0), [0.0, 1.0]);
    }

    #[test]
    fn a_chart_is_drawn_with_colours_that_the_page_replaces() {
        let pace = pace(&TimeZone::UTC, &["2026-11-20T20:00:00Z", "2026-11-20T21:00:00Z"]);
        let svg = pace.last_day().unwrap();
        assert!(svg.starts_with("<svg") && svg.contains("#030000") && svg.contains("20:20"), "{svg}");
        assert!(!svg.contains("style="), "the page's policy forbids style attributes");
        let empty = Pace { removed: vec![], sent: vec![], ..pace };
        assert_eq!(empty.total(), None);
    }
}
