//! The settings: rows and where they lead, in every generation, and the tokens that all of their documents carry.

use exeunt::practice::scenario::{Language, Scenario};

use super::{Site, quick, with_faults};

const ACCOUNT: &str = "/mypreferences/d/categories/account";
const OLD_ACCOUNT: &str = "/psettings/account";

fn of(ui: &str) -> Scenario {
    Scenario { ui: ui.parse().unwrap(), ..quick() }
}

/// Every address in the page that is one of the settings'.
fn rows(page: &str) -> Vec<&str> {
    let hrefs = page.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    hrefs.filter(|href| href.starts_with("/mypreferences/d/") || href.starts_with("/psettings/")).collect()
}

#[tokio::test]
async fn the_newest_rows_are_plain_links() {
    let site = Site::start(quick()).await;
    assert_eq!(site.get("/mypreferences/d/").await.location(), ACCOUNT);
    assert_eq!(site.get("/psettings/").await.location(), ACCOUNT);
    assert_eq!(site.get(OLD_ACCOUNT).await.location(), ACCOUNT);
    let page = site.get(ACCOUNT).await.text;
    for mark in [
        "href=\"/mypreferences/d/close-accounts\"><span>Close and delete account</span>",
        "href=\"/mypreferences/d/hibernate-account\"><span>Hibernate account</span>",
        "<h2>Account management</h2>",
        "aria-current=\"page\">Account preferences</a>",
    ] {
        assert!(page.contains(mark), "{mark}");
    }
    assert!(rows(&page).len() >= 20, "{:?}", rows(&page));
    assert!(!page.contains("data-view-name") && !page.contains(">Change<"));
    for href in rows(&page) {
        let answer = site.get(href).await;
        assert!(answer.status == 200 || answer.location() == ACCOUNT, "{href}: {}", answer.status);
    }
    assert_eq!(site.get("/mypreferences/d/no-such-setting").await.status, 404);
    site.end().await;
}

#[tokio::test]
async fn older_rows_say_change() {
    for (generation, title, close) in [
        ("ember-2020", "Account closure", "/psettings/account-management/close-account"),
        ("contacts-2014", "Closing your account", "/psettings/account-management/close-account"),
    ] {
        let site = Site::start(of(&format!("settings={generation},close={generation}"))).await;
        assert_eq!(site.get("/mypreferences/d/").await.location(), OLD_ACCOUNT);
        assert_eq!(site.get(ACCOUNT).await.location(), OLD_ACCOUNT);
        let page = site.get(OLD_ACCOUNT).await.text;
        assert!(page.contains(title) && page.contains(&format!("href=\"{close}\"")), "{page}");
        assert_eq!(page.matches(">Change</a>").count(), 19, "{generation}");
        for href in rows(&page) {
            let answer = site.get(href).await;
            assert!(answer.status == 200 || answer.status == 303, "{generation} {href}: {}", answer.status);
        }
        site.end().await;
    }
}

#[tokio::test]
async fn a_moved_row_leaves_the_address() {
    let site = Site::start(with_faults(&["moved@close:1", "moved@hibernate:2"])).await;
    let mut seen = Vec::new();
    for _ in 0..3 {
        let page = site.get(ACCOUNT).await.text;
        seen.push((page.contains("close-accounts"), page.contains("hibernate-account")));
    }
    assert_eq!(seen, [(false, true), (true, false), (true, true)]);
    assert_eq!(site.get("/mypreferences/d/close-accounts").await.status, 200);
    site.end().await;
}

#[tokio::test]
async fn every_document_carries_the_token_of_the_scenario() {
    for ui in ["settings=sdui-2026", "settings=sdui-2025", "settings=ember-2020", "settings=contacts-2014"] {
        let scenario = Scenario { csrf: Some("canary-token".to_owned()), ..of(ui) };
        let site = Site::start(scenario).await;
        let home = site.get("/mypreferences/d/").await.location().to_owned();
        for path in [home.as_str(), "/mypreferences/d/dark-mode"] {
            let page = site.get_as_stranger(path).await;
            let block = "<code class=\"datalet\" style=\"display: none\" hidden>{&quot;data&quot;";
            assert!(page.text.contains(block), "{ui} {path}: {}", page.text);
            assert!(page.text.contains("canary-token"), "{ui} {path}");
            let cookie = page.headers["set-cookie"].to_str().unwrap();
            assert!(cookie.starts_with("JSESSIONID=canary-token;"), "{cookie}");
        }
        site.end().await;
    }
}

#[tokio::test]
async fn german_settings_are_german() {
    for ui in ["settings=sdui-2026", "settings=ember-2020", "settings=contacts-2014"] {
        let site = Site::start(Scenario { language: Language::De, ..of(ui) }).await;
        let page = site.get(site.get("/mypreferences/d/").await.location()).await.text;
        for mark in ["<html", "lang=\"de\"", "Kontoverwaltung", "schließ", "Ruhemodus"] {
            assert!(page.contains(mark), "{ui}: {mark}");
        }
        site.end().await;
    }
}
