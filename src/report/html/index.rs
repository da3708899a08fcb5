//! The first page: the outcome in one sentence, what needs a look, the pace, the days, and what the proof is worth.

use maud::{Markup, PreEscaped, html};

use super::frame::{outside, outside_code};
use super::view::View;
use super::{account, frame, misfit, person};
use crate::event::fact::{Rehearsal, RunStarted};
use crate::event::id::Action;
use crate::event::state::EffectState;
use crate::evidence::manifest::LIMITS;
use crate::evidence::run_folder::Finished;
use crate::flow::misfit::Misfit;
use crate::report::advice;
use crate::report::closure::Closure;
use crate::report::count::{bytes, count, number, people, span};
use crate::report::glossary::GLOSSARY;
use crate::report::pace::Pace;
use crate::report::story::{Incident, Person, Standing};
use crate::report::words;
use crate::report::{escape, moment};

/// The page.
pub(super) fn page(view: &View<'_>) -> Markup {
    let headline = view.closure.map_or_else(|| view.story.headline(), Closure::headline);
    let content = html! {
        h1 { (headline) }
        (lead(view))
        @if view.closure.is_none() { (tiles(view)) }
        (incidents(view))
        @match view.closure {
            Some(closure) => (account::part(view, closure)),
            None => { (attention(view)) (pace(view)) (days(view)) (looks(view)) },
        }
        (facts(view))
        (proof(view))
        (glossary())
    };
    frame::page(view, &headline, false, &content)
}

fn lead(view: &View<'_>) -> Markup {
    let zone = &view.input.zone;
    html! {
        @if let Some(started) = &view.story.started {
            p.lead {
                "Run " b { (started.run) } " of plan " b { (started.plan) } " (" (words::of_mode(started.mode)) ") on the account "
                b { (started.account) }
                @if let Some((handle, name)) = &view.story.account {
                    // Newer pages do not always say the name.
                    ", signed in as "
                    @if name.trim().is_empty() { (outside_code(handle.as_str())) }
                    @else { (outside(name)) " (" (outside_code(handle.as_str())) ")" }
                }
                @if view.story.visits > 0 {
                    ", " (count(view.story.visits, "profile view", "profile views"))
                }
                "."
            }
        }
        @if let Some((from, until)) = view.story.times {
            p.lead {
                (moment::minutes(from, until, zone)) ", "
                (span(until.duration_since(from).as_secs().unsigned_abs())) ". Times are local: " (moment::zone_name(from, zone)) "."
            }
        }
        @match &view.story.ended {
            Some((ending, why)) => p.lead {
                "It ended: " (words::of_ending(*ending).short)
                @if why.is_empty() { "." } @else { ", " (misfit::in_short(why)) "." }
            },
            None => p.lead { "Its end is not recorded: it still goes on, or it was cut short." },
        }
    }
}

fn tiles(view: &View<'_>) -> Markup {
    html! {
        ul.tiles {
            @for (outcome, n) in view.story.counts() {
                li class={ "card " (person::class(outcome)) } { strong { (number(n)) } span { (outcome.as_str()) } }
            }
        }
    }
}

fn incidents(view: &View<'_>) -> Markup {
    html! {
        @if !view.story.incidents.is_empty() {
            h2 { "Signs to stop" }
            div.stack {
                @for incident in &view.story.incidents { (incident_part(view, incident)) }
            }
        }
    }
}

fn incident_part(view: &View<'_>, incident: &Incident) -> Markup {
    let shots: Vec<_> = incident.shots.iter().map(|shot| (incident.at, shot.clone())).collect();
    html! {
        section.card.notice {
            div.head {
                h3 { (incident.id) ": " (outside(&incident.sign)) }
                span.soft { (moment::minute(incident.at, &view.input.zone)) }
                span.badge.in-doubt[incident.cleared.is_none()] {
                    @if incident.cleared.is_none() { "open" } @else { "cleared" }
                }
            }
            (misfit::reason("", &incident.why))
            @if !incident.address.is_empty() { p.soft { "On " (outside_code(&incident.address)) } }
            @if let Some(missing) = view.input.missing.get(&incident.id) {
                @if missing.is_empty() {
                    p { "By a scan of the whole list, nobody is missing since but whom this program removed." }
                } @else {
                    p { "Missing since, by a scan of the whole list:" }
                    ul { @for line in missing { li { (outside(line)) } } }
                }
            }
            @match &incident.cleared {
                Some(reason) => p.soft { "Cleared by a person: " (outside(reason)) },
                None => {
                    @if let Some(until) = incident.until {
                        p { "The site names " (moment::minute(until, &view.input.zone)) ". It cannot be cleared before that." }
                    }
                    ul { @for line in advice::of_sign(&incident.sign).lines() { li { (line) } } }
                    @if incident.sign == "drift" {
                        @let (words, commands) = mending(view);
                        p { (words) ":" }
                        pre.cmd { code { (commands) } }
                    }
                    p { "When that is done:" }
                    pre.cmd { code { "exeunt incident clear " (incident.id) (view.flags()) " --reason 'what you found'" } }
                }
            }
            (person::shots(view, &shots))
        }
    }
}

fn attention(view: &View<'_>) -> Markup {
    let attention = view.story.attention();
    html! {
        @if !attention.is_empty() {
            h2 { "Needs a look" }
            div.stack {
                @for person in attention { (attention_part(view, person)) }
            }
        }
    }
}

fn attention_part(view: &View<'_>, who: &Person) -> Markup {
    let words = who.standing.words();
    let class = person::class(who.outcome());
    html! {
        section class={ "card notice " (class) } {
            div.head {
                h3 { a href=(view.place_of(&who.slug)) { (outside(who.shown())) } }
                span.soft { (outside_code(who.slug.as_str())) }
                span class={ "badge " (class) } { (words.short) }
            }
            p { (words.meaning) }
            @if !who.why().is_empty() { (misfit::reason("Recorded: ", who.why())) }
            (what_to_do(view, who))
        }
    }
}

/// The next step for a person that needs a look.
fn what_to_do(view: &View<'_>, who: &Person) -> Markup {
    let plan = view.story.started.as_ref().map(|started| started.plan.to_string()).unwrap_or_default();
    let (words, commands) = mending(view);
    let go_on = format!("nothing was removed here. Next: {words}:");
    let (advice, command) = match who.standing {
        Standing::Acted(state) if state.in_doubt() => (
            "look for this person in your connections yourself, then say what you found, by one of these:",
            Some(advice::resolutions(&who.slug, &view.flags()).join("\n")),
        ),
        Standing::Acted(EffectState::Mismatch) | Standing::Rehearsed(Rehearsal::Mismatch) => (
            "compare the profile with your plan; its address may belong to somebody else by now. Nothing was sent.",
            None,
        ),
        // Another rehearsal with the same pack would end at the same step.
        _ if Misfit::of(who.why()).is_some() => (go_on.as_str(), Some(commands)),
        _ => (
            "read why, and rehearse what is left of the plan. Nothing was removed here.",
            Some(format!("exeunt run {plan}{}", view.flags())),
        ),
    };
    html! {
        p { b { "What to do: " } (advice) }
        @if let Some(command) = command { pre.cmd { code { (command) } } }
    }
}

/// The commands that go on where the pages did not fit the pack.
fn mending(view: &View<'_>) -> (&'static str, String) {
    let started = view.story.started.as_ref();
    let what = started.map_or((Action::Remove, "last"), |started| (started.action, started.plan.as_str()));
    let (words, commands) = advice::mending(what, &view.flags(), false);
    (words, commands.join("\n"))
}

fn pace(view: &View<'_>) -> Markup {
    let reached = |state| {
        let mut times: Vec<_> = view.story.people.iter().filter_map(|person| person.reached(state)).collect();
        times.sort();
        times
    };
    let Some(times) = view.story.times else { return html! {} };
    let (removed, sent) = (reached(EffectState::Done), reached(EffectState::Intent));
    let pace = Pace { removed, sent, times, cap: view.input.cap, zone: &view.input.zone };
    let most = pace.most_in_a_day();
    let (Some(total), Some(last_day)) = (pace.total(), pace.last_day()) else { return html! {} };
    html! {
        h2 { "Pace" }
        div.card {
            figure.plot role="img" aria-label={ (people(pace.removed.len() as u64)) " removed over the run" } {
                figcaption { "Removed since the start: " (people(pace.removed.len() as u64)) }
                (PreEscaped(total))
            }
            figure.plot role="img" aria-label={ "At most " (number(most)) " in any 24 hours" } {
                figcaption {
                    "Sent within the 24 hours before: at most " (number(most))
                    @if let Some(cap) = view.input.cap { " " span.key { i {} "the cap, " (number(cap.into())) } }
                }
                (PreEscaped(last_day))
            }
        }
    }
}

fn days(view: &View<'_>) -> Markup {
    html! {
        @if !view.sheets.is_empty() {
            h2 { "Days" }
            div.card {
                table.days {
                    tr { th { "day" } th.n { "people" } th { "outcomes" } }
                    @for sheet in &view.sheets {
                        tr {
                            td {
                                a href=(sheet.path) {
                                    (moment::day(sheet.date))
                                    @if sheet.part.1 > 1 { ", part " (sheet.part.0) " of " (sheet.part.1) }
                                }
                            }
                            td.n { (number(sheet.people.len() as u64)) }
                            td { (outcomes(&sheet.people)) }
                        }
                    }
                }
            }
        }
    }
}

/// What was only looked at: the pages before the first person of a day, and whom the last day removed.
fn looks(view: &View<'_>) -> Markup {
    html! {
        @if !view.story.looks.is_empty() {
            h2 { "Looked at before the first person of the day" }
            div.stack {
                @for look in &view.story.looks {
                    section.card {
                        div.head {
                            h3 { (outside(&look.name)) }
                            span.soft { (outside_code(look.slug.as_str())) }
                            span.soft { (moment::minute(look.at, &view.input.zone)) }
                        }
                        p { (look.words) ". Recorded: " (outside(&look.why)) "." }
                        (person::shots(view, &look.shots))
                    }
                }
            }
        }
    }
}

/// The outcomes of some people with their counts, in one line.
pub(super) fn outcomes(people: &[&Person]) -> String {
    let counted = words::OUTCOMES.into_iter().filter_map(|outcome| {
        let n = people.iter().filter(|person| person.outcome() == outcome).count() as u64;
        (n > 0).then(|| format!("{} {}", number(n), outcome.as_str()))
    });
    counted.collect::<Vec<_>>().join(", ")
}

fn facts(view: &View<'_>) -> Markup {
    let Some(started) = &view.story.started else { return html! {} };
    let RunStarted { hash, action, route, origin, pack, pack_sha256, browser, program, .. } = started;
    html! {
        h2 { "What was fixed for this run" }
        dl.card {
            dt { "plan" } dd { (started.plan) ", hash " span.code { (hash) } }
            dt { "action and route" } dd { (action) ", " (route) }
            dt { "site" } dd { (outside_code(origin)) " (" (started.realm) ")" }
            dt { "pack" } dd { (outside(pack)) ", SHA-256 " span.code { (pack_sha256.short()) "…" } }
            dt { "browser" } dd { (outside(browser)) }
            dt { "program" } dd { (outside(program)) }
        }
    }
}

fn proof(view: &View<'_>) -> Markup {
    html! {
        h2 { "The proof, and what it is worth" }
        div.card {
            @match view.input.proof {
                Some(proof) => (proof_facts(view, proof)),
                None => p { "The manifest of this run is not written yet, so changes to its files would not be noticed." },
            }
            ul.plain {
                @for limit in LIMITS { li { (limit) } }
            }
        }
    }
}

fn proof_facts(view: &View<'_>, Finished { manifest, sha256, .. }: &Finished) -> Markup {
    let size = manifest.files.iter().map(|file| file.bytes).sum();
    let shots = manifest.files.iter().filter(|file| file.size.is_some()).count() as u64;
    html! {
        dl {
            dt { "files" } dd {
                (count(manifest.files.len() as u64, "file", "files")) ", " (bytes(size)) ", of them "
                (count(shots, "picture", "pictures"))
            }
            dt { "manifest" } dd { "SHA-256 " span.code { (sha256) } }
            dt { "end of the chain" } dd {
                "entry " (number(manifest.chain_head.seq)) ", " span.code { (manifest.chain_head.hash) }
            }
            dt { "seal" } dd { (manifest.seal) }
            dt { "time token" } dd { (manifest.time_token) }
        }
        p { "To check it with this program:" }
        pre { code { "exeunt evidence verify " (manifest.run) (view.account_flag()) } }
        p { "Without it, follow " a href="../VERIFY.md" { "VERIFY.md" } ": it needs " code { "sha256sum" } ", " code { "jq" } " and " code { "openssl" } ", and no network." }
    }
}

fn glossary() -> Markup {
    html! {
        h2 { "Words" }
        dl.card {
            @for term in GLOSSARY {
                dt { (term.word) } dd { (escape::page(term.meaning)) }
            }
        }
    }
}
