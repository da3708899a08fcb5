//! Closing: four orders of the pages, two languages, and all that may come between.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::{Duration, Instant};

use exeunt::browser::DrivenPage;
use exeunt::browser::binary::Kind;
use exeunt::browser::page::Page as _;
use exeunt::flow::compile::{Ask, Known};
use exeunt::flow::load::Loaded;
use exeunt::flow::pack::Pack;
use exeunt::flow::query::Refusal;
use exeunt::flow::tree::Skipped;
use exeunt::pack::folder;
use exeunt::practice::scenario::{Language, Latency, Scenario, SignIn};

use super::hand::{End, Hand, Person};
use super::site::Site;
use crate::support::{drivers, engines};

/// The orders of the pages: the generation of settings and closing.
const VARIANTS: [&str; 4] = ["sdui-2026", "sdui-2025", "ember-2020", "contacts-2014"];

/// The built-in pack, from its files: another test holds them against what is compiled in.
pub(crate) fn pack() -> Pack {
    let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("selectors/linkedin");
    let Loaded { pack, .. } = Pack::load(folder::read(&files).unwrap()).unwrap();
    pack
}

/// A site without delays.
pub(crate) fn scenario(ui: &str) -> Scenario {
    Scenario { people: 12, latency: Latency::None, ui: ui.parse().unwrap(), ..Scenario::default() }
}

/// A browser, a site and a pack.
pub(crate) struct Bed {
    pub(crate) site: Site,
    pub(crate) pack: Pack,
    pub(crate) page: DrivenPage,
    /// What the shell shows of the account.
    known: Known,
    _folder: tempfile::TempDir,
}

/// How a walk differs from the usual one.
pub(crate) struct Turns {
    /// So many passwords are wrong, the first ones.
    pub(crate) wrong: usize,
    /// It stops before anything irreversible.
    pub(crate) rehearses: bool,
    pub(crate) person: Person,
}

/// What a walk did.
pub(crate) struct Walked {
    pub(crate) end: End,
    pub(crate) done: Vec<String>,
    pub(crate) read: BTreeMap<String, BTreeMap<String, String>>,
    pub(crate) there: BTreeMap<String, BTreeSet<String>>,
    /// The targets that it saw.
    pub(crate) saw: BTreeSet<String>,
    /// What the targets of the flow's `yes` read in the end.
    pub(crate) answer: BTreeMap<String, BTreeMap<String, String>>,
}

impl Bed {
    pub(crate) async fn new(kind: Kind, scenario: Scenario) -> Self {
        let site = Site::start(scenario);
        let folder = tempfile::tempdir().unwrap();
        let page = drivers::page(kind, &site.origin(), folder.path()).await;
        let mut bed = Self { site, pack: pack(), page, known: Known::default(), _folder: folder };
        if bed.site.scenario.sign_in == SignIn::Open {
            bed.introduce().await;
        }
        bed
    }

    /// Reads what the bar of another page shows of the account, as a run does before it goes to any page of closing.
    async fn introduce(&mut self) {
        let ask = Ask {
            wants: &[],
            within: Duration::ZERO,
            arm: None,
            arm_when: vec![],
            read: vec![],
            choices: vec![],
            handles: &[],
            values: &BTreeMap::new(),
            armed_before: None,
            redraws: None,
            aftermath: false,
            stood: None,
            identity: Known::default(),
        };
        let look = self.pack.look(&ask).unwrap();
        self.page.goto("/feed/").await.unwrap();
        let until = Instant::now() + Duration::from_secs(30);
        while self.known.values.is_empty() {
            assert!(Instant::now() < until, "the feed never showed whose account it is");
            let shown = self.page.look(&look).await.unwrap().identity.unwrap_or_default();
            let shown = shown.into_iter().filter(|(_, value)| !value.is_empty());
            self.known.values = shown.map(|(key, value)| (key, vec![value])).collect();
        }
    }

    /// The account's own name and address, and what a run is given besides.
    pub(crate) fn values(&self, given: &[(&str, &str)]) -> BTreeMap<String, String> {
        let own = [("slug", self.site.scenario.me.as_str()), ("name", "Robin Practice")];
        own.iter().chain(given).map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    /// Walks a flow to its end with the right password.
    pub(crate) async fn walk(&mut self, flow: &str, given: &[(&str, &str)]) -> Walked {
        self.walk_with(flow, given, Turns { wrong: 0, rehearses: false, person: Person::Nobody }).await
    }

    /// Walks a flow.
    pub(crate) async fn walk_with(&mut self, flow: &str, given: &[(&str, &str)], turns: Turns) -> Walked {
        let Turns { wrong, rehearses, person } = turns;
        let values = self.values(given);
        let (site, mut passwords) = (&self.site, 0);
        let password = site.scenario.credentials().password;
        let mut secrets = |input: &str| match input {
            "password" => {
                passwords += 1;
                if passwords <= wrong { "not-the-password".to_owned() } else { password.clone() }
            }
            _ => code(site),
        };
        let mut hand = Hand {
            page: &mut self.page,
            pack: &self.pack,
            flow: &self.pack.flows[flow],
            values,
            secrets: &mut secrets,
            person,
            rehearses,
            done: Vec::new(),
            read: BTreeMap::new(),
            watched: Some("targets/close.toml"),
            there: BTreeMap::new(),
            answer: BTreeMap::new(),
            saw: BTreeSet::new(),
            tokens: 0,
            known: self.known.clone(),
        };
        let end = hand.walk().await;
        let Hand { done, read, there, answer, saw, .. } = hand;
        Walked { end, done, read, there, saw, answer }
    }

    pub(crate) fn kinds(&self) -> Vec<String> {
        self.site.audit()
    }

    pub(crate) async fn close(self) {
        self.page.close().await;
    }
}

/// The code of the last mail.
fn code(site: &Site) -> String {
    let mails: Vec<serde_json::Value> = serde_json::from_str(&site.control.ask("GET /mail", "")).unwrap();
    let codes = mails.iter().rev().find_map(|mail| mail["code"].as_str());
    codes.expect("a code was mailed").to_owned()
}

fn ui(variant: &str) -> String {
    format!("settings={variant},close={variant}")
}

const GIVEN: &[(&str, &str)] = &[("reason", "privacy"), ("comment", "thank you"), ("unsubscribe", "no")];

#[tokio::test]
async fn every_variant_is_closed_once() {
    let german = ["sdui-2026", "contacts-2014"].map(|variant| (variant, Language::De));
    let variants = VARIANTS.map(|variant| (variant, Language::En)).into_iter().chain(german);
    for (kind, (variant, language)) in engines::each("pages of closing", variants) {
        let told = format!("{kind}, {variant}, {language}");
        let mut bed = Bed::new(kind, Scenario { language, ..scenario(&ui(variant)) }).await;
        assert_eq!(bed.walk("is-open", &[]).await.end, End::Done, "{told}");

        let turns = Turns { wrong: 0, rehearses: true, person: Person::Nobody };
        let rehearsed = bed.walk_with("close-account", GIVEN, turns).await;
        assert_eq!(rehearsed.end, End::Before("close".to_owned()), "{told}: {:?}", rehearsed.done);
        assert_eq!(bed.kinds(), Vec::<String>::new(), "{told}");

        let walked = bed.walk("close-account", GIVEN).await;
        assert_eq!(walked.end, End::Done, "{told}: {:?}", walked.done);
        assert_eq!(bed.kinds(), ["closed"], "{told}");
        // German buttons to go on are all called the same.
        for (step, targets) in on_the_pages(variant).into_iter().filter(|_| language == Language::En) {
            // Whether a box for "Other" is there before it is chosen, pages are not agreed about. A button or a field that may come
            // in another order too has a target for each of its places.
            let is_sure = |name: &&str| !(*name == "comment_box" || PLACES.contains(name)) || targets.contains(name);
            let there: Vec<&str> = walked.there[step].iter().map(String::as_str).filter(is_sure).collect();
            assert_eq!(there, targets, "{told}, after {step}");
        }
        assert!(!walked.read["close_consequences"]["text"].is_empty(), "{told}");

        let settled = bed.walk("is-closed", &[]).await;
        assert_eq!(settled.end, End::Done, "{told}");
        assert!(settled.there["look"].contains("closed_page"), "{told}");
        let until = &settled.answer["closed_page"]["until"];
        assert!(until.contains("2026"), "{told}: {until}");
        assert_eq!(bed.walk("is-open", &[]).await.end, End::Sign("signed_out".to_owned()), "{told}");
        bed.close().await;
    }
}

/// Targets of what has another one where it comes elsewhere in the order of the pages.
const PLACES: [&str; 8] = [
    "box_next",
    "early_box",
    "late_code",
    "late_continue",
    "late_password",
    "late_verify",
    "verify_next",
    "verify_password",
];

/// What of the targets of closing is on the page after a step, and nothing else.
fn on_the_pages(variant: &str) -> Vec<(&'static str, Vec<&'static str>)> {
    let page = |targets: &[&'static str]| {
        let mut all = [targets, &["close_consequences", "closing_page", "own_account", "says_close"]].concat();
        all.sort_unstable();
        all
    };
    let last = ("close", vec!["close_consequences", "closed_page", "closing_page"]);
    let password = ("next", page(&["close_password", "close_final", "unsubscribe_box"]));
    match variant {
        "ember-2020" => vec![("row", page(&["reason_form", "reason_next", "comment_box"])), password, last],
        "contacts-2014" => vec![
            ("row", page(&["verify_password", "verify_code", "verify_next", "close_password"])),
            ("verify", page(&["reason_form", "close_final", "comment_box"])),
            last,
        ],
        _ => vec![
            ("row", page(&["close_continue"])),
            ("continue", page(&["reason_form", "reason_next"])),
            password,
            last,
        ],
    }
}

#[tokio::test]
async fn what_is_in_the_way_is_told_in_the_pages_own_words() {
    let ways = [
        ("sdui-2026", "premium", "Premium membership is cancelled"),
        ("ember-2020", "groups", "while you own groups"),
        ("contacts-2014", "licences", "Ask your administrator to release them"),
        ("sdui-2025", "no-password", "Create a password before you go on"),
        ("contacts-2014", "no-password", "Create a password before you go on"),
    ];
    for (kind, (variant, fault, words)) in engines::each("pages in the way", ways) {
        let told = format!("{kind}, {variant}, {fault}");
        let faults = vec![format!("{fault}@close").parse().unwrap()];
        let mut bed = Bed::new(kind, Scenario { faults, ..scenario(&ui(variant)) }).await;
        let walked = bed.walk("close-account", GIVEN).await;
        let End::Skipped(Skipped::Blocked, why, read) = &walked.end else { panic!("{told}: {:?}", walked.end) };
        assert!(!why.is_empty() && read["text"].contains(words), "{told}: {read:?}");
        assert_eq!(bed.kinds(), Vec::<String>::new(), "{told}");
        bed.close().await;
    }
}

#[tokio::test]
async fn whatever_comes_between_the_account_is_closed_once() {
    let ways = [
        (
            "sdui-2026",
            "",
            1,
            &["password", "close", "password-again", "close-again"][..],
            &["password-wrong", "closed"][..],
        ),
        ("ember-2020", "code@close", 0, &["close", "code", "code-close"], &["closed"]),
        (
            "ember-2020",
            "wrong-password@close,code@close",
            0,
            &["close", "close-again", "code-close"],
            &["password-wrong", "closed"],
        ),
        ("contacts-2014", "", 1, &["verify", "verify-again", "close"], &["password-wrong", "closed"]),
        ("sdui-2025", "moved@close", 0, &["address", "continue", "close"], &["closed"]),
    ];
    for (kind, (variant, faults, wrong, steps, kinds)) in engines::each("pages between", ways) {
        let told = format!("{kind}, {variant}, `{faults}`, {wrong} wrong");
        let faults = faults.split(',').filter(|fault| !fault.is_empty()).map(|fault| fault.parse().unwrap()).collect();
        let mut bed = Bed::new(kind, Scenario { faults, ..scenario(&ui(variant)) }).await;
        let given = [("reason", "other"), ("comment", "bye"), ("unsubscribe", "yes")];
        let walked =
            bed.walk_with("close-account", &given, Turns { wrong, rehearses: false, person: Person::Nobody }).await;
        assert_eq!(walked.end, End::Done, "{told}: {:?}", walked.done);
        let done: Vec<&str> = walked.done.iter().map(String::as_str).filter(|id| steps.contains(id)).collect();
        assert_eq!(done, steps, "{told}: {:?}", walked.done);
        let kinds_seen: Vec<String> = bed.kinds().into_iter().filter(|kind| kind != "unsubscribed").collect();
        assert_eq!(kinds_seen, kinds, "{told}");
        let unsubscribes = variant != "contacts-2014";
        assert_eq!(bed.kinds().contains(&"unsubscribed".to_owned()), unsubscribes, "{told}");
        assert_eq!(bed.walk("is-closed", &[]).await.end, End::Done, "{told}");
        bed.close().await;
    }
}

#[tokio::test]
async fn a_person_is_asked_to_solve_a_captcha() {
    for kind in engines::of("pages that a person answers", "a captcha") {
        let faults = vec!["captcha@close:1".parse().unwrap()];
        let mut bed = Bed::new(kind, Scenario { faults, ..scenario(&ui("sdui-2026")) }).await;
        let person = Person::Opens("/mypreferences/d/close-accounts");
        let walked = bed.walk_with("close-account", GIVEN, Turns { wrong: 0, rehearses: true, person }).await;
        assert_eq!(walked.end, End::Before("close".to_owned()), "{kind}: {:?}", walked.done);
        assert!(walked.done.iter().any(|id| id == "check-first"), "{kind}: {:?}", walked.done);
        // Nothing but this flow deals with it.
        bed.site.control.ask("POST /fault", "captcha@close");
        assert_eq!(bed.walk("is-open", &[]).await.end, End::Sign("captcha".to_owned()), "{kind}");
        bed.close().await;
    }
}

#[tokio::test]
async fn a_person_is_asked_to_approve_on_a_device() {
    for kind in engines::of("pages that a person answers", "a device") {
        let faults = vec!["device@close".parse().unwrap()];
        let mut bed = Bed::new(kind, Scenario { faults, ..scenario(&ui("sdui-2026")) }).await;
        let control = bed.site.control;
        let person = Person::Elsewhere(Box::new(move || {
            control.ask("POST /approve", "");
        }));
        let walked = bed.walk_with("close-account", GIVEN, Turns { wrong: 0, rehearses: false, person }).await;
        assert_eq!(walked.end, End::Done, "{kind}: {:?}", walked.done);
        assert!(walked.done.iter().any(|id| id == "check-last"), "{kind}: {:?}", walked.done);
        assert_eq!(bed.walk("is-closed", &[]).await.end, End::Done, "{kind}");
        assert_eq!(bed.kinds(), ["closed"], "{kind}");
        bed.close().await;
    }
}

#[tokio::test]
async fn a_miss_says_what_is_there_instead() {
    let ways = [
        ("sdui-2026", "renamed-button", "next", "close_final", "Finish up"),
        // Nothing of the page is offered for a field of a secret.
        ("ember-2020", "extra-page", "next", "close_password", ""),
    ];
    for (kind, (variant, fault, step, target, instead)) in engines::each("pages that are missed", ways) {
        let told = format!("{kind}, {variant}, {fault}");
        let faults = vec![format!("{fault}@close").parse().unwrap()];
        let mut bed = Bed::new(kind, Scenario { faults, ..scenario(&ui(variant)) }).await;
        let walked = bed.walk("close-account", GIVEN).await;
        let End::Miss(at, refused) = &walked.end else { panic!("{told}: {:?}", walked.end) };
        assert_eq!((at.as_str(), refused.kind), (step, Refusal::NotFound), "{told}: {refused:?}");
        assert_eq!(refused.target, target, "{told}: {refused:?}");
        let named: Vec<&str> = refused.candidates.iter().map(|one| one.name.as_str()).collect();
        assert!(if instead.is_empty() { named.is_empty() } else { named.contains(&instead) }, "{told}: {refused:?}");
        assert_eq!(bed.kinds(), Vec::<String>::new(), "{told}");
        bed.close().await;
    }
}
