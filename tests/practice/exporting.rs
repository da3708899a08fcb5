//! The archive of the data: what is asked, when it is ready, what is in it, when it is gone.

use std::io::{Cursor, Read as _};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::{Method, Request};
use exeunt::practice::scenario::{Language, Scenario};
use serde_json::{Value, json};

use super::closing::kinds;
use super::{Answer, Site, TOKEN, quick, with_faults};

const PAGE: &str = "/mypreferences/d/download-my-data";
const OLD_PAGE: &str = "/psettings/member-data";

/// An archive that waits until the clock goes forward.
fn waiting() -> Scenario {
    Scenario { export_delay: Duration::from_secs(600), ..quick() }
}

async fn request(site: &Site, body: Value) -> Answer {
    let mut all = json!({ "csrfToken": TOKEN });
    all.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
    site.call(&format!("{PAGE}/request"), all).await
}

async fn forward(site: &Site, time: &str) {
    assert_eq!(site.ask_control(Method::POST, "/clock", time).await.status, 200);
}

/// The archive's name and its files with what is in them.
async fn fetch(site: &Site) -> (String, Vec<(String, String)>) {
    let address = format!("{}{PAGE}/archive", site.origin);
    let request = Request::get(address).body(Body::empty()).unwrap();
    let (parts, body) = site.client.request(request).await.unwrap().into_parts();
    assert_eq!((parts.status.as_u16(), &parts.headers["content-type"]), (200, &"application/zip".parse().unwrap()));
    let named = parts.headers["content-disposition"].to_str().unwrap();
    let name = named.split_once("filename=\"").unwrap().1.trim_end_matches('"').to_owned();
    let bytes = to_bytes(Body::new(body), usize::MAX).await.unwrap();
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut files = Vec::new();
    for at in 0..zip.len() {
        let mut file = zip.by_index(at).unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        files.push((file.name().unwrap().into_owned(), text));
    }
    (name, files)
}

#[tokio::test]
async fn chosen_files_come_after_a_while_with_a_mail_and_go_after_three_days() {
    let site = Site::start(waiting()).await;
    let page = site.get(PAGE).await.text;
    for mark in [
        "Download your data",
        "Want something in particular?",
        "Download larger data archive, including",
        "data-request disabled><span>Request archive</span>",
        "value=\"connections\"",
        "<form class=\"leaving\">",
    ] {
        assert!(page.contains(mark), "{mark}: {page}");
    }
    assert_eq!(request(&site, json!({ "extent": "basic", "files": [] })).await.status, 409);
    assert_eq!(request(&site, json!({ "extent": "basic", "files": ["connections", "invitations"] })).await.status, 200);
    assert_eq!(request(&site, json!({ "extent": "complete" })).await.status, 409, "one at a time");
    assert!(site.get(PAGE).await.text.contains("We’ll email you when your archive is ready"));
    assert_eq!(site.get(&format!("{PAGE}/archive")).await.status, 404);
    assert_eq!(site.ask_control(Method::GET, "/mail", "").await.json(), json!([]));
    forward(&site, "601s").await;
    let page = site.get(PAGE).await.text;
    assert!(page.contains(&format!("href=\"{PAGE}/archive\">Download archive</a>")), "{page}");
    let mail = site.ask_control(Method::GET, "/mail", "").await.json();
    assert_eq!((&mail[0]["subject"], &mail[0]["code"]), (&"Your data archive is ready".into(), &Value::Null));
    let (name, files) = fetch(&site).await;
    assert!(
        name.starts_with("Basic_LinkedInDataExport_") && name.len() == "Basic_LinkedInDataExport_02-08-2026.zip".len()
    );
    assert_eq!(files.iter().map(|file| file.0.as_str()).collect::<Vec<_>>(), ["Connections.csv", "Invitations.csv"]);
    let connections = &files[0].1;
    assert!(connections.starts_with("Notes:\n") && connections.contains("\n\nFirst Name,Last Name,URL,"));
    assert_eq!(connections.lines().count(), 4 + 60, "everybody in the network, and nobody else");
    let pending = site.ask_control(Method::GET, "/people", "").await.json();
    let pending = pending.as_array().unwrap().iter().filter(|person| person["relation"] == "pending").count();
    assert!(pending > 0);
    assert_eq!(files[1].1.matches(",OUTGOING,https://www.linkedin.com/in/robin-practice,").count(), pending);
    assert_eq!(kinds(&site).await, ["export-requested", "export-fetched"]);
    forward(&site, "72h").await;
    assert_eq!(site.get(&format!("{PAGE}/archive")).await.status, 404);
    assert!(site.get(PAGE).await.text.contains("Request archive"), "and it can be asked for again");
    site.end().await;
}

#[tokio::test]
async fn everything_is_called_complete_and_follows_the_network() {
    let site = Site::start(waiting()).await;
    site.remove("lenavogt").await;
    assert_eq!(request(&site, json!({ "extent": "complete" })).await.status, 200);
    forward(&site, "11m").await;
    let (name, files) = fetch(&site).await;
    assert!(name.starts_with("Complete_LinkedInDataExport_"));
    let names: Vec<&str> = files.iter().map(|file| file.0.as_str()).collect();
    assert_eq!(names, ["Connections.csv", "Invitations.csv", "messages.csv", "Profile.csv", "Registration.csv"]);
    assert!(!files[0].1.contains("/in/lenavogt,") && files[0].1.lines().count() == 4 + 59);
    assert!(files[3].1.contains("\nRobin,Practice,"), "{}", files[3].1);
    site.end().await;
}

#[tokio::test]
async fn one_generation_wants_the_password() {
    let ui = "export=ember-2020".parse().unwrap();
    let site = Site::start(Scenario { ui, ..waiting() }).await;
    assert_eq!(site.get(PAGE).await.location(), OLD_PAGE);
    assert!(site.get(OLD_PAGE).await.text.contains("<div data-password hidden>"));
    let ask = |password: &str| json!({ "extent": "complete", "password": password });
    assert!(request(&site, ask("wrong")).await.text.contains("Hmm, that’s not the right password"));
    assert_eq!(request(&site, ask(&Scenario::default().credentials().password)).await.status, 200);
    assert_eq!(kinds(&site).await, ["password-wrong", "export-requested"]);
    site.end().await;
}

#[tokio::test]
async fn a_slow_archive_takes_a_day() {
    let site = Site::start(with_faults(&["export-slow@export"])).await;
    request(&site, json!({ "extent": "complete" })).await;
    forward(&site, "23h").await;
    assert!(site.get(PAGE).await.text.contains("Request pending"));
    forward(&site, "1h").await;
    assert!(site.get(PAGE).await.text.contains("Download archive"));
    site.end().await;
}

#[tokio::test]
async fn nobody_else_gets_it() {
    let site = Site::start(Scenario { sign_in: exeunt::practice::scenario::SignIn::Form, ..quick() }).await;
    assert!(site.get(&format!("{PAGE}/archive")).await.location().starts_with("/login"));
    assert!(site.get(PAGE).await.location().starts_with("/login"));
    assert_eq!(request(&site, json!({ "extent": "complete" })).await.status, 303);
    assert_eq!(kinds(&site).await, [""; 0]);
    site.end().await;
    let site = Site::start(quick()).await;
    assert_eq!(request(&site, json!({ "csrfToken": "ajax:2", "extent": "complete" })).await.status, 403);
    site.end().await;
}

#[tokio::test]
async fn the_german_page_is_german() {
    let site = Site::start(Scenario { language: Language::De, ..quick() }).await;
    let page = site.get(PAGE).await.text;
    assert!(page.contains("Daten herunterladen") && page.contains("Archiv anfordern"), "{page}");
    site.end().await;
}
