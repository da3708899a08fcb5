//! The page of a closure's steps, in order: what was expected and seen, where, when, and the picture.

use jiff::Timestamp;
use maud::{Markup, html};

use super::frame::{outside, outside_code};
use super::person::is_inside;
use super::view::View;
use super::{frame, person};
use crate::event::fact::Walked;
use crate::evidence::observation::Assertion;
use crate::evidence::step::StepRecord;
use crate::report::closure::Closure;
use crate::report::count::count;
use crate::report::{moment, replay, words};

/// The page's file name.
pub(super) const PATH: &str = "steps.html";

/// The page.
pub(super) fn page(view: &View<'_>, closure: &Closure) -> Markup {
    let title = "Every step, in order";
    let zone = &view.input.zone;
    let content = html! {
        h1 { (title) }
        p.lead {
            (count(closure.steps.len() as u64, "step", "steps")) "."
            @if let Some((at, _)) = closure.steps.first() {
                " Times are local: " (moment::zone_name(*at, zone)) "."
            }
            " Boxes of one colour in a picture cover secrets; what was under them was never kept."
        }
        div.stack {
            @for (at, walked) in &closure.steps { (step(view, *at, walked)) }
        }
    };
    frame::page(view, title, true, &content)
}

/// The id of a step's part of the page.
pub(super) fn anchor(walked: &Walked) -> String {
    format!("step-{}", walked.number)
}

fn step(view: &View<'_>, at: Timestamp, walked: &Walked) -> Markup {
    let files = walked.files.iter().filter(|file| is_inside(&file.path));
    let record = files.clone().find_map(|file| Some((&file.path, view.input.records.get(&file.path)?)));
    let shots: Vec<_> = walked.shots.iter().map(|shot| (at, shot.clone())).collect();
    html! {
        article.card.person id=(anchor(walked)) {
            div.head {
                h3 { (walked.number) ". " (outside(&words::of_name(&walked.step))) }
                span.soft { (moment::clock(at, &view.input.zone)) }
                @if let Some((_, record)) = record { (verdict(record)) }
            }
            p { (outside(&words::of_result(&walked.outcome))) }
            @match record {
                Some((path, record)) => (read(path, record)),
                None => p.soft { "The record of this step is not there; see the manifest whether it was deleted on purpose." },
            }
            @if shots.is_empty() {
                p.gap { "No picture was kept of this step." }
            } @else {
                div.wide { (person::shots(view, &shots)) }
            }
            p.soft {
                "Kept beside it: "
                @for (n, file) in files.enumerate() {
                    @if n > 0 { ", " }
                    (kept(&file.path))
                }
            }
        }
    }
}

/// A snapshot is text to read, not a page to open: it is named, and only the record is linked.
fn kept(path: &str) -> Markup {
    html! {
        @if path.ends_with(".json") { a href={ "../" (path) } { (path) } } @else { span.code { (path) } }
    }
}

fn verdict(record: &StepRecord) -> Markup {
    let failed = record.assertions.iter().filter(|assertion| !assertion.pass).count() as u64;
    html! {
        @if failed > 0 { span.badge.failed { (count(failed, "thing", "things")) " not as expected" } }
        @else if !record.assertions.is_empty() { span.badge.removed { "as expected" } }
    }
}

fn read(path: &str, record: &StepRecord) -> Markup {
    let page = &record.page;
    html! {
        dl {
            dt { "page" } dd {
                (outside(&page.title)) br; (outside_code(page.arrived.as_str()))
                @if page.requested != page.arrived { br; span.soft { "asked for " (outside_code(page.requested.as_str())) } }
                @if let Some(status) = page.status { span.soft { ", HTTP " (status) } }
            }
            dt { "what was done" } dd {
                (outside(&record.verb))
                @if !record.name.is_empty() { " " (outside(&record.name)) }
                @if let Some(target) = &record.target {
                    span.soft {
                        " (" (outside_code(target))
                        @if let Some(n) = record.alternative { ", " (replay::way(n)) }
                        ")"
                    }
                }
            }
            dt { "in the flow" } dd { (outside_code(&record.place)) }
            @if let Some(account) = &record.account { dt { "signed in" } dd { (outside_code(account.as_str())) } }
            @for (what, value) in &record.read { dt { "read: " (outside(&words::of_name(what))) } dd { (outside(value)) } }
            @for covered in &record.redactions {
                dt { "covered" } dd { (outside(&covered.why)) ": " (outside_code(&covered.selector)) }
            }
            @for missing in &record.missing { dt { "missing" } dd.gap { (outside(missing)) } }
        }
        (assertions(path, &record.assertions))
    }
}

fn assertions(path: &str, assertions: &[Assertion]) -> Markup {
    html! {
        @if !assertions.is_empty() {
            table.steps aria-label={ "what was checked: " (path) } {
                tr { th { "checked" } th { "expected" } th { "seen" } th {} }
                @for check in assertions {
                    tr {
                        td { (outside(&check.what)) }
                        td { (outside(&check.expected)) }
                        td { (outside(&check.seen)) }
                        td { @if check.pass { span.badge.removed { "yes" } } @else { span.badge.failed { "no" } } }
                    }
                }
            }
        }
    }
}
