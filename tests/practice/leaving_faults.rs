//! What goes wrong on the way out, over HTTP: what stands in the way, and what the last answer is worth.

use axum::http::Method;
use exeunt::practice::scenario::Scenario;
use serde_json::json;

use super::closing::{ALL, Leaver, kinds, of};
use super::{Site, TOKEN, quick, with_faults};

const CLOSE: &str = "/mypreferences/d/close-accounts";
const HIBERNATE: &str = "/mypreferences/d/hibernate-account";

fn faulty(generation: &str, spec: &str) -> Scenario {
    Scenario { faults: vec![spec.parse().unwrap()], ..of(generation) }
}

#[tokio::test]
async fn what_is_in_the_way_says_so_with_a_way_out_of_it() {
    for generation in ALL {
        for (spec, says, href) in [
            ("premium@close", "until your Premium membership is cancelled", "/mypreferences/d/premium-manage-account"),
            ("groups@close", "Transfer the ownership of your groups", "/groups/"),
            ("licences@close", "Ask your administrator to release them", "/mypreferences/d/licences"),
            ("no-password@close", "Create a password before you go on", "/mypreferences/d/change-password"),
        ] {
            let site = Site::start(faulty(generation, spec)).await;
            let mut leaver = Leaver::closing(&site, generation).await;
            leaver.finish().await;
            let page = &leaver.page.text;
            assert!(page.contains(says) && page.contains(&format!("href=\"{href}\"")), "{generation} {spec}: {page}");
            assert!(!page.contains("type=\"password\"") && !page.contains("data-deed"), "{generation} {spec}");
            assert_eq!(kinds(&site).await, [""; 0], "{generation} {spec}");
            site.end().await;
        }
    }
}

#[tokio::test]
async fn the_last_answer_is_worth_what_the_audit_says() {
    for generation in ALL {
        for (spec, status, says, audit) in [
            ("refuse@close:1", 409, "Nothing was changed", &["refused"][..]),
            ("no-op@close:1", 200, "Your account is closed", &["ignored"]),
            ("answer-500@close:1", 500, "Something went wrong", &["closed"]),
        ] {
            let site = Site::start(faulty(generation, spec)).await;
            let mut leaver = Leaver::closing(&site, generation).await;
            let steps = if leaver.form { "reason" } else { "verify" };
            leaver.until(steps).await;
            let answers = leaver.right(steps).await;
            let answer = leaver.sends(answers).await;
            let expected = if leaver.form && status == 200 { 303 } else { status };
            assert_eq!(answer.status, expected, "{generation} {spec}");
            let said = if status == 200 { &leaver.page.text } else { &answer.text };
            assert!(said.contains(says), "{generation} {spec}: {said}");
            assert_eq!(kinds(&site).await, audit, "{generation} {spec}");
            let open = site.get("/feed/").await.status == 200;
            assert_eq!(open, audit != ["closed"], "{generation} {spec}");
            site.end().await;
        }
    }
}

#[tokio::test]
async fn an_answer_may_never_come_whether_it_was_done_or_not() {
    for (spec, closed) in [("answer-never@close", true), ("never-applied@close", false)] {
        let mut site = Site::start(with_faults(&[spec])).await;
        let stop = site.stop.take().unwrap();
        let mut leaver = Leaver::closing(&site, "sdui-2026").await;
        leaver.until("verify").await;
        let answers = leaver.right("verify").await;
        let watch = async {
            // The fault is in the log before the answer begins to hang.
            while !site.audit("/audit/all").await.iter().any(|(kind, _)| kind == "faulted") {}
            let kinds = kinds(&site).await;
            stop.send(()).unwrap();
            kinds
        };
        let (answer, kinds) = tokio::join!(leaver.sends(answers), watch);
        assert_eq!((answer.status, kinds == ["closed"]), (503, closed), "{spec}");
        drop(leaver);
        site.served.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn the_right_password_may_be_refused_once() {
    for spec in ["wrong-password@close", "wrong-password@close:1"] {
        let site = Site::start(with_faults(&[spec])).await;
        let mut leaver = Leaver::closing(&site, "sdui-2026").await;
        leaver.until("verify").await;
        let answers = leaver.right("verify").await;
        assert_eq!(leaver.sends(answers.clone()).await.status, 422);
        assert_eq!(leaver.sends(answers).await.status, 200);
        assert_eq!(kinds(&site).await, ["password-wrong", "closed"]);
        site.end().await;
    }
}

#[tokio::test]
async fn a_code_may_follow_the_password() {
    for generation in ["sdui-2026", "sdui-2025", "ember-2020"] {
        let site = Site::start(faulty(generation, "code@close")).await;
        let mut leaver = Leaver::closing(&site, generation).await;
        leaver.until("pin").await;
        assert!(leaver.page.text.contains("Let’s do a quick verification"));
        let mail = site.ask_control(Method::GET, "/mail", "").await.json();
        assert_eq!(mail.as_array().unwrap().len(), 1);
        let (letter, code) = (&mail[0], mail[0]["code"].as_str().unwrap());
        assert!(code.len() == 6 && letter["subject"].as_str().unwrap().contains(code), "{letter}");
        assert_eq!(letter["to"], "robin-practice@practice.invalid");
        assert!(!leaver.page.text.contains(code), "the code is in the mail only");
        assert_eq!(leaver.sends(json!({ "code": "12345" })).await.status, 422);
        leaver.finish().await;
        assert_eq!(kinds(&site).await, ["code-wrong", "closed"], "{generation}");
        site.end().await;
    }
}

#[tokio::test]
async fn the_app_may_have_to_approve() {
    for generation in ALL {
        let site = Site::start(faulty(generation, "device@close")).await;
        let mut leaver = Leaver::closing(&site, generation).await;
        assert_eq!(site.ask_control(Method::POST, "/approve", "").await.text, "0\n");
        leaver.until("device").await;
        assert!(leaver.page.text.contains("Check your practice app"), "{generation}");
        let status = format!("/checkpoint/device-status?u={}", leaver.about("token"));
        assert_eq!(site.get(&status).await.json()["approved"], false);
        leaver.sends(json!({})).await;
        assert_eq!(leaver.about("step"), "device", "{generation}: it was not approved");
        assert_eq!(kinds(&site).await, [""; 0]);
        assert_eq!(site.ask_control(Method::POST, "/approve", "").await.text, "1\n");
        assert_eq!(site.get(&status).await.json()["approved"], true);
        leaver.finish().await;
        assert_eq!(kinds(&site).await, ["closed"], "{generation}");
        site.end().await;
    }
}

#[tokio::test]
async fn pages_and_buttons_may_be_unknown() {
    for generation in ALL {
        let site = Site::start(faulty(generation, "extra-page@close")).await;
        let mut leaver = Leaver::closing(&site, generation).await;
        leaver.until("stay").await;
        let page = &leaver.page.text;
        assert!(page.contains("One more thing") && page.contains("No thanks, proceed"), "{generation}: {page}");
        leaver.finish().await;
        assert_eq!(kinds(&site).await, ["closed"], "{generation}");
        site.end().await;
        let site = Site::start(faulty(generation, "renamed-button@close")).await;
        let mut leaver = Leaver::closing(&site, generation).await;
        leaver.until(if leaver.form { "reason" } else { "verify" }).await;
        assert!(leaver.page.text.contains("Finish up") && !leaver.page.text.contains(">Done<"), "{generation}");
        site.end().await;
    }
}

#[tokio::test]
async fn the_password_may_be_asked_for_elsewhere() {
    for generation in ALL {
        for spec in ["elsewhere@close", "elsewhere-host@close"] {
            let site = Site::start(faulty(generation, spec)).await;
            let mut leaver = Leaver::closing(&site, generation).await;
            while leaver.page.text.replace("&quot;", "\"").contains("\"step\":\"") {
                let answers = leaver.right(&leaver.about("step")).await;
                leaver.sends(answers).await;
            }
            let page = &leaver.page.text;
            let away = page.split_once("data-bounce href=\"").unwrap().1.split('"').next().unwrap();
            assert!(away.contains("/verify?u="), "{away}");
            assert!(!away.starts_with(&site.origin) && !away.contains(&site.control), "{away}");
            assert_eq!(away.starts_with("http://localhost:"), spec.contains("host"), "{away}");
            let there = site.send(axum::http::Request::get(away), "").await;
            assert!(there.text.contains("type=\"password\"") && there.text.contains("leaks"), "{}", there.text);
            let host = away.split('/').take(3).collect::<Vec<_>>().join("/");
            let telling = axum::http::Request::post(format!("{host}/telemetry/leaked"))
                .header("content-type", "application/json");
            site.send(telling, json!({ "detail": "typed" }).to_string()).await;
            assert_eq!(kinds(&site).await, ["leaked"], "{generation} {spec}");
            site.end().await;
        }
    }
}

#[tokio::test]
async fn the_password_may_be_in_a_frame_of_another_origin() {
    for generation in ALL {
        let site = Site::start(faulty(generation, "frame@close")).await;
        let mut leaver = Leaver::closing(&site, generation).await;
        leaver.until("verify").await;
        let page = &leaver.page.text;
        let frame = page.split_once("<iframe class=\"secret\" src=\"").unwrap().1.split('"').next().unwrap();
        let policy = leaver.page.headers["content-security-policy"].to_str().unwrap();
        let host = frame.split('/').take(3).collect::<Vec<_>>().join("/");
        assert!(policy.contains(&format!("frame-src 'self' {host};")) && host != site.origin, "{policy}");
        assert!(!page.contains("type=\"password\""), "{generation}");
        let inside = site.send(axum::http::Request::get(frame), "").await;
        assert!(inside.text.contains("type=\"password\""));
        assert!(
            inside.headers["content-security-policy"].to_str().unwrap().contains("frame-ancestors http://127.0.0.1:*")
        );
        site.end().await;
    }
}

#[tokio::test]
async fn tricks_of_the_password_field_are_told_to_the_page() {
    for word in ["text-field", "mirrored", "redirect"] {
        let site = Site::start(with_faults(&[&format!("{word}@close:2")])).await;
        for told in [false, true] {
            let mut leaver = Leaver::closing(&site, "sdui-2026").await;
            leaver.until("verify").await;
            assert_eq!(leaver.page.text.contains(&format!("\"quirks\":[\"{word}\"]")), told, "{word}");
        }
        site.end().await;
    }
}

#[tokio::test]
async fn hibernating_hides_the_profile_and_lasts_a_day() {
    for generation in ["sdui-2026", "sdui-2025", "ember-2020"] {
        let ui = format!("hibernate={generation}").parse().unwrap();
        let site = Site::start(Scenario { ui, ..quick() }).await;
        assert!(
            site.get_as_stranger("/in/robin-practice/").await.text.contains("<h1 dir=\"auto\">Robin Practice</h1>")
        );
        let mut leaver = Leaver::at(&site, HIBERNATE).await;
        assert_eq!(leaver.about("step"), "reason");
        assert!(leaver.page.text.contains("your profile is hidden"));
        leaver.finish().await;
        assert!(leaver.page.text.contains("<h1>Your account is hibernated</h1>"), "{}", leaver.page.text);
        let public = site.get_as_stranger("/in/robin-practice/").await;
        assert!(public.status == 200 && public.text.contains("<h1>Member</h1>") && !public.text.contains("Robin"));
        let early = sign_in(&site).await;
        assert!(early.text.contains("You can reactivate your account after "), "{}", early.text);
        site.ask_control(Method::POST, "/clock", "24h").await;
        assert!(sign_in(&site).await.location().starts_with("/welcome-back"));
        assert_eq!(kinds(&site).await, ["hibernated", "sign-in-refused", "signed-in", "reopened"], "{generation}");
        assert!(site.get_as_stranger("/in/robin-practice/").await.text.contains("Robin"));
        site.end().await;
    }
}

async fn sign_in(site: &Site) -> super::Answer {
    let right = Scenario::default().credentials();
    let request = axum::http::Request::post(format!("{}/checkpoint/lg/login-submit", site.origin))
        .header("content-type", "application/x-www-form-urlencoded");
    let user = exeunt::event::id::percent_encode(&right.user);
    site.send(request, format!("session_key={user}&session_password={}", right.password)).await
}

#[tokio::test]
async fn faults_of_hibernating_are_its_own() {
    let site = Site::start(with_faults(&["code@hibernate", "no-op@hibernate", "refuse@close"])).await;
    let mut leaver = Leaver::at(&site, HIBERNATE).await;
    leaver.until("pin").await;
    leaver.finish().await;
    assert!(leaver.page.text.contains("Your account is hibernated"));
    assert_eq!(kinds(&site).await, ["ignored"]);
    assert_eq!(site.get("/feed/").await.status, 200);
    let refused =
        site.call(&format!("{CLOSE}/submit"), json!({ "u": "x", "step": "verify", "csrfToken": TOKEN })).await;
    assert_eq!(refused.json()["to"], CLOSE, "no way out begins in the middle");
    site.end().await;
}
