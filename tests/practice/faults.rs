//! What goes wrong on purpose: over HTTP in every generation, and in browsers on the server-driven pages.

use axum::body::Body;
use axum::http::{Method, Request};
use exeunt::browser::page::PageError;
use exeunt::practice::scenario::{Language, Percent, Scenario, Ui};

use super::visitor::{BOTH, Visitor};
use super::{LIST, Site, data, pairs, quick, with_faults};
use crate::support::engines;

const PROFILE: &str = "/in/lenavogt/";

/// Every page in every generation that it is built in.
const PAGES: [(&str, &str, &str); 8] = [
    ("connections", LIST, "ember-2020"),
    ("connections", LIST, "sdui-2025"),
    ("connections", LIST, "sdui-2026"),
    ("profile", PROFILE, "ember-2020"),
    ("profile", PROFILE, "sdui-2026"),
    ("feed", "/feed/", "ember-2020"),
    ("feed", "/feed/", "sdui-2025"),
    ("feed", "/feed/", "sdui-2026"),
];

fn ui(page: &str, generation: &str) -> Ui {
    format!("{page}={generation}").parse().unwrap()
}

async fn arm(site: &Site, spec: &str) {
    assert_eq!(site.ask_control(Method::POST, "/fault", spec).await.status, 200, "{spec}");
}

#[tokio::test]
async fn every_page_of_every_generation_can_be_replaced() {
    for (page, path, generation) in PAGES {
        let site = Site::start(Scenario { ui: ui(page, generation), ..quick() }).await;
        let place = format!("{page} {generation}");
        assert_eq!(site.get(path).await.status, 200, "{place}");
        for (fault, to) in [
            ("authwall", "/authwall?trk="),
            ("captcha", "/checkpoint/challenge/"),
            ("checkpoint", "/checkpoint/challenge/"),
            ("two-step", "/checkpoint/challenge/"),
            ("unusual", "/checkpoint/challenge/"),
            ("restricted", "/checkpoint/challenge/"),
            ("signed-out", "/login?session_redirect="),
        ] {
            arm(&site, &format!("{fault}@{page}:1")).await;
            let answer = site.get(path).await;
            assert!(answer.status == 303 && answer.location().starts_with(to), "{place}: {fault}");
            assert_eq!(site.get(path).await.status, 200, "{place}: {fault}");
        }
        for (fault, status) in [("429", 429), ("999", 999), ("500", 500)] {
            arm(&site, &format!("{fault}@{page}:1")).await;
            let answer = site.get(path).await;
            assert!(answer.status == status && !answer.text.contains("<main"), "{place}: {fault}");
        }
        arm(&site, &format!("loader@{page}:1")).await;
        let answer = site.get(path).await;
        assert!(answer.status == 200 && answer.text.contains("role=\"progressbar\""), "{place}");
        assert!(!answer.text.contains("<script") && !answer.text.contains("<main"), "{place}");
        assert_eq!(answer.text.contains("app-loader--default"), generation == "ember-2020");
        for fault in ["alert", "beforeunload", "limit-dialog"] {
            arm(&site, &format!("{fault}@{page}:1")).await;
            let marks = [format!("[\"{fault}\"]"), format!("[&quot;{fault}&quot;]")];
            let seen = [site.get(path).await, site.get(path).await]
                .map(|answer| marks.iter().any(|mark| answer.text.contains(mark)));
            assert_eq!(seen, [true, false], "{place}: {fault}");
        }
        site.end().await;
    }
}

#[tokio::test]
async fn a_huge_page_is_the_same_page_with_very_many_rows() {
    for (page, path, generation) in [PAGES[0], PAGES[2], PAGES[4]] {
        let scenario = with_faults(&[&format!("huge@{page}:1")]);
        let site = Site::start(Scenario { ui: ui(page, generation), ..scenario }).await;
        let text = site.get(path).await.text;
        assert!((45_000_000..60_000_000).contains(&text.len()), "{}", text.len());
        assert_eq!(text.matches("<li><a href=\"/jobs/view/").count(), 100_000);
        assert!(text.ends_with("</html>"));
        assert!(site.get(path).await.text.len() < 200_000);
        site.end().await;
    }
}

#[tokio::test]
async fn each_stop_sign_has_its_shape_and_only_an_answer_ends_it() {
    for (kind, marks) in [
        ("captcha", ["<iframe id=\"captcha-internal\"", "Let’s do a quick security check"]),
        ("checkpoint", ["<form id=\"email-pin-challenge\"", "id=\"input__email_verification_pin\" name=\"pin\""]),
        ("two-step", ["<form id=\"two-step-challenge\"", "<label for=\"recognizedDevice\""]),
        ("unusual", ["Something isn’t quite right", "class=\"form__label\""]),
        ("restricted", ["<main class=\"app__content", "We've restricted your account temporarily"]),
    ] {
        let site = Site::start(with_faults(&[&format!("{kind}@connections:2")])).await;
        assert_eq!(site.get(LIST).await.status, 200);
        let redirect = site.get(LIST).await;
        let page = site.get(redirect.location()).await;
        assert!(marks.iter().all(|mark| page.text.contains(mark)), "{kind}: {}", page.text);
        assert_eq!(site.audit("/audit").await, pairs(&[]));
        let answer = Request::post(format!("{}{}", site.origin, redirect.location()));
        assert_eq!(site.send(answer, "pin=1").await.location(), "/feed/");
        assert_eq!(site.audit("/audit").await, pairs(&[("challenge-answered", "-")]));
        assert_eq!(site.get(redirect.location()).await.status, 404);
        site.end().await;
    }
}

#[tokio::test]
async fn stop_signs_of_a_german_site_are_german_and_keep_their_shape() {
    let site =
        Site::start(Scenario { language: Language::De, ..with_faults(&["restricted@feed", "429@profile"]) }).await;
    let page = site.get(site.get("/feed/").await.location()).await.text;
    for mark in ["<html lang=\"de\"", "<main class=\"app__content", "vorübergehend eingeschränkt", " Uhr PDT."] {
        assert!(page.contains(mark), "{mark}: {page}");
    }
    assert!(site.get(PROFILE).await.text.contains("Zu viele Anfragen"));
    site.end().await;
}

#[tokio::test]
async fn somebody_with_a_new_address_is_the_same_person() {
    for generation in ["ember-2020", "sdui-2026"] {
        let scenario = Scenario { ui: ui("profile", generation), ..with_faults(&["renamed@profile:1"]) };
        let site = Site::start(scenario).await;
        let new = site.get(PROFILE).await.location().to_owned();
        assert!(new.starts_with("/in/lenavogt-") && new != PROFILE, "{new}");
        assert_eq!(site.get(&new).await.status, 200);
        assert_eq!(site.get(PROFILE).await.location(), new, "the old address goes on leading there");
        let slug = new.trim_start_matches("/in/").trim_end_matches('/').to_owned();
        if generation == "sdui-2026" {
            assert_eq!(data(&site.get(&new).await)["person"]["vanityName"], slug);
        }
        assert_eq!(site.remove(&slug).await.status, 200);
        assert!(!site.is_connected("lenavogt").await);
        let audit = site.audit("/audit").await;
        assert!(audit.iter().all(|(_, slug)| slug == "lenavogt"), "{audit:?}");
        site.end().await;
    }
}

/// A menu that removes somebody, on one page of one generation.
struct Way {
    page: &'static str,
    generation: &'static str,
    path: &'static str,
    more: &'static str,
}

const ITEM: &str = "//*[@role='menuitem'][.='Remove connection' or @aria-label='Remove connection']";
const DIALOG: &str = "//dialog[@open]";
const CANCEL: &str = "//dialog[@open]//button[.='Cancel']";
const FIRST_ROW: &str = "(//div[@class='card']//p[@class='name'])[1]";

const WAYS: [Way; 3] = [
    Way {
        page: "connections",
        generation: "sdui-2025",
        path: LIST,
        more: "(//button[@aria-label='Show more actions'])[1]",
    },
    Way {
        page: "connections",
        generation: "sdui-2026",
        path: LIST,
        more: "(//button[starts-with(@aria-label, 'More actions')])[1]",
    },
    Way {
        page: "profile",
        generation: "sdui-2026",
        path: PROFILE,
        more: "//main//div[@class='wide']//button[.='More']",
    },
];

/// A site where no click is ignored, and a browser in which each test loads pages with one fault after another.
struct Seat {
    site: Site,
    visitor: Visitor,
}

impl Seat {
    async fn take(kind: exeunt::browser::binary::Kind, way: &Way) -> Self {
        let ignored_clicks = Percent::new(0).unwrap();
        let site = Site::start(Scenario { ignored_clicks, ui: ui(way.page, way.generation), ..quick() }).await;
        let visitor = Visitor::open(kind, &site.origin).await;
        Self { site, visitor }
    }

    /// Loads the page with a fault and clicks the button of the menu.
    async fn menu(&mut self, way: &Way, fault: &str) {
        arm(&self.site, &format!("{fault}@{}:1", way.page)).await;
        self.visitor.goto(way.path).await;
        self.visitor.click(way.more).await;
    }

    async fn acts(&self) -> Vec<String> {
        let audit = self.site.audit("/audit").await.into_iter().map(|(kind, _)| kind);
        audit.filter(|kind| kind != "profile-view").collect()
    }

    async fn leave(self) {
        self.visitor.close().await;
        self.site.end().await;
    }
}

#[tokio::test]
async fn menus_and_dialogs_mislead() {
    for (kind, way) in engines::each("practice: menus that mislead", &WAYS) {
        let place = format!("{kind} {} {}", way.page, way.generation);
        let mut seat = Seat::take(kind, way).await;
        seat.menu(way, "twins").await;
        seat.visitor.sees("(//*[@role='menuitem'][.='Remove connection'])[2]").await;

        seat.menu(way, "other-name").await;
        seat.visitor.click(ITEM).await;
        seat.visitor.sees("//dialog[@open][contains(., 'remove Somebody Else as a connection')]").await;

        seat.menu(way, "stale").await;
        seat.visitor.sees(ITEM).await;
        // A click on what is about to be replaced reaches nobody.
        for _ in 0..3 {
            seat.visitor.click_at_last(ITEM).await;
            if seat.visitor.sees_soon(CANCEL).await {
                break;
            }
        }
        seat.visitor.click(CANCEL).await;

        seat.menu(way, "overlay").await;
        assert!(seat.visitor.is_covered(ITEM).await, "{place}: the menu");
        seat.visitor.click_in_corner().await;
        seat.visitor.click(ITEM).await;
        assert!(
            seat.visitor.is_covered("//dialog[@open]//div[@class='choices']/button[2]").await,
            "{place}: the dialog"
        );
        assert_eq!(seat.acts().await, [""; 0], "{place}");

        seat.menu(way, "swapped").await;
        seat.visitor.click("//*[@role='menuitem'][@aria-label='Remove connection'][.='Report / Block']").await;
        seat.site.until_audited("blocked").await;
        assert_eq!(seat.acts().await, ["blocked"], "{place}");

        seat.menu(way, "no-dialog").await;
        seat.visitor.click(ITEM).await;
        seat.site.until_audited("removed").await;
        assert!(!seat.visitor.has(DIALOG).await, "{place}");
        assert_eq!(seat.acts().await, ["blocked", "removed"], "{place}");
        seat.leave().await;
    }
}

#[tokio::test]
async fn a_prompt_of_the_browser_may_ask_in_place_of_the_dialog() {
    for (kind, way) in engines::each("practice: a prompt", &WAYS) {
        let mut seat = Seat::take(kind, way).await;
        seat.menu(way, "confirm").await;
        seat.visitor.click(ITEM).await;
        let text = seat.visitor.prompt().await;
        assert!(text.contains("as a connection?"), "{kind}: {text}");
        assert_eq!(seat.acts().await, [""; 0], "{kind}: nobody said yes");
        seat.leave().await;
    }
}

#[tokio::test]
async fn a_page_may_say_something_by_itself() {
    for kind in BOTH {
        let mut seat = Seat::take(kind, &WAYS[2]).await;
        arm(&seat.site, "limit-dialog@feed:1").await;
        seat.visitor.goto("/feed/").await;
        seat.visitor.sees("//dialog[@open]//h2[.='You’ve reached the weekly invitation limit']").await;
        seat.visitor.click("//dialog[@open]//button[.='Got it']").await;
        assert!(!seat.visitor.has(DIALOG).await);
        arm(&seat.site, "alert@profile:1").await;
        seat.visitor.goto(PROFILE).await;
        assert_eq!(seat.visitor.prompt().await, "The practice site says something.", "{kind}");
        seat.leave().await;
    }
}

#[tokio::test]
async fn rows_change_places_under_the_pointer() {
    for (kind, way) in engines::each("practice: rows that move", &WAYS[..2]) {
        let mut seat = Seat::take(kind, way).await;
        arm(&seat.site, "reorder@connections:1").await;
        seat.visitor.goto(LIST).await;
        let before = seat.visitor.text(FIRST_ROW).await;
        seat.visitor.click("(//div[@class='card']//p[contains(@class, 'since')])[4]").await;
        assert_ne!(seat.visitor.text(FIRST_ROW).await, before, "{kind} {}", way.generation);
        seat.leave().await;
    }
}

#[tokio::test]
async fn the_list_of_2025_goes_on_by_its_button_and_removes() {
    for kind in engines::of("practice: pages of people", "the list of 2025") {
        let mut seat = Seat::take(kind, &WAYS[0]).await;
        seat.visitor.goto(LIST).await;
        let rows = "count(//div[@data-view-name='connections-list'])";
        seat.visitor.sees(&format!("//h1[{rows}=10]")).await;
        seat.visitor
            .sees("(//a[@data-view-name='connections-profile'][starts-with(@href, 'http://127.0.0.1:')])[1]")
            .await;
        seat.visitor.click("//button[.='Load more']").await;
        seat.visitor.sees(&format!("//h1[{rows}=20]")).await;
        seat.visitor.sees("(//p[starts-with(., 'connected on ')])[1]").await;
        seat.visitor.click(WAYS[0].more).await;
        seat.visitor.click(ITEM).await;
        seat.visitor.click("//dialog[@open]//button[@data-view-name='connections-remove'][.='Remove']").await;
        seat.visitor.sees("//h1[.='59 connections']").await;
        seat.site.until_audited("removed").await;
        assert_eq!(seat.acts().await, ["removed"], "{kind}");
        seat.leave().await;
    }
}

#[tokio::test]
async fn the_shell_of_2025_names_its_views_and_that_of_2026_does_not() {
    let early = Site::start(Scenario { ui: "connections=sdui-2025,feed=sdui-2025".parse().unwrap(), ..quick() }).await;
    for path in [LIST, "/feed/"] {
        let text = early.get(path).await.text;
        assert!(
            text.contains("data-view-name=\"navigation-settings\"") && !text.contains("data-testid=\"primary-nav\"")
        );
    }
    early.end().await;
    let late = Site::start(quick()).await;
    for path in [LIST, "/feed/", PROFILE] {
        let text = late.get(path).await.text;
        assert!(!text.contains("data-view-name") && text.contains("data-testid=\"primary-nav\""));
        assert!(text.contains("<iframe title=\"reCAPTCHA\""), "{path}: the invisible captcha is on every page");
    }
    let request = Request::get(format!("{}/recaptcha/enterprise.js", late.origin));
    assert_eq!(late.send(request, Body::empty()).await.status, 200);
    late.end().await;
}

/// Prompts are told as errors of a look.
pub(crate) fn prompt_of(error: PageError) -> String {
    match error {
        PageError::Prompt(text) => text,
        other => panic!("{other:?}"),
    }
}
