//! Generation `ember-2020` in both browsers: its menus, its removals, and what may mislead there.

use std::collections::BTreeMap;

use axum::http::Method;
use exeunt::browser::DrivenPage;
use exeunt::browser::binary::Kind;
use exeunt::browser::page::{Found, Page as _, PageError, Sight, Status};
use exeunt::flow::query::{Count, Look, Read, Target, Want};
use exeunt::practice::scenario::{Latency, Scenario};
use tempfile::TempDir;

use super::ember::ember;
use super::look::{by_css, look};
use super::visitor::{BOTH, PATIENCE_MS};
use super::{LIST, Site, drivers, pairs};
use crate::support::engines;

/// A site and a browser that looks at it.
struct Seat {
    site: Site,
    page: DrivenPage,
    clicks: u32,
    /// Holds what browser and driver write, until the end.
    _place: TempDir,
}

/// Waits until exactly one displayed element fits, and arms it where a token is given.
fn patient(css: &str, token: Option<&str>) -> Look {
    look(by_css(css), PATIENCE_MS, token)
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
        let sight = self.page.look(&patient(css, None)).await.unwrap();
        assert_eq!(sight.status, Status::Met, "{css}: {sight:?}");
        sight.found["it"].clone()
    }

    /// Waits until nothing displayed fits.
    async fn see_none(&mut self, css: &str) {
        let want = Want { gone: vec!["it".to_owned()], ..Want::default() };
        let sight = self.page.look(&Look { wants: vec![want], ..patient(css, None) }).await.unwrap();
        assert_eq!(sight.status, Status::Met, "{css}: {sight:?}");
    }

    async fn armed(&mut self, css: &str) -> Sight {
        self.clicks += 1;
        let token = format!("click {}", self.clicks);
        let sight = self.page.look(&patient(css, Some(&token))).await.unwrap();
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
        for _ in 0..20_000 {
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
    for kind in engines::of("practice: pages of people", "a removal through the list") {
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
    for kind in engines::of("practice: pages of people", "a list that goes on") {
        let scenario = Scenario { people: 200, ..ember() };
        let mut seat = Seat::take(kind, scenario).await;
        seat.page.goto(LIST).await.unwrap();
        // The last row asks for more as soon as it is brought into view, unless the button stands below it.
        for part in 1..5 {
            let last = format!("li.mn-connection-card:nth-child({})", part * 40);
            let next = format!("li.mn-connection-card:nth-child({})", part * 40 + 1);
            seat.click(&format!("{last} .mn-connection-card__dropdown-trigger")).await;
            let both = format!("{next}, .scaffold-finite-scroll__load-button");
            let sight = seat.page.look(&patient(&both, None)).await.unwrap();
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
    for kind in engines::of("practice: pages of people", "a removal through the profile") {
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
    for kind in engines::of("practice: pages of people", "the Me menu") {
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
        let target = Target { count: Count::Many, ..by_css(css) };
        let sight = self.page.look(&look(target, PATIENCE_MS, None)).await.unwrap();
        assert_eq!(sight.status, Status::Met, "{css}: {sight:?}");
        sight.found["it"].count
    }

    async fn text(&mut self, css: &str) -> String {
        let target = Target { read: BTreeMap::from([("text".to_owned(), Read::default())]), ..by_css(css) };
        let ask = Look { read: vec!["it".to_owned()], ..look(target, PATIENCE_MS, None) };
        let sight = self.page.look(&ask).await.unwrap();
        assert_eq!(sight.status, Status::Met, "{css}: {sight:?}");
        sight.found["it"].read["text"].clone()
    }

    /// Whether nothing that fits shows for half a second.
    async fn stays_away(&mut self, css: &str) -> bool {
        let sight = self.page.look(&look(by_css(css), 500, None)).await.unwrap();
        sight.status == Status::TimedOut
    }

    /// Whether a click there cannot be armed although it shows.
    async fn is_covered(&mut self, css: &str) -> bool {
        let sight = self.page.look(&look(by_css(css), 1_500, Some("covered"))).await.unwrap();
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
            let sight = self.page.look(&look(by_css(after), 4_000, None)).await.unwrap();
            if sight.status == Status::Met {
                return;
            }
        }
        panic!("{css} does nothing");
    }
}

#[tokio::test]
async fn quirks_change_menus_and_dialogs() {
    for kind in engines::of("practice: pages of people", "quirks") {
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
        assert!(matches!(seat.page.look(&patient("#never", None)).await, Err(PageError::Prompt(_))));
        seat.leave().await;
    }
}

#[tokio::test]
async fn a_removal_may_ask_nothing_and_rows_may_move() {
    for kind in engines::of("practice: pages of people", "no question") {
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
    for (kind, way) in engines::each("practice: a prompt on old pages", &WAYS) {
        let mut seat = Seat::take(kind, ember()).await;
        seat.open_menu(way, "confirm").await;
        seat.click(way.item).await;
        let error = seat.page.look(&patient("#never", None)).await.unwrap_err();
        assert!(matches!(&error, PageError::Prompt(text) if text.contains("as a connection?")), "{error:?}");
        assert!(!seat.site.audit("/audit").await.iter().any(|(kind, _)| kind == "removed"));
        seat.leave().await;
    }
}
