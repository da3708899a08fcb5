//! The practice site over HTTP: what pages, calls, faults and the audit log say to each other.

mod closing;
mod ember;
mod ember_driven;
mod exporting;
mod faults;
mod leaving_driven;
mod leaving_faults;
mod profile;
mod public;
mod settings;
mod signing;
mod visitor;

use std::collections::BTreeSet;

use axum::body::{Body, Bytes, HttpBody, to_bytes};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, COOKIE, HOST, LOCATION, ORIGIN, SET_COOKIE};
use axum::http::{HeaderMap, Method, Request, Response, request};
use exeunt::event::id::Slug;
use exeunt::practice::export::write_export;
use exeunt::practice::people::people;
use exeunt::practice::scenario::{Language, Latency, Percent, Picture, Scenario, Vary};
use exeunt::practice::server::serve;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::support::{drivers, look};

const LIST: &str = "/mynetwork/invite-connect/connections/";
const PAGER: &str =
    "/flagship-web/rsc-action/actions/pagination?sduiid=com.linkedin.sdui.pagers.mynetwork.connectionsList";
const REMOVE: &str =
    "/flagship-web/rsc-action/actions/server-request?sduiid=com.linkedin.sdui.mynetwork.RemoveConnectionVanityName";

/// The cookie of a page and the token of its calls: the site compares them and nothing else.
const TOKEN: &str = "ajax:1";

struct Site {
    origin: String,
    control: String,
    client: Client<HttpConnector, Body>,
    stop: Option<oneshot::Sender<()>>,
    served: JoinHandle<std::io::Result<()>>,
}

/// An answer, read to its end.
struct Answer {
    status: u16,
    headers: HeaderMap,
    text: String,
}

impl Answer {
    async fn of<B>(response: Response<B>) -> Self
    where
        B: HttpBody<Data = Bytes> + Send + 'static,
        B::Error: Into<axum::BoxError>,
    {
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(Body::new(body), usize::MAX).await.unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        Self { status: parts.status.as_u16(), headers: parts.headers, text }
    }

    fn location(&self) -> &str {
        self.headers[LOCATION].to_str().unwrap()
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }
}

impl Site {
    async fn start(scenario: Scenario) -> Self {
        let site = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let control = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", site.local_addr().unwrap());
        let control_origin = format!("http://{}", control.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel();
        let shutdown = async {
            let _ = stopped.await;
        };
        let served = tokio::spawn(serve(site, control, scenario, shutdown));
        let client = Client::builder(TokioExecutor::new()).build_http();
        Self { origin, control: control_origin, client, stop: Some(stop), served }
    }

    async fn send(&self, request: request::Builder, body: impl Into<Body>) -> Answer {
        let request = request.body(body.into()).unwrap();
        Answer::of(self.client.request(request).await.unwrap()).await
    }

    /// A page as a browser gets it that has been here before.
    async fn get(&self, path: &str) -> Answer {
        let request = Request::get(format!("{}{path}", self.origin)).header(COOKIE, format!("JSESSIONID={TOKEN}"));
        self.send(request, Body::empty()).await
    }

    /// A page as a browser gets it that has never been here.
    async fn get_as_stranger(&self, path: &str) -> Answer {
        self.send(Request::get(format!("{}{path}", self.origin)), Body::empty()).await
    }

    async fn call(&self, path: &str, body: Value) -> Answer {
        let request = Request::post(format!("{}{path}", self.origin))
            .header(COOKIE, format!("JSESSIONID={TOKEN}"))
            .header("csrf-token", TOKEN)
            .header("content-type", "application/json");
        self.send(request, body.to_string()).await
    }

    async fn page(&self, start: usize, keyword: &str) -> Value {
        let answer = self.call(PAGER, json!({ "startIndex": start, "keyword": keyword })).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()
    }

    /// All rows of the list, by `vanityName`.
    async fn listed(&self, keyword: &str) -> Vec<Value> {
        let mut rows = Vec::new();
        loop {
            let page = self.page(rows.len(), keyword).await;
            rows.extend(page["items"].as_array().unwrap().iter().cloned());
            if page["more"] == false {
                return rows;
            }
        }
    }

    async fn remove(&self, name: &str) -> Answer {
        self.call(REMOVE, json!({ "disconnectVanityName": name })).await
    }

    async fn ask_control(&self, method: Method, path: &str, body: &str) -> Answer {
        let request = Request::builder().method(method).uri(format!("{}{path}", self.control));
        self.send(request, body.to_owned()).await
    }

    /// The audit log as pairs of kind and slug.
    async fn audit(&self, path: &str) -> Vec<(String, String)> {
        let answer = self.ask_control(Method::GET, path, "").await;
        let text = |entry: &Value, key: &str| entry[key].as_str().unwrap_or("-").to_owned();
        answer.json().as_array().unwrap().iter().map(|entry| (text(entry, "kind"), text(entry, "slug"))).collect()
    }

    /// Waits until the audit log has an entry of this kind: what a page sends arrives when it arrives, or never, if the
    /// page is left first.
    async fn until_audited(&self, kind: &str) {
        for _ in 0..20_000 {
            if self.audit("/audit").await.iter().any(|(entry, _)| entry == kind) {
                return;
            }
        }
        panic!("nothing of kind {kind} reached the audit log");
    }

    /// Whether the server says that this person is connected.
    async fn is_connected(&self, slug: &str) -> bool {
        let people = self.ask_control(Method::GET, "/people", "").await.json();
        let person = people.as_array().unwrap().iter().find(|person| person["slug"] == slug).cloned();
        person.unwrap_or_else(|| panic!("nobody has the slug {slug}"))["connected"] == true
    }

    async fn end(mut self) {
        self.stop.take().unwrap().send(()).unwrap();
        self.served.await.unwrap().unwrap();
    }
}

fn quick() -> Scenario {
    Scenario { latency: Latency::None, ..Scenario::default() }
}

fn with_faults(specs: &[&str]) -> Scenario {
    Scenario { faults: specs.iter().map(|spec| spec.parse().unwrap()).collect(), ..quick() }
}

fn pairs(entries: &[(&str, &str)]) -> Vec<(String, String)> {
    entries.iter().map(|(kind, slug)| ((*kind).to_owned(), (*slug).to_owned())).collect()
}

/// What the page's script starts from.
fn data(answer: &Answer) -> Value {
    let (_, rest) = answer.text.split_once("id=\"rehydrate-data\" type=\"application/json\">").unwrap();
    serde_json::from_str::<Value>(rest.split_once("</script>").unwrap().0).unwrap()["page"].clone()
}

#[tokio::test]
async fn the_list_shows_exactly_the_people_of_the_export_who_are_still_there() {
    let scenario = Scenario { people: 1_200, ..quick() };
    let mut export = Vec::new();
    write_export(&scenario, &mut export).unwrap();
    let export = String::from_utf8(export).unwrap();
    let site = Site::start(scenario.clone()).await;
    let rows = site.listed("").await;
    assert_eq!(rows.len(), 1_200);
    let linked: BTreeSet<String> = rows
        .iter()
        .filter(|row| row["linked"] == true)
        .map(|row| row["vanityName"].as_str().unwrap().to_owned())
        .collect();
    let exported: BTreeSet<String> = export
        .lines()
        .filter_map(|line| line.split_once("https://www.linkedin.com/in/"))
        .map(|(_, rest)| rest.split(',').next().unwrap().to_owned())
        .collect();
    let people = site.ask_control(Method::GET, "/people", "").await.json();
    let left =
        people.as_array().unwrap().iter().filter(|person| person["exported"] == true && person["connected"] == false);
    let left: BTreeSet<String> = left.map(|person| person["slug"].as_str().unwrap().to_owned()).collect();
    assert_eq!(left.len(), 7);
    assert_eq!(linked.union(&left).cloned().collect::<BTreeSet<_>>(), exported);
    assert!(linked.is_disjoint(&left));
    assert_eq!(rows.iter().filter(|row| row["linked"] == false).count(), export.matches("\n,,,,,,").count());
    assert!(site.get(LIST).await.text.contains("<h1>1,200 connections</h1>"));
    site.end().await;
}

#[tokio::test]
async fn a_removal_is_done_once_and_audited_once() {
    let site = Site::start(quick()).await;
    assert_eq!(site.remove("j%C3%B6rg-m%C3%BCller-77").await.status, 200);
    assert_eq!(site.remove("jörg-müller-77").await.status, 409);
    assert_eq!(site.remove("nobody-at-all").await.status, 409);
    let expected = [("removed", "jörg-müller-77"), ("refused", "jörg-müller-77"), ("refused", "nobody-at-all")];
    assert_eq!(site.audit("/audit").await, pairs(&expected));
    assert!(!site.is_connected("jörg-müller-77").await);
    assert!(site.listed("Jörg").await.is_empty());
    assert!(site.get(LIST).await.text.contains("<h1>59 connections</h1>"));
    let entry = site.ask_control(Method::GET, "/audit", "").await.json()[0].clone();
    let at = entry["at"].as_str().unwrap();
    assert!(at.parse::<jiff::Timestamp>().is_ok() && at.len() == "2026-01-01T00:00:00.000Z".len(), "{at}");
    site.end().await;
}

#[tokio::test]
async fn a_hidden_member_has_no_link_and_can_be_removed_by_id() {
    let site = Site::start(quick()).await;
    let hidden: Vec<Value> = site.listed("").await.into_iter().filter(|row| row["linked"] == false).collect();
    assert_eq!(hidden.len(), 2);
    assert!(hidden.iter().all(|row| row["name"] == "Member"));
    let id = hidden[0]["vanityName"].as_str().unwrap();
    assert_eq!(site.remove(id).await.status, 200);
    assert_eq!(site.audit("/audit").await, pairs(&[("removed", id)]));
    site.end().await;
}

#[tokio::test]
async fn the_filter_finds_by_shown_name_without_case_and_accents() {
    let site = Site::start(quick()).await;
    let names = |rows: Vec<Value>| rows.iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(names(site.listed("MARIA santos").await), ["Maria Santos", "Maria Santos"]);
    assert_eq!(names(site.listed("jorg MULLER").await), ["Jörg Müller"]);
    assert_eq!(names(site.listed("Zielińska").await), ["Agnieszka Zielińska, MBA, PMP"]);
    assert_eq!(names(site.listed("🚀").await), ["Priyanka Rao 🚀"]);
    assert_eq!(names(site.listed("לוי").await), ["אורי לוי"]);
    assert!(names(site.listed("ann lee").await).contains(&"Joann Leeds".to_owned()));
    assert!(site.listed("Member").await.is_empty());
    let sorted = site.call(PAGER, json!({ "startIndex": 0, "sortType": "LAST_NAME" })).await.json();
    assert_ne!(sorted["items"], site.page(0, "").await["items"]);
    assert_eq!(site.call(PAGER, json!({ "startIndex": 0, "sortType": "SHOE_SIZE" })).await.status, 422);
    site.end().await;
}

#[tokio::test]
async fn reading_leaves_the_audit_empty_and_a_profile_does_not() {
    let site = Site::start(quick()).await;
    site.get(LIST).await;
    site.listed("ann").await;
    site.get("/in/robin-practice/").await;
    site.get("/in/no-such-person/").await;
    assert_eq!(site.audit("/audit").await, pairs(&[]));
    assert_eq!(site.audit("/audit/all").await, pairs(&[("listed", "-"), ("filtered", "-")]));
    let relation = async || data(&site.get("/in/j%C3%B6rg-m%C3%BCller-77/").await)["relation"].clone();
    assert_eq!(relation().await, "connected");
    assert_eq!(site.audit("/audit").await, pairs(&[("profile-view", "jörg-müller-77")]));
    site.remove("jörg-müller-77").await;
    assert_eq!(relation().await, "none");
    assert_eq!(site.get("/in/J%C3%B6rg-M%C3%BCller-77").await.location(), "/in/j%C3%B6rg-m%C3%BCller-77/");
    site.end().await;
}

#[tokio::test]
async fn faults_strike_the_page_and_the_time_that_they_name() {
    let specs = ["429@connections:2", "999@connections:3", "500@connections:4", "429@feed:1+"];
    let site = Site::start(with_faults(&specs)).await;
    let mut seen = Vec::new();
    for _ in 0..5 {
        let answer = site.get(LIST).await;
        assert_eq!(answer.text.contains("<main"), answer.status == 200);
        seen.push(answer.status);
    }
    assert_eq!(seen, [200, 429, 999, 500, 200]);
    assert_eq!([site.get("/feed/").await.status, site.get("/feed/").await.status], [429, 429]);
    site.end().await;
}

#[tokio::test]
async fn faults_that_change_a_page_change_that_load_only() {
    for (kind, mark) in [
        ("limit-notice", "You’ve reached the monthly limit for profile searches"),
        ("other-account", "\"name\":\"Somebody Else\""),
        ("cookie-banner", "artdeco-global-alert--cookie_consent"),
        ("no-menu", "\"menus\":false"),
    ] {
        let site = Site::start(with_faults(&[&format!("{kind}@connections:2")])).await;
        let mut seen = Vec::new();
        for _ in 0..3 {
            seen.push(site.get(LIST).await.text.contains(mark));
        }
        assert_eq!(seen, [false, true, false], "{kind}");
        site.end().await;
    }
}

#[tokio::test]
async fn faults_of_a_removal_tell_the_page_one_thing_and_the_audit_another() {
    let someone = "lenavogt";
    for (spec, status, audit, connected) in [
        ("refuse@remove:1", 409, "refused", true),
        ("no-op@remove:1", 200, "ignored", true),
        ("answer-500@remove:1", 500, "removed", false),
        ("500@remove:1", 500, "", true),
        ("429@remove:1", 429, "", true),
        ("999@remove:1", 999, "", true),
        ("slow@remove:1=60m", 200, "", true),
        ("slow@remove:1=0s", 200, "removed", false),
    ] {
        let site = Site::start(with_faults(&[spec])).await;
        assert_eq!(site.remove(someone).await.status, status, "{spec}");
        let expected = if audit.is_empty() { Vec::new() } else { pairs(&[(audit, someone)]) };
        assert_eq!(site.audit("/audit").await, expected, "{spec}");
        assert_eq!(site.is_connected(someone).await, connected, "{spec}");
        // The second time nothing strikes.
        assert_eq!(site.remove("prem-92ab1").await.status, 200, "{spec}");
        site.end().await;
    }
}

#[tokio::test]
async fn what_hangs_ends_with_the_site() {
    for (spec, removed) in [("hang@remove", false), ("answer-never@remove", true)] {
        let mut site = Site::start(with_faults(&[spec])).await;
        let stop = site.stop.take().unwrap();
        let watch = async {
            // The fault is in the log before the call begins to hang.
            while !site.audit("/audit/all").await.iter().any(|(kind, _)| kind == "faulted") {}
            let connected = site.is_connected("lenavogt").await;
            stop.send(()).unwrap();
            connected
        };
        let (answer, connected) = tokio::join!(site.remove("lenavogt"), watch);
        assert_eq!(answer.status, 503, "{spec}");
        assert_eq!(!connected, removed, "{spec}");
        site.served.await.unwrap().unwrap();
    }
}

/// A page without what the address of the account's picture says of the time: when it expires, and how it is signed.
fn unsigned(page: &str) -> String {
    let mut parts = page.split("_100_100/0/1");
    let first = parts.next().unwrap().to_owned();
    let after = |part: &str| {
        part.split_once("t=").unwrap().1.trim_start_matches(|c: char| c.is_ascii_alphanumeric()).to_owned()
    };
    let rest: Vec<String> = parts.map(after).collect();
    assert!(!rest.is_empty(), "the account's picture is on the page");
    first + &rest.concat()
}

#[tokio::test]
async fn the_same_scenario_gives_the_same_site() {
    let mut texts = Vec::new();
    for seed in [5, 5, 6] {
        let site = Site::start(Scenario { seed, latency: Latency::Realistic, ..quick() }).await;
        texts.push((unsigned(&site.get(LIST).await.text), unsigned(&site.get("/feed/").await.text)));
        site.end().await;
    }
    assert_eq!(texts[0], texts[1]);
    assert_ne!(texts[0], texts[2]);
}

#[tokio::test]
async fn the_rate_of_ignored_clicks_is_a_switch() {
    for (percent, low, high) in [(0, 0, 0), (20, 20, 80), (100, 250, 250)] {
        let ignored_clicks = Percent::new(percent).unwrap();
        let site = Site::start(Scenario { people: 250, ignored_clicks, ..quick() }).await;
        let stubborn = site.listed("").await.iter().filter(|row| row["stubborn"] == true).count();
        assert!((low..=high).contains(&stubborn), "{percent} %: {stubborn} of 250");
        site.end().await;
    }
}

#[tokio::test]
async fn only_loopback_names_and_own_pages_are_answered() {
    let site = Site::start(quick()).await;
    for origin in [&site.origin, &site.control] {
        let address = format!("{origin}/audit");
        for (header, value) in [(HOST, "practice.example.com"), (ORIGIN, "https://example.com"), (ORIGIN, "null")] {
            let answer = site.send(Request::get(&address).header(header, value), Body::empty()).await;
            assert_eq!(answer.status, 421, "{value}");
        }
    }
    let own = Request::get(format!("{}{LIST}", site.origin)).header(ORIGIN, &site.origin);
    assert_eq!(site.send(own, Body::empty()).await.status, 200);
    assert_eq!(site.get("/audit").await.status, 404, "the site itself has no audit log");
    site.end().await;
}

#[tokio::test]
async fn calls_need_the_token_of_their_page() {
    let site = Site::start(quick()).await;
    let page = site.get_as_stranger(LIST).await;
    let cookie = page.headers[SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    let body = json!({ "disconnectVanityName": "lenavogt" }).to_string();
    let call = || Request::post(format!("{}{REMOVE}", site.origin)).header("content-type", "application/json");
    assert_eq!(site.send(call(), body.clone()).await.status, 403);
    assert_eq!(site.send(call().header(COOKIE, &cookie), body.clone()).await.status, 403);
    assert_eq!(
        site.send(call().header(COOKIE, &cookie).header("csrf-token", "ajax:0"), body.clone()).await.status,
        403
    );
    assert!(site.is_connected("lenavogt").await);
    let token = cookie.strip_prefix("JSESSIONID=").unwrap();
    assert_eq!(site.send(call().header(COOKIE, &cookie).header("csrf-token", token), body).await.status, 200);
    assert!(!site.is_connected("lenavogt").await);
    site.end().await;
}

#[tokio::test]
async fn control_arms_faults_and_resets() {
    let site = Site::start(quick()).await;
    site.get(LIST).await;
    let bad = site.ask_control(Method::POST, "/fault", "429@nowhere").await;
    assert_eq!(bad.status, 400);
    assert!(bad.text.contains("no place `nowhere`"));
    assert_eq!(site.ask_control(Method::POST, "/fault", "429@connections:1\n").await.text, "429@connections:1\n");
    assert_eq!([site.get(LIST).await.status, site.get(LIST).await.status], [429, 200]);
    site.remove("lenavogt").await;
    assert_eq!(site.ask_control(Method::POST, "/reset", "").await.status, 204);
    assert!(site.is_connected("lenavogt").await);
    assert_eq!(site.audit("/audit/all").await, pairs(&[]));
    site.end().await;
}

#[tokio::test]
async fn pages_report_scripts_and_wrong_items() {
    let site = Site::start(quick()).await;
    let report = json!({ "vanityName": "j%C3%B6rg-m%C3%BCller-77", "detail": "click on row menu" });
    assert_eq!(site.call("/telemetry/untrusted", report.clone()).await.status, 204);
    assert_eq!(site.call("/telemetry/reported", report).await.status, 204);
    assert_eq!(site.call("/telemetry/removed", json!({})).await.status, 404, "no page may write what it likes");
    let expected = [("untrusted", "jörg-müller-77"), ("reported", "jörg-müller-77")];
    assert_eq!(site.audit("/audit").await, pairs(&expected));
    site.end().await;
}

#[tokio::test]
async fn every_page_says_that_it_is_for_practice_and_loads_only_itself() {
    let site = Site::start(with_faults(&["429@feed:2", "captcha@feed:3"])).await;
    site.get("/feed/").await;
    let edge = site.get("/feed/").await;
    let captcha = site.get(site.get("/feed/").await.location()).await;
    let control_port = site.control.rsplit(':').next().unwrap().to_owned();
    let paths = [
        LIST,
        "/in/lenavogt/",
        "/in/robin-practice/",
        "/login",
        "/nowhere",
        "/preload/",
        "/checkpoint/captcha/frame?token=x",
    ];
    let mut pages = vec![edge, captcha];
    for path in paths {
        pages.push(site.get(path).await);
    }
    for page in &pages {
        assert!(page.text.contains("This is a practice site."), "{}", page.text);
        assert!(!page.text.contains(&control_port));
        assert!(!page.text.contains("<script>") && !page.text.contains("://"), "{}", page.text);
        let policy = page.headers[CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains("require-trusted-types-for 'script'; trusted-types jSecure"));
    }
    let list = &pages[2].text;
    for part in list.split('"').filter(|part| part.starts_with("/assets/") || part.starts_with("/media/")) {
        let asset = site.get(part).await;
        assert_eq!(asset.status, 200, "{part}");
        assert_ne!(asset.headers[CACHE_CONTROL], "no-store");
    }
    site.end().await;
}

#[tokio::test]
async fn the_list_has_the_marks_of_its_generation() {
    let site = Site::start(quick()).await;
    let text = site.get(LIST).await.text;
    assert_eq!(text.matches("data-testid=\"typeahead-input\"").count(), 2);
    for key in
        ["ConnectionsPage_ConnectionsListHeader", "ConnectionsPage_SortByFilter", "ConnectionsPage_ConnectionsList"]
    {
        assert_eq!(text.matches(&format!("componentkey=\"{key}\"")).count(), 2, "{key}");
    }
    assert_eq!(text.matches("<dialog>").count(), 2);
    for mark in [
        "<html lang=\"en\" dir=\"ltr\" translate=\"no\">",
        "<div id=\"root\" data-strictmode",
        "data-sdui-screen=\"com.linkedin.sdui.flagshipnav.mynetwork.Connections\"",
        "placeholder=\"Search by name\"",
        "<div id=\"interop-outlet\" data-testid=\"interop-shadowdom\"><template shadowrootmode=\"open\">",
        "data-testid=\"toasts-title\"",
        "<img src=\"/dms/image/v2/D4E03AQ",
        "alt=\"\"",
    ] {
        assert!(text.contains(mark), "{mark}");
    }
    assert!(!text.contains("role=\"menu\"") && !text.contains("data-view-name"));
    site.end().await;
}

/// The asset in an own picture's address, and what follows it.
fn own_picture(page: &str) -> (String, String) {
    let (_, rest) = page.split_once("/dms/image/v2/").expect("the page has the account's own picture");
    let (asset, rest) = rest.split_once('/').unwrap();
    (asset.to_owned(), rest.split('"').next().unwrap().to_owned())
}

#[tokio::test]
async fn the_account_s_own_picture_is_one_asset_under_changing_addresses() {
    let site = Site::start(Scenario { ui: "feed=ember-2020".parse().unwrap(), ..quick() }).await;
    let (list, feed) = (site.get(LIST).await.text, site.get("/feed/").await.text);
    let ((one, first), (same, second)) = (own_picture(&list), own_picture(&feed));
    assert_eq!(one, same);
    assert_ne!(first, second, "expiry and signature follow the generation");
    assert!(first.contains("?e=") && first.contains("v=beta") && first.contains("t="), "{first}");
    assert!(feed.contains("alt=\"Robin Practice\"") && !list.contains("alt=\"Robin Practice\""));
    let address = list.split("/dms/").nth(1).unwrap().split('"').next().unwrap().replace("&amp;", "&");
    assert_eq!(site.get(&format!("/dms/{address}")).await.status, 200);
    site.end().await;
    for (picture, mark) in [
        (Picture::Late, "data-delayed-url=\"/dms/image/v2/"),
        (Picture::Placeholder, "src=\"/media/photo/0\""),
        (Picture::Initials, "aria-hidden=\"true\">RP</span>"),
    ] {
        let vary = Vary { picture, ..Vary::default() };
        let site = Site::start(Scenario { vary, ..quick() }).await;
        assert!(site.get(LIST).await.text.contains(mark), "{picture}");
        site.end().await;
    }
}

#[tokio::test]
async fn german_pages_are_german() {
    let me: Slug = "jana-übung".parse().unwrap();
    let site = Site::start(Scenario { language: Language::De, me: me.clone(), people: 1_217, ..quick() }).await;
    let page = site.get(LIST).await.text;
    for mark in
        ["<html lang=\"de\"", "1.217 Kontakte", "Kontakt entfernen", "Kontakt entfernen?", "Abbrechen", "Jana Übung"]
    {
        assert!(page.contains(mark), "{mark}");
    }
    let person = people(&Scenario { me, people: 1_217, ..quick() }).remove(0);
    let first = site.page(0, "").await["items"][0].clone();
    assert_eq!(first["connectedOn"], format!("Vernetzt am {}. September 2026", person.connected_on.day()));
    site.end().await;
}
