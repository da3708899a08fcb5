//! What a page of leaving says and asks, whatever generation draws it.

use maud::{Markup, html};
use serde_json::{Value, json};

use crate::practice::account::{Leave, Step};
use crate::practice::fault;
use crate::practice::leaving_words::LeavingWords;
use crate::practice::pages::visit::Visit;
use crate::practice::scenario::{Generation, Page};
use crate::practice::vary::CLOSE_HARM;
use crate::practice::world::World;

/// What is asked.
pub(in crate::practice) enum Ask {
    Nothing,
    Reason {
        question: &'static str,
        reasons: &'static [&'static str],
        /// The label of the box that the last reason opens.
        other: &'static str,
        feedback: Option<&'static str>,
    },
    Password {
        label: &'static str,
        unsubscribe: Option<&'static str>,
        code: Option<&'static str>,
        /// The address of the frame that the field is in, where it is not in the page.
        frame: Option<String>,
    },
    /// The box about mail alone.
    Mail {
        unsubscribe: &'static str,
    },
    Code {
        label: &'static str,
    },
    Device {
        instead: &'static str,
    },
}

/// One page.
pub(in crate::practice) struct View {
    /// The name of the page, which stays the same on the way.
    pub(in crate::practice) title: &'static str,
    pub(in crate::practice) heading: Option<String>,
    pub(in crate::practice) texts: Vec<String>,
    pub(in crate::practice) ask: Ask,
    /// The button, or none where the page goes on by itself or does not go on.
    pub(in crate::practice) button: Option<&'static str>,
    /// What was wrong with the answer before.
    pub(in crate::practice) mistake: Option<&'static str>,
    /// A link in place of the button.
    pub(in crate::practice) link: Option<(&'static str, &'static str)>,
    pub(in crate::practice) back: &'static str,
    /// What forms carry so that the server knows them as its own.
    pub(in crate::practice) csrf: String,
    /// What the page's script starts from.
    pub(in crate::practice) data: Value,
}

/// Where and how a page is shown.
pub(super) struct Place<'a> {
    pub(super) token: &'a str,
    pub(super) step: Step,
    /// The faults of this load of the page with the password.
    pub(super) quirks: &'a [fault::Kind],
    pub(super) submit: &'static str,
    /// The same page under another origin.
    pub(super) elsewhere: String,
    /// Whether the page is under another origin than the rest.
    pub(super) leaks: bool,
}

impl View {
    /// The page of `place.step`.
    pub(super) fn of(world: &World, visit: &Visit, leave: &Leave, place: &Place<'_>) -> Self {
        let words = LeavingWords::of(visit.language);
        let (heading, texts) = texts(world, visit, leave, place.step);
        let has = |kind| place.quirks.contains(&kind);
        let frame = has(fault::Kind::Frame).then(|| frame_address(world, place.token));
        let quirks: Vec<&str> = place.quirks.iter().map(|kind| kind.word()).collect();
        Self {
            title: if is_other_deed(visit, leave, place.step) { words.hibernate_title } else { title(words, leave) },
            heading: if is_other_deed(visit, leave, place.step) {
                Some(words.hibernate_verify.to_owned())
            } else {
                heading
            },
            texts,
            ask: ask(words, leave, place.step, frame),
            button: match is_other_deed(visit, leave, place.step) {
                true => Some(words.hibernate_button),
                false => button(words, leave, place.step),
            },
            mistake: leave.mistake,
            link: None,
            back: words.back,
            csrf: visit.csrf.clone(),
            data: json!({
                "token": place.token,
                "step": place.step.as_str(),
                "submit": place.submit,
                "quirks": quirks,
                "elsewhere": place.elsewhere,
                "leaks": place.leaks,
                "csrfToken": visit.csrf,
                "isLast": is_last(leave, place.step),
                "words": { "broken": words.broken, "strength": words.strength },
            }),
        }
    }

    /// The page that says what is in the way.
    pub(super) fn blocked(visit: &Visit, leave: &Leave, kind: fault::Kind) -> Self {
        let words = LeavingWords::of(visit.language);
        let ([heading, text, link], href) = match kind {
            fault::Kind::Premium => (words.premium, "/mypreferences/d/premium-manage-account"),
            fault::Kind::Groups => (words.groups, "/groups/"),
            fault::Kind::Licences => (words.licences, "/mypreferences/d/licences"),
            _ => (words.no_password, "/mypreferences/d/change-password"),
        };
        Self {
            title: title(words, leave),
            heading: Some(heading.to_owned()),
            texts: vec![text.to_owned()],
            ask: Ask::Nothing,
            button: None,
            mistake: None,
            link: Some((link, href)),
            back: words.back,
            csrf: visit.csrf.clone(),
            data: json!({ "csrfToken": visit.csrf }),
        }
    }
}

/// Whether the page's button ends the way.
fn is_last(leave: &Leave, step: Step) -> bool {
    leave.todo.len() == 1 && !matches!(step, Step::Code | Step::Device)
}

/// Whether a family of sites puts the other deed in the place of the last page.
fn is_other_deed(visit: &Visit, leave: &Leave, step: Step) -> bool {
    visit.family.of(CLOSE_HARM) == "hibernate" && leave.what == Page::Close && is_last(leave, step)
}

/// The address of the frame with a password field under another origin.
fn frame_address(world: &World, token: &str) -> String {
    format!("http://{}/secure/password-frame?u={token}", world.elsewhere)
}

fn title(words: &'static LeavingWords, leave: &Leave) -> &'static str {
    match leave.what {
        Page::Hibernate => words.hibernate_title,
        _ => words.title(leave.generation),
    }
}

fn texts(world: &World, visit: &Visit, leave: &Leave, step: Step) -> (Option<String>, Vec<String>) {
    let words = LeavingWords::of(visit.language);
    let hibernates = leave.what == Page::Hibernate;
    let plain = |heading: &str, text: &str| (Some(heading.to_owned()), vec![text.to_owned()]);
    match (step, leave.generation) {
        (Step::Reason, _) if hibernates => (None, vec![words.hibernate_text.to_owned()]),
        (Step::Verify, _) if hibernates => (Some(words.hibernate_verify.to_owned()), Vec::new()),
        (Step::Warning, _) => (Some(sorry(words, visit)), vec![words.sure.to_owned()]),
        (Step::Reason, Generation::Ember2020) => {
            (Some(sorry(words, visit)), vec![words.sure.to_owned(), touch(world, visit, words)])
        }
        (Step::Reason, Generation::Contacts2014) => (None, vec![touch(world, visit, words)]),
        (Step::Reason, _) => (None, Vec::new()),
        (Step::Verify, Generation::Contacts2014) => plain(words.verify_2014, words.verify_2014_text),
        (Step::Verify, _) => (Some(words.verify.to_owned()), Vec::new()),
        (Step::Account, _) => (Some(words.verify_2014.to_owned()), Vec::new()),
        (Step::Mail, _) => (None, Vec::new()),
        (Step::Last, _) => (None, vec![words.sure.to_owned()]),
        (Step::More, _) => plain(words.extra_title, words.extra_text),
        (Step::Code, _) => plain(words.code_title, words.code_text),
        (Step::Device, _) => plain(words.device_title, words.device_text),
    }
}

/// The box about mail, where it stands alone: the same in every generation, since nobody saw one.
pub(in crate::practice) fn mail_box(unsubscribe: &str) -> Markup {
    html! {
        div.choice {
            input id="unsubscribe-alone" type="checkbox" name="unsubscribe" value="true";
            label for="unsubscribe-alone" { (unsubscribe) }
        }
    }
}

fn sorry(words: &LeavingWords, visit: &Visit) -> String {
    let first = visit.account.name.split(' ').next().unwrap_or_default();
    words.sorry.replace("{F}", first)
}

/// "Don’t lose touch with your 60 connections like Jane and Joe."
fn touch(world: &World, visit: &Visit, words: &LeavingWords) -> String {
    let inner = world.now();
    let named = inner.part(0..inner.total(), "", crate::practice::world::Sort::RecentlyAdded).people;
    let mut names: Vec<&str> =
        named.iter().filter(|person| person.slug.is_some()).map(|person| person.shown.as_str()).take(3).collect();
    let last = names.pop().unwrap_or_default();
    let names = if names.is_empty() { last.to_owned() } else { format!("{} {} {last}", names.join(", "), words.and) };
    words.lose_touch.replace("{C}", &visit.words.count(inner.total())).replace("{N}", &names)
}

fn ask(words: &'static LeavingWords, leave: &Leave, step: Step, frame: Option<String>) -> Ask {
    let hibernates = leave.what == Page::Hibernate;
    let old = matches!(leave.generation, Generation::Ember2020 | Generation::Contacts2014);
    match step {
        Step::Warning | Step::More | Step::Last => Ask::Nothing,
        Step::Mail => Ask::Mail { unsubscribe: words.unsubscribe },
        Step::Account => Ask::Password { label: words.password, unsubscribe: None, code: None, frame },
        Step::Reason if hibernates => Ask::Reason {
            question: words.hibernate_reason,
            reasons: &words.hibernate_reasons,
            other: words.other_more,
            feedback: None,
        },
        Step::Reason => Ask::Reason {
            question: if old { words.reason_2020 } else { words.reason },
            reasons: &words.reasons,
            other: words.other_more,
            feedback: old.then_some(words.feedback),
        },
        Step::Verify => Ask::Password {
            label: words.password,
            unsubscribe: (!hibernates && !leave.verifies_with_code()).then_some(words.unsubscribe),
            code: leave.verifies_with_code().then_some(words.code),
            frame,
        },
        Step::Code => Ask::Code { label: words.code },
        Step::Device => Ask::Device { instead: words.device_instead },
    }
}

fn button(words: &'static LeavingWords, leave: &Leave, step: Step) -> Option<&'static str> {
    let last = matches!(
        (step, leave.generation, leave.what),
        (Step::Reason, Generation::Contacts2014, _)
            | (Step::Last, _, _)
            | (Step::Verify, Generation::Ember2020 | Generation::Sdui2025 | Generation::Sdui2026, _)
    );
    let deed = match (leave.what, leave.generation) {
        (Page::Hibernate, _) => words.hibernate_button,
        (_, Generation::Sdui2026) => words.done,
        (_, Generation::Contacts2014) => words.close_button_2014,
        _ => words.close_button,
    };
    match step {
        _ if last && leave.renamed => Some(words.renamed),
        _ if last => Some(deed),
        Step::Warning => Some(words.go_on),
        Step::Reason | Step::Mail | Step::Last => Some(words.next),
        Step::Verify | Step::Account => Some(words.verify_button),
        Step::More => Some(words.extra_button),
        Step::Code => Some(words.submit),
        Step::Device => None,
    }
}
