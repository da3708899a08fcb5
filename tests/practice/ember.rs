//! Generation `ember-2020`: its marks and calls over HTTP, its menus and removals in both browsers.

use std::collections::BTreeMap;

use exeunt::browser::DrivenPage;
use exeunt::browser::binary::Kind;
use exeunt::browser::page::{Found, Page as _, PageError, Sight, Status};
use exeunt::flow::query::{Alternative, Arm, Count, Look, Read, Target, Want};
use tempfile::TempDir;

use super::*;

const DASH: &str = "/voyager/api/relationships/dash/connections";
const BOTH: [Kind; 2] = [Kind::Chrome, Kind::Firefox];

fn ember() -> Scenario {
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
            "<img class=\"global-nav__me-photo\" src=\"/media/photo/",
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
        let answer =
            site.get(&format!("/in/{}/", exeunt::event::id::percent_encode(person["slug"].as_str().unwrap()))).await;
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
        let page = site.get(&format!("/in/{}/", exeunt::event::id::percent_encode(&slug))).await.text;
        let member = block(&page, "/voyager/api/identity/dash/profiles")["entityUrn"].clone();
        let call = format!("{DASH}?action={action}");
        assert_eq!(site.call(&call, json!({ "connectedMember": member })).await.status, 200, "{action}");
        assert_eq!(site.call(&call, json!({ "connectedMember": member })).await.status, 409, "{action}: only once");
        assert!(site.audit("/audit").await.contains(&(kind.to_owned(), slug)), "{action}");
    }
    site.end().await;
}

/// A site and a browser that looks at it.
struct Seat {
    site: Site,
    page: DrivenPage,
    clicks: u32,
    /// Holds what browser and driver write, until the end.
    _place: TempDir,
}

fn find(css: &str) -> Target {
    Target { find: vec![Alternative { css: Some(css.to_owned()), ..Alternative::default() }], ..Target::default() }
}

fn look(css: &str, arm: Option<String>) -> Look {
    Look {
        v: 1,
        targets: BTreeMap::from([("it".to_owned(), find(css))]),
        wants: vec![Want { see: vec!["it".to_owned()], ..Want::default() }],
        within_ms: 15_000,
        arm: arm.map(|token| Arm { target: "it".to_owned(), guard: vec![], token }),
        ..Look::default()
    }
}

impl Seat {
    async fn take(kind: Kind, scenario: Scenario) -> Self {
        let site = Site::start(scenario).await;
        let place = tempfile::tempdir().unwrap();
        let page = drivers::page(kind, &site.origin, place.path()).await;
        Self { site, page, clicks: 0, _place: place }
    }

    /// Waits until exactly one displayed element fits.
    async fn see(&mut self, css: &str) -> Found {
        let sight = self.page.look(&look(css, None)).await.unwrap();
        assert_eq!(sight.status, Status::Met, "{css}: {sight:?}");
        sight.found["it"].clone()
    }

    /// Waits until nothing displayed fits.
    async fn see_none(&mut self, css: &str) {
        let want = Want { gone: vec!["it".to_owned()], ..Want::default() };
        let sight = self.page.look(&Look { wants: vec![want], ..look(css, None) }).await.unwrap();
        assert_eq!(sight.status, Status::Met, "{css}: {sight:?}");
    }

    async fn armed(&mut self, css: &str) -> Sight {
        self.clicks += 1;
        let sight = self.page.look(&look(css, Some(format!("click {}", self.clicks)))).await.unwrap();
        assert!(sight.armed.is_some(), "{css} cannot be clicked: {:?} {:?}", sight.status, sight.refused);
        sight
    }

    /// Clicks; what was replaced before the click is looked for again, as a person would.
    async fn click(&mut self, css: &str) {
        for _ in 0..3 {
            let armed = self.armed(css).await.armed.unwrap();
            match self.page.click(&armed).await {
                Ok(()) => return,
                Err(PageError::Stale) => {}
                Err(error) => panic!("{css}: {error:?}"),
            }
        }
        panic!("{css} is replaced for ever");
    }

    async fn fill(&mut self, css: &str, text: &str) {
        let armed = self.armed(css).await.armed.unwrap();
        self.page.fill(&armed, text).await.unwrap();
    }

    /// Waits until the audit log is this.
    async fn audit(&self, expected: &[(&str, &str)]) {
        let expected = pairs(expected);
        for _ in 0..500 {
            if self.site.audit("/audit").await == expected {
                return;
            }
            tokio::task::yield_now().await;
        }
        assert_eq!(self.site.audit("/audit").await, expected);
    }

    async fn leave(self) {
        self.page.close().await;
        self.site.end().await;
    }
}

fn row(slug: &str) -> String {
    format!("li.mn-connection-card:has(a.mn-connection-card__link[href='/in/{slug}/'])")
}

const PRIMARY: &str = "#artdeco-modal-outlet [role='alertdialog'] button[data-test-dialog-primary-btn]";
const CANCEL: &str = "#artdeco-modal-outlet [role='alertdialog'] button[data-test-dialog-secondary-btn]";
const TOP_CARD_MORE: &str = "main button[id$='-profile-overflow-action']";
const REMOVE_ITEM: &str = "main .artdeco-dropdown__content--is-open [aria-label^='Remove your connection to']";

#[tokio::test]
async fn a_removal_through_the_list_reaches_the_audit_log() {
    for kind in BOTH {
        let mut seat = Seat::take(kind, Scenario { latency: Latency::Fixed, ..ember() }).await;
        seat.page.goto(LIST).await.unwrap();
        let shown = seat.see(".mn-connections__header h1").await;
        assert_eq!(shown.name, "60 Connections");
        let box_css = "#mn-connections-search-input";
        seat.fill(box_css, "Jörg").await;
        let jörg = row("j%C3%B6rg-m%C3%BCller-77");
        seat.see("li.mn-connection-card").await;
        let trigger = seat.see(&format!("{jörg} .mn-connection-card__dropdown-trigger")).await;
        assert_eq!((trigger.role.as_str(), trigger.name.as_str()), ("button", "More actions for Jörg Müller"));
        let item = format!("{jörg} .mn-connection-card__dropdown-item button");
        seat.see_none(&item).await;
        seat.click(&format!("{jörg} .mn-connection-card__dropdown-trigger")).await;
        let shown = seat.see(&item).await;
        assert!(shown.name.starts_with("Remove Jörg Müller from connections"), "{}", shown.name);
        seat.page.press("Escape").await.unwrap();
        seat.see_none(&item).await;
        for choice in [CANCEL, PRIMARY] {
            seat.click(&format!("{jörg} .mn-connection-card__dropdown-trigger")).await;
            seat.click(&item).await;
            let dialog = seat.see("#artdeco-modal-outlet [role='alertdialog']").await;
            assert_eq!(dialog.name, "Remove Connection");
            seat.click(choice).await;
            seat.see_none("#artdeco-modal-outlet [role='alertdialog']").await;
        }
        seat.see_none(&jörg).await;
        assert_eq!(seat.see(".mn-connections__header h1").await.name, "59 Connections");
        seat.audit(&[("removed", "jörg-müller-77")]).await;
        seat.leave().await;
    }
}

#[tokio::test]
async fn the_list_goes_on_by_scrolling_and_by_its_button() {
    for kind in BOTH {
        let scenario = Scenario { people: 200, ..ember() };
        let mut seat = Seat::take(kind, scenario).await;
        seat.page.goto(LIST).await.unwrap();
        // The last row asks for more as soon as it is brought into view, unless the button stands below it.
        for part in 1..5 {
            let last = format!("li.mn-connection-card:nth-child({})", part * 40);
            let next = format!("li.mn-connection-card:nth-child({})", part * 40 + 1);
            seat.click(&format!("{last} .mn-connection-card__dropdown-trigger")).await;
            let both = format!("{next}, .scaffold-finite-scroll__load-button");
            let sight = seat.page.look(&look(&both, None)).await.unwrap();
            if sight.found["it"].role == "button" {
                seat.click(".scaffold-finite-scroll__load-button").await;
            }
            seat.see(&next).await;
        }
        seat.see("li.mn-connection-card:nth-child(200)").await;
        seat.see_none(".scaffold-finite-scroll__load-button").await;
        seat.leave().await;
    }
}

#[tokio::test]
async fn a_removal_through_the_profile_reaches_the_audit_log() {
    for kind in BOTH {
        let mut seat = Seat::take(kind, Scenario { latency: Latency::Fixed, ..ember() }).await;
        seat.page.goto("/in/siobhan-oconnor-5d2/").await.unwrap();
        let more = seat.see(TOP_CARD_MORE).await;
        assert_eq!((more.role.as_str(), more.name.as_str()), ("button", "More actions"));
        seat.see_none(".pv-profile-sticky-header-v2__actions-container button").await;
        seat.see_none(REMOVE_ITEM).await;
        seat.click(TOP_CARD_MORE).await;
        let item = seat.see(REMOVE_ITEM).await;
        assert_eq!((item.role.as_str(), item.name.as_str()), ("button", "Remove your connection to Siobhán O’Connor"));
        seat.click(REMOVE_ITEM).await;
        seat.click(PRIMARY).await;
        // The buttons change at once, in the card and in the hidden header; the degree does not.
        seat.see("main [aria-label='Invite Siobhán O’Connor to connect']").await;
        assert_eq!(seat.see("main .dist-value").await.name, "");
        seat.audit(&[("profile-view", "siobhan-oconnor-5d2"), ("removed", "siobhan-oconnor-5d2")]).await;
        seat.page.goto("/in/siobhan-oconnor-5d2/").await.unwrap();
        seat.see("main [aria-label='Invite Siobhán O’Connor to connect']").await;
        seat.click(TOP_CARD_MORE).await;
        seat.see("main .artdeco-dropdown__content--is-open [aria-label='About this profile']").await;
        seat.see_none(REMOVE_ITEM).await;
        seat.leave().await;
    }
}

#[tokio::test]
async fn the_me_menu_is_filled_when_it_opens_and_sign_out_asks() {
    for kind in BOTH {
        let mut seat = Seat::take(kind, ember()).await;
        seat.page.goto("/feed/").await.unwrap();
        let me = ".global-nav__primary-link-me-menu-trigger";
        let panel = ".global-nav__me-content";
        seat.see(me).await;
        seat.see_none(&format!("{panel} a")).await;
        seat.click(me).await;
        seat.see(&format!("{panel} a[href='/in/robin-practice/']")).await;
        seat.page.press("Escape").await.unwrap();
        seat.see_none(&format!("{panel} a")).await;
        seat.click(me).await;
        let sign_out = format!("{panel} a.global-nav__secondary-link.global-nav__sign-out");
        assert_eq!(seat.see(&sign_out).await.name, "Sign Out");
        seat.click(&sign_out).await;
        seat.audit(&[]).await;
        seat.click("#artdeco-modal-outlet [role='dialog'] button.full-width.mt4").await;
        seat.audit(&[("signed-out", "robin-practice")]).await;
        seat.leave().await;
    }
}

/// How a page is led to the item that removes.
struct Way {
    place: &'static str,
    address: &'static str,
    more: &'static str,
    item: &'static str,
}

const WAYS: [Way; 2] = [
    Way {
        place: "connections",
        address: LIST,
        more: "li.mn-connection-card:first-child .mn-connection-card__dropdown-trigger",
        item: "li.mn-connection-card .artdeco-dropdown__content--is-open button",
    },
    Way { place: "profile", address: "/in/lenavogt/", more: TOP_CARD_MORE, item: REMOVE_ITEM },
];

impl Seat {
    /// Loads the page with a fault and clicks the button of the menu.
    async fn open_menu(&mut self, way: &Way, fault: &str) {
        let spec = format!("{fault}@{}:1", way.place);
        assert_eq!(self.site.ask_control(Method::POST, "/fault", &spec).await.status, 200, "{spec}");
        self.page.goto(way.address).await.unwrap();
        self.click(way.more).await;
    }

    /// How many fit, once there is one.
    async fn count(&mut self, css: &str) -> u32 {
        let target = Target { count: Count::Many, ..find(css) };
        let ask = Look { targets: BTreeMap::from([("it".to_owned(), target)]), ..look(css, None) };
        let sight = self.page.look(&ask).await.unwrap();
        assert_eq!(sight.status, Status::Met, "{css}: {sight:?}");
        sight.found["it"].count
    }

    async fn text(&mut self, css: &str) -> String {
        let target = Target { read: BTreeMap::from([("text".to_owned(), Read::default())]), ..find(css) };
        let targets = BTreeMap::from([("it".to_owned(), target)]);
        let ask = Look { targets, read: vec!["it".to_owned()], ..look(css, None) };
        let sight = self.page.look(&ask).await.unwrap();
        assert_eq!(sight.status, Status::Met, "{css}: {sight:?}");
        sight.found["it"].read["text"].clone()
    }

    /// Whether nothing that fits shows for half a second.
    async fn stays_away(&mut self, css: &str) -> bool {
        let sight = self.page.look(&Look { within_ms: 500, ..look(css, None) }).await.unwrap();
        sight.status == Status::TimedOut
    }

    /// Whether a click there cannot be armed although it shows.
    async fn is_covered(&mut self, css: &str) -> bool {
        let ask = Look { within_ms: 1_500, ..look(css, Some("covered".to_owned())) };
        let sight = self.page.look(&ask).await.unwrap();
        sight.found["it"].count == 1 && sight.armed.is_none()
    }

    /// Clicks what is replaced by an equal one meanwhile, until `after` shows. A click that was meant for the element
    /// before does not count.
    async fn click_until(&mut self, css: &str, after: &str) {
        for _ in 0..3 {
            let armed = self.armed(css).await.armed.unwrap();
            match self.page.click(&armed).await {
                Ok(()) | Err(PageError::Stale) => {}
                Err(error) => panic!("{css}: {error:?}"),
            }
            if !self.stays_away(after).await {
                return;
            }
        }
        panic!("{css} does nothing");
    }
}

#[tokio::test]
async fn quirks_change_menus_and_dialogs() {
    for kind in BOTH {
        let mut seat = Seat::take(kind, Scenario { latency: Latency::Fixed, ..ember() }).await;
        for way in &WAYS {
            seat.open_menu(way, "twins").await;
            assert_eq!(seat.count(way.item).await, 2, "{}", way.place);

            seat.open_menu(way, "no-menu").await;
            assert!(seat.stays_away(way.item).await, "{}", way.place);

            seat.open_menu(way, "other-name").await;
            seat.click(way.item).await;
            assert!(seat.text("[data-test-dialog-content]").await.contains("Somebody Else"));

            seat.open_menu(way, "overlay").await;
            seat.see(".msg-overlay-container--covering").await;
            assert!(seat.is_covered(way.item).await, "{}", way.place);
            seat.click("#msg-overlay button").await;
            seat.see_none(".msg-overlay-container--covering").await;

            seat.open_menu(way, "stale").await;
            seat.click_until(way.item, CANCEL).await;
            seat.click(CANCEL).await;

            seat.open_menu(way, "swapped").await;
            let item = seat.see(way.item).await;
            assert!(item.name.starts_with("Remove "), "{}", item.name);
            assert!(seat.text(way.item).await.contains("Report / Block"));
            seat.click(way.item).await;
            seat.see_none(way.item).await;
        }
        let site = &seat.site;
        let acts: Vec<String> = site.audit("/audit").await.into_iter().map(|(kind, _)| kind).collect();
        assert_eq!(acts.iter().filter(|kind| *kind == "blocked").count(), 2, "{acts:?}");
        assert!(!acts.iter().any(|kind| kind == "removed" || kind == "untrusted"), "{acts:?}");
        seat.leave().await;
    }
}

#[tokio::test]
async fn a_limit_may_be_told_by_a_modal_and_anything_by_an_alert() {
    for kind in BOTH {
        let faults = ["limit-dialog@feed:1", "alert@feed:2"].map(|spec| spec.parse().unwrap()).to_vec();
        let mut seat = Seat::take(kind, Scenario { faults, ..ember() }).await;
        seat.page.goto("/feed/").await.unwrap();
        let modal = "#artdeco-modal-outlet [role='dialog']";
        assert_eq!(seat.see(modal).await.name, "You’ve reached the weekly invitation limit");
        seat.click(&format!("{modal} .artdeco-modal__actionbar button")).await;
        seat.see_none(modal).await;
        seat.page.goto("/feed/").await.unwrap();
        let never = Look { within_ms: 5_000, ..look("#never", None) };
        assert!(matches!(seat.page.look(&never).await, Err(PageError::Prompt(_))));
        seat.leave().await;
    }
}

#[tokio::test]
async fn a_removal_may_ask_nothing_and_rows_may_move() {
    for kind in BOTH {
        let mut seat = Seat::take(kind, Scenario { latency: Latency::Fixed, ..ember() }).await;
        let [list, profile] = &WAYS;
        let before = {
            seat.page.goto(LIST).await.unwrap();
            seat.see(list.more).await.name
        };
        seat.open_menu(list, "reorder").await;
        assert_ne!(seat.see(list.more).await.name, before, "another row lies there now");

        seat.open_menu(profile, "no-dialog").await;
        seat.click(profile.item).await;
        seat.see("main [aria-label='Invite ✨ Lena Vogt to connect']").await;
        seat.audit(&[("profile-view", "lenavogt"), ("removed", "lenavogt")]).await;
        seat.leave().await;
    }
}

#[tokio::test]
async fn a_prompt_of_the_browser_may_ask_in_place_of_the_dialog() {
    for kind in BOTH {
        for way in &WAYS {
            let mut seat = Seat::take(kind, ember()).await;
            seat.open_menu(way, "confirm").await;
            seat.click(way.item).await;
            let never = Look { within_ms: 5_000, ..look("#never", None) };
            let error = seat.page.look(&never).await.unwrap_err();
            assert!(matches!(&error, PageError::Prompt(text) if text.contains("as a connection?")), "{error:?}");
            assert!(!seat.site.audit("/audit").await.iter().any(|(kind, _)| kind == "removed"));
            seat.leave().await;
        }
    }
}
