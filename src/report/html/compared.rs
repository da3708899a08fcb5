//! The page of a replay: every step then and now, side by side, and a picture of what differs.

use maud::{Markup, html};

use super::frame;
use super::frame::{outside, outside_code};
use super::person::is_inside;
use super::view::View;
use crate::event::comparison::{Compared, ComparedStep, Difference, Likeness, Side};
use crate::report::count::number;
use crate::report::replay::{counted, found_by, of_likeness};
use crate::report::words;

/// The page's file name.
pub(super) const PATH: &str = "compared.html";

/// The page.
pub(super) fn page(view: &View<'_>, compared: &Compared) -> Markup {
    let title = "Then and now, step by step";
    let content = html! {
        h1 { (title) }
        p.lead {
            "Run " b { (compared.with) } " on the left, this run on the right. " (counted(compared)) ". In the third picture red \
             is what differs; grey boxes are covered in one picture or the other, and were not compared. Pages on the way, which \
             are not the account's own, differ each time: what they say and how they look is shown and decides nothing."
        }
        (browsers(view))
        div.stack {
            @for (at, step) in compared.steps.iter().enumerate() { (part(view, at, step)) }
        }
        h2 { "What the verdicts mean" }
        dl.card {
            @for likeness in Likeness::ALL {
                dt { (of_likeness(likeness).short) } dd { (of_likeness(likeness).meaning) }
            }
        }
    };
    frame::page(view, title, true, &content)
}

/// Both browsers, where they differ: they draw the same page in different ways.
fn browsers(view: &View<'_>) -> Markup {
    let then = view.closure.and_then(|closure| closure.repeats.as_ref()).map(|(_, browser)| browser);
    let now = view.story.started.as_ref().map(|started| &started.browser);
    html! {
        @if let (Some(then), Some(now)) = (then, now) && then != now {
            p.card.notice {
                "Then with " (outside(then)) ", now with " (outside(now)) ": another browser draws the same page in another way."
            }
        }
    }
}

/// The part of the first page: a row a step.
pub(super) fn table(compared: &Compared) -> Markup {
    html! {
        h2 { "Compared with run " (compared.with) }
        div.card {
            p { (counted(compared)) "." }
            table.days {
                tr { th { "step" } th { "verdict" } th { "found by" } th { "picture" } th { "what differs" } }
                @for (at, step) in compared.steps.iter().enumerate() {
                    tr {
                        td { a href={ (PATH) "#" (anchor(at)) } { (outside(&words::of_name(&step.step))) } }
                        td { (badge(step.likeness)) }
                        td { (found_by(step)) }
                        td { @if let Some(difference) = &step.difference { (difference.percent()) } }
                        td { (differing(step)) }
                    }
                }
            }
            p { a href=(PATH) { "Every step with both pictures" } }
        }
    }
}

/// The id of a step's part of the page.
fn anchor(at: usize) -> String {
    format!("compared-{}", at + 1)
}

fn badge(likeness: Likeness) -> Markup {
    let class = match likeness {
        Likeness::Same => "removed",
        Likeness::Moved => "in-doubt",
        Likeness::Changed | Likeness::Gone | Likeness::NotReached | Likeness::New => "failed",
        Likeness::NotWalked => "other",
    };
    html! { span class={ "badge " (class) } { (of_likeness(likeness).short) } }
}

fn differing(step: &ComparedStep) -> Markup {
    html! {
        @for (at, why) in step.why.iter().enumerate() {
            @if at > 0 { br; }
            (outside(why))
        }
    }
}

fn part(view: &View<'_>, at: usize, step: &ComparedStep) -> Markup {
    let shown = step.difference.as_ref().and_then(|difference| difference.shot.as_deref());
    html! {
        article.card.person id=(anchor(at)) {
            div.head {
                h3 { (outside(&words::of_name(&step.step))) }
                span.soft { (outside_code(&step.flow)) }
                (badge(step.likeness))
            }
            @if !step.why.is_empty() { p { (differing(step)) } }
            @if let Some(difference) = &step.difference { p.soft { (in_words(difference)) } }
            div.shots {
                (column(view, "Then", step.then.as_ref()))
                (column(view, "Now", step.now.as_ref()))
                @if let Some(path) = shown {
                    figure { (picture(view, path, "Difference")) figcaption { b { "Difference" } } }
                }
            }
        }
    }
}

fn in_words(difference: &Difference) -> String {
    let sizes = match difference.is_whole() {
        true => String::new(),
        false => format!(
            "; the pictures have {} × {} and {} × {} points, and only what both have was compared",
            difference.then.0, difference.then.1, difference.now.0, difference.now.1
        ),
    };
    format!("{} of {} points differ{sizes}", difference.percent(), number(difference.compared))
}

fn column(view: &View<'_>, when: &str, side: Option<&Side>) -> Markup {
    html! {
        figure {
            @match side {
                None => figcaption { b { (when) } ": not walked" },
                Some(side) => {
                    @match &side.shot {
                        Some(path) => (picture(view, path, when)),
                        None => p.soft { "no picture here" },
                    }
                    figcaption {
                        b { (when) } ", step " (side.number) ": " (outside(&side.title)) br;
                        (outside_code(&side.address))
                        @if !side.name.is_empty() { br; (outside(&side.name)) }
                        @if let Some(n) = side.alternative { span.soft { " alternative " (n + 1) } }
                    }
                }
            }
        }
    }
}

fn picture(view: &View<'_>, path: &str, what: &str) -> Markup {
    if !is_inside(path) {
        return html! { p.soft { "picture not shown: its path leads out of the folder" } };
    }
    let size = view.input.proof.and_then(|proof| proof.manifest.file(path)).and_then(|file| file.size);
    let address = format!("../{path}");
    html! {
        a href=(address) {
            img src=(address) alt=(what) loading="lazy" decoding="async"
                width=[size.map(|size| size.0)] height=[size.map(|size| size.1)];
        }
    }
}
