//! Profiles of generation `sdui-2026`: whom they show, what they offer, and what a removal there does.

use axum::http::Method;
use exeunt::practice::scenario::{Percent, Scenario};
use serde_json::Value;

use super::visitor::{BOTH, Visitor};
use super::{Site, data, pairs, quick, with_faults};

const MORE: &str = "//button[normalize-space()='More' or @aria-label='More'][not(ancestor::aside)]";
const REMOVE_ITEM: &str = "//*[@role='menuitem'][.='Remove connection']";
const CONFIRM: &str = "//dialog[@open]//button[.='Remove connection']";

fn calm() -> Scenario {
    Scenario { ignored_clicks: Percent::new(0).unwrap(), ..quick() }
}

async fn people(site: &Site) -> Vec<Value> {
    site.ask_control(Method::GET, "/people", "").await.json().as_array().unwrap().clone()
}

#[tokio::test]
async fn a_profile_shows_the_relation_that_the_server_has() {
    let site = Site::start(quick()).await;
    let mut seen = std::collections::BTreeMap::<String, u32>::new();
    for person in people(&site).await {
        let slug = person["slug"].as_str().unwrap();
        let relation = person["relation"].as_str().unwrap();
        let answer = site.get(&format!("/in/{}/", exeunt::event::id::percent_encode(slug))).await;
        *seen.entry(relation.to_owned()).or_default() += 1;
        match relation {
            _ if person["hidden"] == true => assert_eq!(answer.location(), "/in/unavailable/"),
            "closed" => assert_eq!(answer.location(), "/in/unavailable/"),
            "missing" if answer.status == 303 => assert_eq!(answer.location(), "/404/"),
            "missing" => assert!(answer.status == 404 && answer.text.contains("This page doesn’t exist")),
            _ => {
                let data = data(&answer);
                assert_eq!((&data["relation"], &data["person"]["name"]), (&person["relation"], &person["name"]));
                assert!(data["canMessage"] == true || relation != "connected");
            }
        }
    }
    assert_eq!(seen.keys().collect::<Vec<_>>(), ["closed", "connected", "follow-only", "missing", "none", "pending"]);
    assert!(site.get("/in/unavailable/").await.text.contains("<h2>This profile is not available</h2>"));
    assert_eq!(site.get("/404/").await.status, 404);
    let kinds: Vec<_> = site.audit("/audit").await.into_iter().map(|(kind, _)| kind).collect();
    assert!(kinds.iter().all(|kind| kind == "profile-view"), "{kinds:?}");
    site.end().await;
}

#[tokio::test]
async fn a_members_id_leads_to_the_address() {
    let site = Site::start(quick()).await;
    let member = data(&site.get("/in/lenavogt/").await)["person"]["member"].as_str().unwrap().to_owned();
    assert_eq!(site.get(&format!("/in/{member}")).await.location(), format!("/in/{member}/"));
    assert_eq!(site.get(&format!("/in/{member}/")).await.location(), "/in/lenavogt/");
    assert_eq!(site.audit("/audit").await, pairs(&[("profile-view", "lenavogt")]));
    site.end().await;
}

#[tokio::test]
async fn the_own_profile_offers_to_edit_and_nothing_to_remove() {
    let site = Site::start(quick()).await;
    let data = data(&site.get("/in/robin-practice/").await);
    assert_eq!(
        (&data["relation"], &data["editIntro"]),
        (&"self".into(), &Value::from("/in/robin-practice/edit/intro/"))
    );
    site.end().await;
}

#[tokio::test]
async fn a_profile_has_the_marks_of_its_generation() {
    let site = Site::start(quick()).await;
    let text = site.get("/in/lenavogt/").await.text;
    for mark in [
        "<main id=\"workspace\"",
        "role=\"main\" data-sdui-screen=\"com.linkedin.sdui.flagshipnav.profile.Profile\"",
        "data-testid=\"lazy-column\" data-component-type=\"LazyColumn\"",
        "componentkey=\"com.linkedin.sdui.profile.card.refACoAAB",
        "<div id=\"interop-outlet\" data-testid=\"interop-shadowdom\"><template shadowrootmode=\"open\">",
        "<iframe title=\"reCAPTCHA\"",
    ] {
        assert!(text.contains(mark), "{mark}");
    }
    let at = |mark: &str| text.find(mark).unwrap_or_else(|| panic!("{mark}"));
    assert!(at("role=\"toolbar\"") < at("<main id=\"workspace\""));
    assert_eq!(text.matches("<dialog>").count(), 2);
    assert!(!text.contains("<h1") && !text.contains("data-view-name") && !text.contains("role=\"menu\""));
    site.end().await;
}

#[tokio::test]
async fn people_remove_through_more_and_a_dialog_that_names_the_person() {
    for kind in BOTH {
        let site = Site::start(calm()).await;
        let mut visitor = Visitor::open(kind, &site.origin).await;
        visitor.goto("/in/maria-santos-4b71a2/").await;
        visitor.sees("//section[contains(@class, 'profile')]//p[.='· 1st']").await;
        assert!(
            !visitor.has("//section[contains(@class, 'profile')]//p[.='· 2nd']").await,
            "{kind}: it is not displayed"
        );
        visitor.click(MORE).await;
        visitor
            .sees("//*[@role='menuitem'][@aria-label='Following, click to unfollow Maria Santos'][.='Following']")
            .await;
        visitor.click(REMOVE_ITEM).await;
        visitor.sees("//dialog[@open][contains(., 'remove Maria Santos as a connection')]").await;
        assert_eq!(site.audit("/audit").await, pairs(&[("profile-view", "maria-santos-4b71a2")]));
        visitor.click(CONFIRM).await;
        visitor.sees("//section[contains(@class, 'profile')]//a[.='Connect']").await;
        site.until_audited("removed").await;
        visitor.goto("/in/maria-santos-4b71a2/").await;
        visitor.sees("//section[contains(@class, 'profile')]//p[.='· 2nd']").await;
        visitor.sees("//a[@aria-label='Invite Maria Santos to connect']").await;
        let slug = "maria-santos-4b71a2";
        assert_eq!(
            site.audit("/audit").await,
            pairs(&[("profile-view", slug), ("removed", slug), ("profile-view", slug)]),
            "{kind}"
        );
        visitor.close().await;
        site.end().await;
    }
}

#[tokio::test]
async fn one_row_of_actions_is_displayed_and_it_is_the_bar_when_the_card_is_away() {
    for kind in BOTH {
        let site = Site::start(calm()).await;
        let mut visitor = Visitor::open(kind, &site.origin).await;
        visitor.goto("/in/lenavogt/").await;
        visitor.sees("//div[@class='wide']//button[.='More'][not(@aria-label)]").await;
        visitor.sees(MORE).await;
        // A click scrolls to its target, and sections are drawn when they come near.
        for key in ["Experience", "Skills"] {
            visitor.click(&format!("(//section[contains(@componentkey, '{key}')]//h3)[last()]")).await;
        }
        visitor.click("(//section[contains(@componentkey, 'Interests')]//button)[last()]").await;
        visitor.sees("//div[@role='toolbar']//button[.='More'][not(@aria-label)]").await;
        visitor.sees(MORE).await;
        visitor.click(MORE).await;
        visitor.sees(REMOVE_ITEM).await;
        visitor.close().await;
        site.end().await;
    }
}

#[tokio::test]
async fn the_first_click_may_be_ignored_and_menus_may_not_open_at_all() {
    for (scenario, opens_at_the_second) in [
        (Scenario { ignored_clicks: Percent::new(100).unwrap(), ..quick() }, true),
        (Scenario { ignored_clicks: Percent::new(0).unwrap(), ..with_faults(&["no-menu@profile"]) }, false),
    ] {
        let site = Site::start(scenario).await;
        let mut visitor = Visitor::open(BOTH[0], &site.origin).await;
        visitor.goto("/in/lenavogt/").await;
        // Had the first click opened the menu, the second would close it; a menu is drawn some time after its click.
        visitor.click(MORE).await;
        assert!(!visitor.has(REMOVE_ITEM).await);
        visitor.click(MORE).await;
        assert_eq!(visitor.sees_soon(REMOVE_ITEM).await, opens_at_the_second);
        visitor.close().await;
        site.end().await;
    }
}

#[tokio::test]
async fn other_relations_offer_other_actions_and_each_is_audited() {
    let site = Site::start(calm()).await;
    let people = people(&site).await;
    let of = |relation: &str| {
        let found = people.iter().find(|person| person["relation"] == relation).unwrap();
        (found["slug"].as_str().unwrap().to_owned(), found["name"].as_str().unwrap().to_owned())
    };
    let mut visitor = Visitor::open(BOTH[0], &site.origin).await;
    let (pending, name) = of("pending");
    visitor.goto(&format!("/in/{pending}/")).await;
    let label = format!("Pending, click to withdraw invitation sent to {name}");
    visitor.click(&format!("//button[@aria-label='{label}']")).await;
    visitor.click("//dialog[@open]//button[.='Withdraw']").await;
    visitor.sees("//section[contains(@class, 'profile')]//a[.='Connect']").await;
    site.until_audited("withdrawn").await;
    let (followed, name) = of("follow-only");
    visitor.goto(&format!("/in/{followed}/")).await;
    let label = format!("Following, click to unfollow {name}");
    visitor.click(&format!("//button[@aria-label='{label}'][.='Following']")).await;
    visitor.click("//dialog[@open]//button[.='Unfollow']").await;
    visitor.sees("//section[contains(@class, 'profile')]//a[.='Connect']").await;
    visitor.click("//section[contains(@class, 'profile')]//a[.='Connect']").await;
    visitor.click("//dialog[@open]//button[.='Send without a note']").await;
    visitor.sees("//section[contains(@class, 'profile')]//button[.='Pending']").await;
    site.until_audited("invited").await;
    visitor.goto("/in/lenavogt/").await;
    visitor.click(MORE).await;
    visitor.click("//*[@role='menuitem'][.='Following']").await;
    visitor.click("//dialog[@open]//button[.='Unfollow']").await;
    visitor.click(MORE).await;
    visitor.sees("//*[@role='menuitem'][.='Follow']").await;
    let audit: Vec<_> = site.audit("/audit").await.into_iter().filter(|(kind, _)| kind != "profile-view").collect();
    let slugs =
        [("withdrawn", &*pending), ("unfollowed", &followed), ("invited", &followed), ("unfollowed", "lenavogt")];
    assert_eq!(audit, pairs(&slugs));
    assert!(site.is_connected("lenavogt").await, "unfollowing somebody removes nobody");
    visitor.close().await;
    site.end().await;
}

#[tokio::test]
async fn a_menu_beside_a_profile_is_about_the_other_person() {
    let site = Site::start(calm()).await;
    let other = data(&site.get("/in/lenavogt/").await)["others"][0].clone();
    assert_eq!(other["connected"], true);
    let mut visitor = Visitor::open(BOTH[0], &site.origin).await;
    visitor.goto("/in/lenavogt/").await;
    visitor.click("//aside//button[.='More']").await;
    visitor.click(REMOVE_ITEM).await;
    visitor.click(CONFIRM).await;
    site.until_audited("removed").await;
    let removed: Vec<_> = site.audit("/audit").await.into_iter().filter(|(kind, _)| kind == "removed").collect();
    let slug: exeunt::event::id::Slug = other["vanityName"].as_str().unwrap().parse().unwrap();
    assert_eq!(removed, pairs(&[("removed", slug.as_str())]));
    visitor.close().await;
    site.end().await;
}
