//! Leaving as a person does it, by clicks and keys, in both browsers.

use exeunt::browser::binary::Kind;
use exeunt::practice::scenario::Scenario;

use super::closing::{ALL, code, kinds, of};
use super::visitor::{BOTH, Visitor};
use super::{Site, quick, with_faults};
use crate::support::engines;

const DEED: &str = "//button[@data-deed][not(@disabled)] | //input[@type='submit']";
const PASSWORD: &str = "//input[@type='password']";

fn password() -> String {
    Scenario::default().credentials().password
}

async fn open(kind: Kind, scenario: Scenario) -> (Site, Visitor) {
    let site = Site::start(scenario).await;
    let visitor = Visitor::open(kind, &site.origin).await;
    (site, visitor)
}

async fn ends(site: Site, visitor: Visitor) {
    visitor.close().await;
    site.end().await;
}

/// From the first page of the newest order to the one with the password.
async fn to_the_password(visitor: &mut Visitor) {
    visitor.goto("/mypreferences/d/close-accounts").await;
    visitor.click("//button[.='Continue']").await;
    visitor.click("//input[following-sibling::label[1][.='I have a privacy concern']]").await;
    visitor.click("//button[.='Next'][not(@disabled)]").await;
}

#[tokio::test]
async fn people_close_their_account_from_the_menu_in_a_browser() {
    for (kind, generation) in engines::each("practice: closing", ALL) {
        let ui = format!("settings={generation},close={generation},feed=sdui-2026").parse().unwrap();
        let (site, mut visitor) = open(kind, Scenario { ui, ..of(generation) }).await;
        visitor.goto("/feed/").await;
        visitor.click("//button[contains(@class, 'me')][contains(., 'Me')]").await;
        visitor.click("//a[.='Settings & Privacy']").await;
        visitor.click("//a[contains(@href, '/close-account')]").await;
        match generation {
            "contacts-2014" => {
                visitor.sees("//input[@type='submit'][@value='Verify Account']").await;
                visitor.fill(PASSWORD, &password()).await;
                visitor.fill("//input[@name='code']", &code(&site).await).await;
                visitor.click(DEED).await;
                visitor.click("//input[following-sibling::label[1][.='I have a privacy concern']]").await;
                visitor.click("//input[@value='Close Account']").await;
            }
            _ => {
                if generation != "ember-2020" {
                    visitor.click("//button[.='Continue']").await;
                }
                visitor.sees("//button[@data-deed][@disabled]").await;
                visitor.click("//input[following-sibling::label[1][.='Other']]").await;
                visitor.fill("//div[@data-other]//textarea", "Nothing in particular").await;
                visitor.click("//button[@data-deed][contains(., 'Next')][not(@disabled)]").await;
                visitor.sees("//button[@data-deed][@disabled]").await;
                visitor.fill(PASSWORD, &password()).await;
                visitor
                    .click("//button[@data-deed][not(@disabled)][contains(., 'Done') or contains(., 'Close account')]")
                    .await;
            }
        }
        visitor.sees("//h1[.='Your account is closed']").await;
        assert_eq!(kinds(&site).await, ["closed"], "{kind} {generation}");
        visitor.goto("/feed/").await;
        visitor.sees("//button[@type='submit'][.='Sign in']").await;
        ends(site, visitor).await;
    }
}

#[tokio::test]
async fn a_wrong_password_is_said_on_the_page_in_a_browser() {
    for (kind, generation) in engines::each("practice: a wrong password", ["sdui-2026", "ember-2020"]) {
        let (site, mut visitor) = open(kind, of(generation)).await;
        visitor.goto("/mypreferences/d/close-accounts").await;
        if generation == "sdui-2026" {
            visitor.click("//button[.='Continue']").await;
        }
        visitor.click("(//input[@type='radio'])[1]").await;
        visitor.click(DEED).await;
        visitor.fill(PASSWORD, "wrong").await;
        visitor.click(DEED).await;
        visitor.sees("//p[@role='alert'][contains(., 'that’s not the right password')]").await;
        assert_eq!(kinds(&site).await, ["password-wrong"], "{kind} {generation}");
        ends(site, visitor).await;
    }
}

#[tokio::test]
async fn a_page_that_gets_no_answer_stays_where_it_is_in_a_browser() {
    for kind in engines::of("practice: pages of leaving", "no answer") {
        let (site, mut visitor) = open(kind, with_faults(&["answer-500@close:1"])).await;
        to_the_password(&mut visitor).await;
        visitor.fill(PASSWORD, &password()).await;
        visitor.click("//button[.='Done'][not(@disabled)]").await;
        visitor.sees("//p[@role='alert'][contains(., 'Something went wrong')]").await;
        assert_eq!(kinds(&site).await, ["closed"], "{kind}: it says so, and the account is closed all the same");
        ends(site, visitor).await;
    }
}

#[tokio::test]
async fn the_app_approves_in_a_browser() {
    for kind in engines::of("practice: pages of leaving", "an app approves") {
        let (site, mut visitor) = open(kind, with_faults(&["device@close"])).await;
        to_the_password(&mut visitor).await;
        visitor.fill(PASSWORD, &password()).await;
        visitor.click("//button[.='Done'][not(@disabled)]").await;
        visitor.sees("//h2[.='Check your practice app']").await;
        assert_eq!(site.ask_control(axum::http::Method::POST, "/approve", "").await.text, "1\n");
        visitor.sees("//h1[.='Your account is closed']").await;
        ends(site, visitor).await;
    }
}

#[tokio::test]
async fn password_fields_play_tricks_in_a_browser() {
    for kind in BOTH {
        for (fault, seen) in [
            ("text-field", "//input[@id='«rp»'][@type='text']"),
            ("mirrored", "//input[@type='password'][@value='abc']"),
            ("mirrored", "//p[@data-strength][.='You typed abc']"),
        ] {
            let (site, mut visitor) = open(kind, with_faults(&[&format!("{fault}@close")])).await;
            to_the_password(&mut visitor).await;
            visitor.sees(PASSWORD).await;
            visitor.fill("//input[@id='«rp»']", "abc").await;
            visitor.sees(seen).await;
            ends(site, visitor).await;
        }
    }
}

#[tokio::test]
async fn what_is_typed_elsewhere_is_told_in_a_browser() {
    for (kind, fault) in engines::each("practice: forms elsewhere", ["elsewhere", "elsewhere-host"]) {
        let (site, mut visitor) = open(kind, with_faults(&[&format!("{fault}@close")])).await;
        to_the_password(&mut visitor).await;
        visitor.sees(PASSWORD).await;
        assert_eq!(kinds(&site).await, [""; 0], "{kind} {fault}: looking is no leak");
        visitor.fill(PASSWORD, "abc").await;
        site.until_audited("leaked").await;
        ends(site, visitor).await;
    }
}

#[tokio::test]
async fn the_page_leaves_when_the_password_gets_the_focus_in_a_browser() {
    for kind in BOTH {
        let (site, mut visitor) = open(kind, with_faults(&["redirect@close"])).await;
        to_the_password(&mut visitor).await;
        visitor.click(PASSWORD).await;
        visitor.sees("//h2[.='Enter your password to close this account']").await;
        visitor.fill(PASSWORD, "abc").await;
        site.until_audited("leaked").await;
        ends(site, visitor).await;
    }
}

#[tokio::test]
async fn people_hibernate_and_come_back_in_a_browser() {
    for kind in engines::of("practice: pages of leaving", "hibernating") {
        let (site, mut visitor) = open(kind, quick()).await;
        visitor.goto("/mypreferences/d/").await;
        visitor.click("//a[.='Hibernate account']").await;
        visitor.click("//input[following-sibling::label[1][.='I need a break']]").await;
        visitor.click("//button[.='Next'][not(@disabled)]").await;
        visitor.fill(PASSWORD, &password()).await;
        visitor.click("//button[.='Hibernate account'][not(@disabled)]").await;
        visitor.sees("//h1[.='Your account is hibernated']").await;
        site.ask_control(axum::http::Method::POST, "/clock", "24h").await;
        visitor.goto("/login").await;
        visitor.fill("//input[@type='email']", &Scenario::default().credentials().user).await;
        visitor.fill(PASSWORD, &password()).await;
        visitor.click("//button[@type='submit'][.='Sign in']").await;
        visitor.sees("//h1[.='Welcome back, Robin']").await;
        assert_eq!(kinds(&site).await, ["hibernated", "signed-in", "reopened"], "{kind}");
        ends(site, visitor).await;
    }
}

#[tokio::test]
async fn people_ask_for_their_archive_in_a_browser() {
    for (kind, generation) in engines::each("practice: the archive", ["sdui-2026", "ember-2020"]) {
        let scenario = Scenario { ui: format!("export={generation}").parse().unwrap(), ..quick() };
        let slow = Scenario { export_delay: std::time::Duration::from_secs(600), ..scenario };
        let (site, mut visitor) = open(kind, slow).await;
        visitor.goto("/mypreferences/d/download-my-data").await;
        visitor.sees("//button[contains(., 'Request archive')][@disabled]").await;
        visitor.click("//input[following-sibling::label[1][.='Connections']]").await;
        visitor.click("//button[contains(., 'Request archive')][not(@disabled)]").await;
        if generation == "ember-2020" {
            visitor.fill(PASSWORD, &password()).await;
            visitor.click("//button[contains(., 'Done')][not(@disabled)]").await;
        }
        visitor.sees("//p[@role='status'][contains(., 'Your request is pending')]").await;
        site.ask_control(axum::http::Method::POST, "/clock", "10m").await;
        visitor.goto("/mypreferences/d/download-my-data").await;
        visitor.sees("//a[.='Download archive']").await;
        assert_eq!(kinds(&site).await, ["export-requested"], "{kind} {generation}");
        ends(site, visitor).await;
    }
}
