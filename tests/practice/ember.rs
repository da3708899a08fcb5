//! Generation `ember-2020` over HTTP: the marks of its pages, and its calls.

use std::collections::{BTreeMap, BTreeSet};

use axum::body::Body;
use axum::http::header::COOKIE;
use axum::http::{Method, Request};
use exeunt::event::id::percent_encode;
use exeunt::practice::scenario::{Language, Percent, Scenario};
use serde_json::{Value, json};

use super::{LIST, Site, TOKEN, pairs, quick};

const DASH: &str = "/voyager/api/relationships/dash/connections";

pub(crate) fn ember() -> Scenario {
    let ui = "connections=ember-2020,profile=ember-2020,feed=ember-2020".parse().unwrap();
    Scenario { ui, ignored_clicks: Percent::new(0).unwrap(), ..quick() }
}

/// What stands in the data block that answers `request`.
fn block(page: &str, request: &str) -> Value {
    let codes: BTreeMap<String, Value> = page
        .split("<code id=\"")
        .skip(1)
        .map(|code| {
            let (id, rest) = code.split_once('"').unwrap();
            let text = rest.split_once('>').unwrap().1.split_once("</code>").unwrap().0;
            let text = text.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
            (id.to_owned(), serde_json::from_str(&text).unwrap())
        })
        .collect();
    let about = codes.values().find(|code| code["request"] == request).unwrap();
    codes[about["body"].as_str().unwrap()].clone()
}

async fn rows(site: &Site, query: &str) -> Value {
    let request = Request::get(format!("{}{DASH}?{query}", site.origin))
        .header(COOKIE, format!("JSESSIONID={TOKEN}"))
        .header("csrf-token", TOKEN);
    let answer = site.send(request, Body::empty()).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

#[tokio::test]
async fn a_document_arrives_as_a_shell_that_loads() {
    let site = Site::start(ember()).await;
    for path in [LIST, "/in/lenavogt/", "/feed/", "/in/robin-practice/", "/in/no-such-person/"] {
        let text = site.get(path).await.text;
        let (before, inside) = text.split_once("<template id=\"application\">").unwrap();
        assert!(before.contains("<html class=\"theme theme--mercado app-loader--default\" lang=\"en\""), "{path}");
        assert!(before.contains("<title>Practice network</title>"), "{path}");
        assert!(!before.contains("<main") && inside.contains("<main"), "{path}");
        for mark in [
            "<div class=\"global-nav__me artdeco-dropdown\" id=\"ember",
            "class=\"global-nav__primary-link global-nav__primary-link-me-menu-trigger artdeco-dropdown__trigger\"",
            "<img class=\"global-nav__me-photo\" src=\"/dms/image/v2/",
            "global-nav__primary-link-app-launcher-menu-trigger",
            "<section id=\"artdeco-toasts\" aria-label=\"Toast message\">",
            "<div class=\"artdeco-toasts_toasts\" role=\"alert\">",
            "<div id=\"artdeco-modal-outlet\"></div>",
        ] {
            assert!(inside.contains(mark), "{path}: {mark}");
        }
        let me = inside.split_once("class=\"global-nav__me-content artdeco-dropdown__content\"").unwrap().1;
        assert!(me.starts_with(" aria-hidden=\"true\" tabindex=\"-1\"></div>"), "the panel is empty: {path}");
        assert!(!text.contains("<script>") && !text.contains("://"), "{path}");
        assert!(text.contains("This is a practice site."), "{path}");
    }
    site.end().await;
}

#[tokio::test]
async fn ids_are_of_one_page_only_and_never_twice() {
    let site = Site::start(ember()).await;
    let mut firsts = BTreeSet::new();
    for _ in 0..4 {
        let text = site.get("/in/lenavogt/").await.text;
        let ids: Vec<&str> = text.split(" id=\"").skip(1).map(|part| part.split('"').next().unwrap()).collect();
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
        firsts.insert(ids.iter().find(|id| id.starts_with("ember")).unwrap().to_string());
        let page = block(&text, "/voyager/api/page");
        let next = page["nextId"].as_u64().unwrap();
        let highest =
            ids.iter().filter_map(|id| id.strip_prefix("ember")?.split('-').next()?.parse::<u64>().ok()).max();
        assert_eq!(highest.unwrap() + 1, next, "a script's ids begin behind the page's");
    }
    assert!(firsts.len() > 1, "loads differ: {firsts:?}");
    site.end().await;
}

#[tokio::test]
async fn the_me_menu_comes_as_data_in_its_order() {
    let site = Site::start(ember()).await;
    let me = block(&site.get("/feed/").await.text, "/voyager/api/me");
    assert_eq!(me["top"], json!({ "text": "View Profile", "url": "/in/robin-practice/" }));
    let account = &me["groups"][0];
    assert_eq!(account["name"], "Account");
    let items: Vec<(&str, &str)> = account["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (item["text"].as_str().unwrap(), item["controlName"].as_str().unwrap()))
        .collect();
    assert_eq!(
        items,
        [
            ("Settings & Privacy", "nav_settings_account_manage_account"),
            ("Help", "nav_settings_account_quick_help"),
            ("Language", "nav_settings_account_language"),
        ]
    );
    assert_eq!(me["groups"][1]["name"], "Manage");
    assert_eq!(me["bottom"]["text"], "Sign Out");
    site.end().await;
}

#[tokio::test]
async fn the_list_comes_in_parts_of_forty_with_stalls() {
    let scenario = Scenario { people: 450, ..ember() };
    let site = Site::start(scenario).await;
    let text = site.get(LIST).await.text;
    assert!(text.contains("<h1 class=\"t-18 t-black t-normal\">450 Connections</h1>"));
    assert!(text.contains("class=\"scaffold-finite-scroll__load-button") && text.contains("Show more results"));
    let first = block(&text, DASH)["first"].clone();
    assert_eq!(first, rows(&site, "q=search&start=0&count=40").await);
    let (mut seen, mut stalls, mut start) = (BTreeSet::new(), 0, 0);
    loop {
        let part = rows(&site, &format!("q=search&start={start}")).await;
        let elements = part["elements"].as_array().unwrap();
        assert!(part["more"] == false || elements.len() == 40);
        seen.extend(elements.iter().map(|row| row["connectedMember"].as_str().unwrap().to_owned()));
        stalls += usize::from(part["stalls"] == true);
        if part["more"] == false {
            break;
        }
        start += 40;
    }
    assert_eq!(seen.len(), 450);
    assert!((1..11).contains(&stalls), "{stalls} of 12 parts stall");
    site.end().await;
}

#[tokio::test]
async fn the_calls_filter_sort_and_remove() {
    let site = Site::start(ember()).await;
    let found = rows(&site, "q=search&keyword=jorg+MULLER").await;
    assert_eq!(found["elements"].as_array().unwrap().len(), 1);
    let jörg = &found["elements"][0];
    assert_eq!(jörg["publicIdentifier"], "j%C3%B6rg-m%C3%BCller-77");
    assert!(jörg["connected"].as_str().unwrap().ends_with(" ago"), "{jörg}");
    assert_ne!(rows(&site, "sortType=LASTNAME_FIRSTNAME").await, rows(&site, "sortType=RECENTLY_ADDED").await);
    let hidden = rows(&site, "start=40").await["elements"]
        .as_array()
        .unwrap()
        .iter()
        .any(|row| row["publicIdentifier"].is_null() && row["name"] == "Member");
    let hidden = hidden
        || rows(&site, "start=0").await["elements"]
            .as_array()
            .unwrap()
            .iter()
            .any(|row| row["publicIdentifier"].is_null());
    assert!(hidden, "hidden members are rows without an address");
    let remove = format!("{DASH}?action=removeFromMyConnections");
    let body = json!({ "connectedMember": jörg["connectedMember"] });
    assert_eq!(site.call(&remove, body.clone()).await.status, 200);
    assert_eq!(site.call(&remove, body.clone()).await.status, 409);
    assert_eq!(site.call(&format!("{DASH}?action=somethingElse"), body).await.status, 400);
    assert_eq!(site.call(&remove, json!({ "connectedMember": "urn:li:member:1" })).await.status, 400);
    let expected = [("removed", "jörg-müller-77"), ("refused", "jörg-müller-77")];
    assert_eq!(site.audit("/audit").await, pairs(&expected));
    let bare = site.send(Request::get(format!("{}{DASH}", site.origin)), Body::empty()).await;
    assert_eq!(bare.status, 403, "a call without its token");
    site.end().await;
}

#[tokio::test]
async fn faults_of_calls_strike_here_too() {
    let faults = ["429@list:1", "refuse@remove:1", "no-op@remove:2"].map(|spec| spec.parse().unwrap()).to_vec();
    let site = Site::start(Scenario { faults, ..ember() }).await;
    let request = || {
        Request::get(format!("{}{DASH}", site.origin))
            .header(COOKIE, format!("JSESSIONID={TOKEN}"))
            .header("csrf-token", TOKEN)
    };
    assert_eq!(site.send(request(), Body::empty()).await.status, 429);
    let member = rows(&site, "keyword=Vogt").await["elements"][0]["connectedMember"].clone();
    let remove = format!("{DASH}?action=removeFromMyConnections");
    for status in [409, 200] {
        assert_eq!(site.call(&remove, json!({ "connectedMember": member })).await.status, status);
        assert!(site.is_connected("lenavogt").await);
    }
    assert_eq!(site.audit("/audit").await, pairs(&[("refused", "lenavogt"), ("ignored", "lenavogt")]));
    site.end().await;
}

#[tokio::test]
async fn a_profile_has_two_menus_and_the_hidden_one_is_first() {
    let site = Site::start(ember()).await;
    let text = site.get("/in/siobhan-oconnor-5d2/").await.text;
    let page = text.split_once("<template id=\"row-none\"").unwrap().0;
    assert_eq!(page.matches("-profile-overflow-action\"").count(), 2);
    let sticky = page.find("pv-profile-sticky-header-v2__actions-container").unwrap();
    let more = page.find("-profile-overflow-action\"").unwrap();
    let main = page.find("<main").unwrap();
    assert!(sticky < more && more < main && page.rfind("-profile-overflow-action\"").unwrap() > main);
    let menu = page.rsplit_once("-profile-overflow-action\"").unwrap().1.split_once("</ul>").unwrap().0;
    let labels: Vec<&str> = menu.split("aria-label=\"").skip(2).map(|part| part.split('"').next().unwrap()).collect();
    assert_eq!(
        labels,
        [
            "Send Siobhán O’Connor’s profile via message",
            "Save to PDF",
            "Request Siobhán O’Connor’s recommendation",
            "Write a recommendation for Siobhán O’Connor",
            "Unfollow Siobhán O’Connor",
            "Remove your connection to Siobhán O’Connor",
            "Report or block Siobhán O’Connor’s profile",
            "About this profile",
        ]
    );
    assert!(menu.contains("<svg data-test-icon=\"remove-connection-medium\""));
    assert!(menu.contains("<span class=\"display-flex\" aria-hidden=\"true\">Remove Connection</span>"));
    assert!(menu.contains("aria-hidden=\"true\" tabindex=\"-1\""), "closed, and in the page");
    let card = page.split_once("<h1").unwrap().1;
    assert!(card.starts_with(" class=\"inline t-24 ") && card.contains("dir=\"auto\">Siobhán O’Connor</h1>"));
    let badge = "<span class=\"distance-badge separator\"><span class=\"visually-hidden\">1st degree connection</span>\
                 <span class=\"dist-value\" aria-hidden=\"true\">1st</span></span>";
    assert!(card.split_once("</div>").unwrap().0.contains(badge));
    assert!(card.contains("aria-label=\"Message Siobhán\""));
    assert!(page.contains("People also viewed"));
    assert_eq!(site.audit("/audit").await, pairs(&[("profile-view", "siobhan-oconnor-5d2")]));
    site.end().await;
}

#[tokio::test]
async fn own_profile_has_an_editor_and_no_removal() {
    let site = Site::start(ember()).await;
    let text = site.get("/in/robin-practice/").await.text;
    assert!(text.contains("href=\"/in/robin-practice/edit/intro/\""));
    assert!(!text.contains("remove-connection-medium") && !text.contains("distance-badge"));
    assert_eq!(site.audit("/audit").await, pairs(&[]));
    site.end().await;
}

#[tokio::test]
async fn german_pages_of_this_generation_are_german() {
    let site = Site::start(Scenario { language: Language::De, ..ember() }).await;
    let list = site.get(LIST).await.text;
    let profile = site.get("/in/lenavogt/").await.text;
    for (page, marks) in [
        (&list, ["60 Kontakte", "Mehr Ergebnisse anzeigen", "aus den Kontakten entfernen", "Kontakt entfernen?"]),
        (&profile, ["Ihren Kontakt zu ✨ Lena Vogt entfernen", ">Kontakt entfernen<", ">1.<", "Kontakt 1. Grades"]),
    ] {
        assert!(page.contains(" lang=\"de\""));
        for mark in marks {
            assert!(page.contains(mark), "{mark}");
        }
    }
    site.end().await;
}

#[tokio::test]
async fn a_profile_offers_what_the_relation_allows() {
    let site = Site::start(ember()).await;
    let people = site.ask_control(Method::GET, "/people", "").await.json();
    let mut seen = BTreeSet::new();
    for person in people.as_array().unwrap().iter().filter(|person| person["hidden"] == false) {
        let (name, relation) = (person["name"].as_str().unwrap(), person["relation"].as_str().unwrap());
        let answer = site.get(&format!("/in/{}/", percent_encode(person["slug"].as_str().unwrap()))).await;
        seen.insert(relation.to_owned());
        if ["closed", "missing"].contains(&relation) {
            let page = if answer.status == 303 { site.get(answer.location()).await } else { answer };
            assert!(page.text.contains("artdeco-empty-state"), "{name}");
            continue;
        }
        let row = answer.text.split_once("<h1").unwrap().1.split_once("</section>").unwrap().0;
        let name = name.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
        let has = |label: &str| row.contains(&format!("aria-label=\"{}\"", label.replace("{N}", &name)));
        let offers = [
            has("Remove your connection to {N}"),
            has("Pending, click to withdraw invitation sent to {N}"),
            has("Unfollow {N}"),
            has("Invite {N} to connect"),
            row.contains(">1st</span>"),
        ];
        let expected = match relation {
            "connected" => [true, false, true, false, true],
            "pending" => [false, true, false, false, false],
            "follow-only" => [false, false, true, true, false],
            _ => [false, false, false, true, false],
        };
        assert_eq!(offers, expected, "{name} is {relation}");
    }
    assert_eq!(seen.len(), 6, "{seen:?}");
    let kinds: BTreeSet<String> = site.audit("/audit").await.into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds, BTreeSet::from(["profile-view".to_owned()]));
    site.end().await;
}

#[tokio::test]
async fn other_changes_of_a_relation_are_calls_too() {
    let site = Site::start(ember()).await;
    let people = site.ask_control(Method::GET, "/people", "").await.json();
    let slug = |relation: &str| {
        let found = people.as_array().unwrap().iter().find(|person| person["relation"] == relation).unwrap();
        found["slug"].as_str().unwrap().to_owned()
    };
    for (action, relation, kind) in
        [("withdraw", "pending", "withdrawn"), ("unfollow", "follow-only", "unfollowed"), ("invite", "none", "invited")]
    {
        let slug = slug(relation);
        let page = site.get(&format!("/in/{}/", percent_encode(&slug))).await.text;
        let member = block(&page, "/voyager/api/identity/dash/profiles")["entityUrn"].clone();
        let call = format!("{DASH}?action={action}");
        assert_eq!(site.call(&call, json!({ "connectedMember": member })).await.status, 200, "{action}");
        assert_eq!(site.call(&call, json!({ "connectedMember": member })).await.status, 409, "{action}: only once");
        assert!(site.audit("/audit").await.contains(&(kind.to_owned(), slug)), "{action}");
    }
    site.end().await;
}
