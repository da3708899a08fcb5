//! One person's part of a page: who, what happened, the pictures, the readings.

use jiff::Timestamp;
use maud::{Markup, html};

use super::frame::{outside, outside_code};
use super::misfit;
use super::view::{View, anchor};
use crate::event::shot::{Shot, ShotRole};
use crate::evidence::run_folder::item_folder;
use crate::report::count::{bytes, span};
use crate::report::story::Person;
use crate::report::words::Outcome;
use crate::report::{moment, words};

/// The class of an outcome in the style sheet.
pub(super) fn class(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::InDoubt => "in-doubt",
        Outcome::Failed => "failed",
        Outcome::Removed => "removed",
        Outcome::Ready => "ready",
        Outcome::AlreadyGone | Outcome::NotFound | Outcome::LeftAlone | Outcome::Open => "other",
    }
}

/// The whole part.
pub(super) fn part(view: &View<'_>, person: &Person) -> Markup {
    let words = person.standing.words();
    html! {
        article.card.person id=(anchor(&person.slug)) {
            div.head {
                h3 { (outside(person.shown())) }
                span.soft { (outside_code(person.slug.as_str())) }
                span class={ "badge " (class(person.outcome())) } { (words.short) }
            }
            p.soft { (words.meaning) " " (time_line(view, person)) }
            @if !is_plain(person.outcome()) && !person.why().is_empty() {
                (misfit::reason("Recorded: ", person.why()))
            }
            (shots(view, &person.shots))
            (steps(view, person))
        }
    }
}

/// Whether the outcome is what was hoped for, so that the state says all.
fn is_plain(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Removed | Outcome::Ready)
}

fn time_line(view: &View<'_>, person: &Person) -> String {
    let zone = &view.input.zone;
    let (Some(first), Some(last)) = (person.steps.first(), person.steps.last()) else { return String::new() };
    let took = last.at.duration_since(first.at).as_secs().unsigned_abs();
    let attempts = person.steps.iter().map(|step| step.attempt).max().unwrap_or(1);
    let again = if attempts > 1 { format!(", {attempts} attempts") } else { String::new() };
    if took == 0 {
        return format!("{}{again}.", moment::clock(last.at, zone));
    }
    format!("{} to {} ({}{again}).", moment::clock(first.at, zone), moment::clock(last.at, zone), span(took))
}

/// Pictures in a row, each with its time and the beginning of its hash.
pub(super) fn shots(view: &View<'_>, shots: &[(Timestamp, Shot)]) -> Markup {
    html! {
        @if !shots.is_empty() {
            div.shots {
                @for (at, shot) in shots {
                    figure {
                        (picture(view, shot))
                        figcaption {
                            b { (role(shot.role)) } ", " (moment::clock(*at, &view.input.zone)) br;
                            span.code title={ "SHA-256 " (shot.sha256) ", " (bytes(shot.bytes)) } { (shot.sha256.short()) "…" }
                        }
                    }
                }
            }
        }
    }
}

fn picture(view: &View<'_>, shot: &Shot) -> Markup {
    if !is_inside(&shot.path) {
        return html! { p.soft { "picture not shown: its path leads out of the folder" } };
    }
    let size = view.input.proof.and_then(|proof| proof.manifest.file(&shot.path)).and_then(|file| file.size);
    let address = format!("../{}", shot.path);
    html! {
        a href=(address) {
            img src=(address) alt=(role(shot.role)) loading="lazy" decoding="async"
                width=[size.map(|size| size.0)] height=[size.map(|size| size.1)];
        }
    }
}

/// Whether a path leads to a file of the run's folder, and to nothing else: no scheme, no `..`, no odd character.
pub(super) fn is_inside(path: &str) -> bool {
    path.split('/').all(|part| {
        !part.is_empty()
            && !part.starts_with('.')
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
    })
}

fn role(role: ShotRole) -> &'static str {
    match role {
        ShotRole::Before => "Before",
        ShotRole::Confirm => "Confirmation",
        ShotRole::After => "After",
        ShotRole::Incident => "Stop sign",
        ShotRole::Step => "Step",
        ShotRole::Public => "Public address",
        ShotRole::Then => "Then",
        ShotRole::Difference => "Difference",
    }
}

fn steps(view: &View<'_>, person: &Person) -> Markup {
    let readings = format!("{}/observation.json", item_folder(&person.slug));
    let is_kept = view.input.proof.is_some_and(|proof| proof.manifest.file(&readings).is_some());
    html! {
        details {
            summary { "Steps and readings" }
            table.steps {
                tr { th { "time" } th { "state" } th { "recorded because" } }
                @for step in &person.steps {
                    tr {
                        td { (moment::clock(step.at, &view.input.zone)) }
                        td { span title=(step.standing.name()) { (step.standing.words().short) } }
                        td { (outside(&step.why)) }
                    }
                }
            }
            @if !person.read.is_empty() {
                table.steps {
                    tr { th { "read from the page" } th { "value" } }
                    @for (what, value) in &person.read {
                        tr { td { (outside(&words::of_name(what))) } td { (outside(value)) } }
                    }
                }
            }
            @if is_kept {
                p.soft { "All that was read, and how: " a href={ "../" (readings) } { "observation.json" } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_lies_in_the_folder_or_is_not_shown() {
        assert!(is_inside("items/jane-0123456789ab/before-2.png"));
        for path in
            ["", "/etc/x", "../x", "items/../../x", "items//x", "javascript:alert(1)", "items/a b", "items/\"x", ".x"]
        {
            assert!(!is_inside(path), "{path}");
        }
    }
}
