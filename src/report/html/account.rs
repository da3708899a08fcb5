//! The part of the first page about the account itself: what the end page said, the gates, the public address.

use maud::{Markup, html};

use super::frame::{outside, outside_code};
use super::view::View;
use super::{compared, person, steps};
use crate::event::fact::{Mode, Verdict};
use crate::event::shot::Shot;
use crate::report::advice;
use crate::report::closure::{Closed, Closure, PublicLook, of_public, of_verdict};
use crate::report::moment;
use crate::report::words;

/// The whole part.
pub(super) fn part(view: &View<'_>, closure: &Closure) -> Markup {
    html! {
        @if let Some(compared) = &closure.compared { (compared::table(compared)) }
        (end(view, closure))
        (walk(view, closure))
        (public(view, closure))
        (gates(closure))
        (record(view, closure))
    }
}

fn end(view: &View<'_>, closure: &Closure) -> Markup {
    let pictures: Vec<_> = view.story.people.iter().flat_map(|person| person.shots.iter().cloned()).collect();
    let doubt = closure.closed.is_none() && closure.state().is_some_and(|state| state.in_doubt());
    html! {
        h2 { "The end" }
        section.card.notice[doubt] {
            @match &closure.closed {
                Some(closed) => (words(view, closed)),
                None if doubt => {
                    p { "The last click may have reached the site, and its outcome could not be read. It is never tried again by itself." }
                    p { b { "What to do: " } "look yourself whether the account is still there, then say what you found, by one of these:" }
                    @if let Some(who) = view.story.people.first() {
                        pre.cmd { code { (advice::resolutions(&who.slug, &view.flags()).join("\n")) } }
                    }
                }
                None if closure.mode == Mode::Rehearsal => {
                    p { "A rehearsal sends nothing: the account is as it was. The last page that it came to:" }
                }
                None => p { "It was not proved that the account is " (words::done(closure.action)) "." },
            }
            (person::shots(view, &pictures))
        }
    }
}

fn words(view: &View<'_>, closed: &Closed) -> Markup {
    html! {
        dl {
            dt { "account" } dd { (outside_code(closed.handle.as_str())) }
            dt { "proved" } dd { (moment::minute(closed.at, &view.input.zone)) }
            dt { "can be reopened" } dd {
                @match closed.until {
                    Some(day) => { "by signing in until " (moment::day(day)) ", as the page said" },
                    None => "the page named no day",
                }
            }
            dt { "the page's words" } dd { blockquote { (outside(&closed.words)) } }
        }
    }
}

fn walk(view: &View<'_>, closure: &Closure) -> Markup {
    html! {
        @if !closure.steps.is_empty() {
            h2 { "The way there" }
            div.card {
                table.days {
                    tr { th.n { "step" } th { "what" } th { "how it ended" } th { "time" } }
                    @for (at, walked) in &closure.steps {
                        tr {
                            td.n { (walked.number) }
                            td { a href={ (steps::PATH) "#" (steps::anchor(walked)) } { (outside(&walked.step)) } }
                            td { (outside(&walked.outcome)) @if walked.shots.is_empty() { span.soft { " (no picture)" } } }
                            td { (moment::clock(*at, &view.input.zone)) }
                        }
                    }
                }
                p { a href=(steps::PATH) { "Every step with its picture" } }
            }
        }
    }
}

fn public(view: &View<'_>, closure: &Closure) -> Markup {
    html! {
        @if !closure.public.is_empty() {
            h2 { "What a visitor sees" }
            div.card {
                @for look in &closure.public { (public_look(view, look)) }
                p.soft { "The public address was read without signing in. It decides only where the end page is in words that nobody \
                    knows: search engines and the site's own copies may show a closed profile for weeks." }
            }
        }
    }
}

fn public_look(view: &View<'_>, look: &PublicLook) -> Markup {
    let shots: Vec<(jiff::Timestamp, Shot)> = look.shots.iter().map(|shot| (look.at, shot.clone())).collect();
    html! {
        div.look {
            p {
                b { @if look.before { "Before" } @else { "Afterwards" } } ", " (moment::minute(look.at, &view.input.zone)) ": "
                span.badge { (of_public(look.answer)) }
                @if !look.why.is_empty() { " " (outside(&look.why)) }
                br; (outside_code(&look.address))
            }
            (person::shots(view, &shots))
        }
    }
}

fn gates(closure: &Closure) -> Markup {
    let class = |verdict| match verdict {
        Verdict::Pass => "removed",
        Verdict::Fail => "failed",
        Verdict::Waived => "in-doubt",
        Verdict::Later => "other",
    };
    html! {
        @if !closure.gates.is_empty() {
            h2 { "What was asked before" }
            div.card {
                table.steps {
                    tr { th { "gate" } th { "answer" } th { "why" } }
                    @for gate in &closure.gates {
                        tr {
                            td { (outside(&gate.gate)) }
                            td { span class={ "badge " (class(gate.verdict)) } { (of_verdict(gate.verdict)) } }
                            td { (outside(&gate.why)) }
                        }
                    }
                }
            }
        }
    }
}

fn record(view: &View<'_>, closure: &Closure) -> Markup {
    html! {
        @if !closure.moves.is_empty() {
            h2 { "What the ledger recorded" }
            div.card {
                table.steps {
                    tr { th { "time" } th { "state" } th { "recorded because" } }
                    @for (at, state, why) in &closure.moves {
                        tr { td { (moment::clock(*at, &view.input.zone)) } td { span title=(state.as_str()) { (words::of_deed(closure.action, words::of_state(*state).short)) } } td { (outside(why)) } }
                    }
                }
            }
        }
    }
}
