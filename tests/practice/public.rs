//! What people see who are not signed in: the account's own profile, a wall, an edge's refusal, nothing.

use exeunt::practice::scenario::{Language, Scenario, SignIn};

use super::closing::Leaver;
use super::{Site, quick, with_faults};

const ME: &str = "/in/robin-practice/";

#[tokio::test]
async fn strangers_see_a_little_of_the_own_profile() {
    for sign_in in [SignIn::Open, SignIn::Form, SignIn::Classic] {
        let site = Site::start(Scenario { sign_in, ..quick() }).await;
        let page = site.get_as_stranger(ME).await;
        assert_eq!(page.status, 200);
        for mark in ["<h1 dir=\"auto\">Robin Practice</h1>", "class=\"headline\"", "60 connections", "Join now"] {
            assert!(page.text.contains(mark), "{mark}: {}", page.text);
        }
        assert!(page.headers.get("set-cookie").is_none() && !page.text.contains("navigation-settings"));
        let other = site.get_as_stranger("/in/lenavogt/").await;
        let expected = if sign_in == SignIn::Open { 200 } else { 303 };
        assert_eq!(other.status, expected, "only the account itself has a public profile");
        site.end().await;
    }
}

#[tokio::test]
async fn a_wall_and_an_edge_may_stand_before_it() {
    let site = Site::start(with_faults(&["authwall@public:1", "999@public:2"])).await;
    assert!(site.get_as_stranger(ME).await.location().starts_with("/authwall?"));
    assert_eq!(site.get_as_stranger(ME).await.status, 999);
    assert_eq!(site.get_as_stranger(ME).await.status, 200);
    assert_eq!(site.get(ME).await.status, 200, "the account itself is not counted");
    site.end().await;
}

#[tokio::test]
async fn after_the_closure_it_is_gone() {
    for (generation, to) in [("sdui-2026", None), ("ember-2020", Some("/in/unavailable/"))] {
        let ui = format!("public={generation}").parse().unwrap();
        let site = Site::start(Scenario { ui, ..quick() }).await;
        Leaver::closing(&site, "sdui-2026").await.finish().await;
        for answer in [site.get_as_stranger(ME).await, site.get(ME).await] {
            match to {
                None => assert!(answer.status == 404 && answer.text.contains("This page doesn’t exist")),
                Some(to) => {
                    assert_eq!(answer.location(), to);
                    assert!(site.get(to).await.text.contains("This profile is not available"));
                }
            }
            assert!(!answer.text.contains("Robin"));
        }
        let missing = site.get("/nowhere").await;
        assert!(missing.status == 404 && !missing.text.contains("Robin"), "nobody is signed in on any page");
        site.end().await;
    }
}

#[tokio::test]
async fn german_strangers_read_german() {
    let site = Site::start(Scenario { language: Language::De, ..quick() }).await;
    let page = site.get_as_stranger(ME).await.text;
    assert!(page.contains("lang=\"de\"") && page.contains("Jetzt anmelden") && page.contains("60 Kontakte"), "{page}");
    site.end().await;
}
