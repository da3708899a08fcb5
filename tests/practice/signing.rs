//! Signing in, being remembered, signing out: what the forms look like, what the browser keeps, what the server ends.

use axum::body::Body;
use axum::http::Request;
use axum::http::header::{COOKIE, SET_COOKIE};
use exeunt::event::id::percent_encode;
use exeunt::practice::scenario::{Credentials, Language, Scenario, SignIn};

use super::visitor::{BOTH, Visitor};
use super::{Answer, LIST, Site, quick, with_faults};

/// A site behind one of its forms, and what signs in there.
struct Gate {
    site: Site,
    right: Credentials,
}

impl Gate {
    async fn of(scenario: Scenario) -> Self {
        Self { right: scenario.credentials(), site: Site::start(scenario).await }
    }

    async fn submit(&self, password: &str, rest: &str) -> Answer {
        let request = Request::post(format!("{}/checkpoint/lg/login-submit", self.site.origin))
            .header("content-type", "application/x-www-form-urlencoded");
        let user = percent_encode(&self.right.user);
        self.site
            .send(request, format!("session_key={user}&session_password={password}&session_redirect={LIST}{rest}"))
            .await
    }

    async fn get_with(&self, path: &str, cookies: &[String]) -> Answer {
        let request = Request::get(format!("{}{path}", self.site.origin)).header(COOKIE, cookies.join("; "));
        self.site.send(request, Body::empty()).await
    }

    async fn kinds(&self) -> Vec<String> {
        self.site.audit("/audit").await.into_iter().map(|(kind, _)| kind).collect()
    }
}

/// The cookies of an answer with their attributes.
fn set_cookies(answer: &Answer) -> Vec<String> {
    answer.headers.get_all(SET_COOKIE).iter().map(|value| value.to_str().unwrap().to_owned()).collect()
}

/// The same as a browser sends them.
fn sent_back(answer: &Answer) -> Vec<String> {
    set_cookies(answer).iter().map(|cookie| cookie.split(';').next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn each_form_has_its_shape() {
    for (sign_in, marks, not) in [
        (
            SignIn::Classic,
            &[
                "<input id=\"username\" name=\"session_key\"",
                "<input id=\"password\" name=\"session_password\"",
                "<button type=\"submit\" aria-label=\"Sign in\"",
                "id=\"rememberMeOptIn-checkbox\"",
            ][..],
            "«r1»",
        ),
        (
            SignIn::Form,
            &["autocomplete=\"username webauthn\"", "autocomplete=\"current-password\"", "Keep me signed in"][..],
            " name=\"",
        ),
    ] {
        let gate = Gate::of(Scenario { sign_in, ..quick() }).await;
        let redirect = gate.site.get(LIST).await;
        assert_eq!(redirect.location(), "/login?session_redirect=%2Fmynetwork%2Finvite-connect%2Fconnections%2F");
        for path in [redirect.location(), "/uas/login"] {
            let form = gate.site.get(path).await.text;
            assert!(marks.iter().all(|mark| form.contains(mark)), "{form}");
            let form = form.split_once("<form").unwrap().1;
            assert!(!form.contains(not), "{form}");
        }
        gate.site.end().await;
    }
}

#[tokio::test]
async fn a_wrong_password_says_so_and_is_audited() {
    let gate = Gate::of(Scenario { sign_in: SignIn::Classic, ..quick() }).await;
    let wrong = gate.submit("wrong", "").await.text;
    assert!(wrong.contains("<div id=\"error-for-password\" role=\"alert\">"));
    assert!(wrong.contains("<div id=\"error-for-username\" role=\"alert\" hidden>"));
    gate.site.end().await;
    let gate = Gate::of(Scenario { sign_in: SignIn::Form, ..quick() }).await;
    assert!(gate.submit("wrong", "").await.text.contains("<p role=\"alert\">That’s not the right password</p>"));
    assert_eq!(gate.kinds().await, ["sign-in-refused"]);
    gate.site.end().await;
}

#[tokio::test]
async fn only_the_tick_lets_a_session_outlive_the_browser() {
    let gate = Gate::of(Scenario { sign_in: SignIn::Form, ..quick() }).await;
    let kept = gate.submit(&gate.right.password, "&remember=true").await;
    assert_eq!(kept.location(), LIST);
    let cookies = set_cookies(&kept);
    assert_eq!(cookies.len(), 2);
    assert!(
        cookies.iter().all(|cookie| cookie.contains("Max-Age=31536000") && cookie.contains("HttpOnly")),
        "{cookies:?}"
    );
    let passing = gate.submit(&gate.right.password, "").await;
    let cookies = set_cookies(&passing);
    assert!(cookies.len() == 1 && cookies[0].starts_with("li_at=") && !cookies[0].contains("Max-Age"), "{cookies:?}");
    for answer in [kept, passing] {
        assert_eq!(gate.get_with(LIST, &sent_back(&answer)).await.status, 200);
    }
    gate.site.end().await;
}

#[tokio::test]
async fn signing_out_ends_the_session_on_the_server_and_leaves_the_account_remembered() {
    let gate = Gate::of(Scenario { sign_in: SignIn::Form, ..quick() }).await;
    let cookies = sent_back(&gate.submit(&gate.right.password, "&remember=true").await);
    assert_eq!(gate.get_with("/m/logout/", &cookies).await.location(), "/login");
    assert_eq!(gate.get_with(LIST, &cookies).await.status, 303, "the cookie that the browser kept is worth nothing");
    assert_eq!(gate.get_with("/m/logout/", &cookies).await.location(), "/login");
    assert_eq!(gate.kinds().await, ["signed-in", "signed-out"], "nobody signs out twice");
    let welcome = gate.get_with("/login", &cookies).await.text;
    for mark in ["<h1>Welcome back</h1>", "<div id=\"rememberme-div\">", "r*****@", "Sign in using another account"] {
        assert!(welcome.contains(mark), "{mark}: {welcome}");
    }
    assert!(!welcome.contains("type=\"password\""));
    assert!(gate.get_with("/login?remembered=true", &cookies).await.text.contains("readonly"));
    assert!(!gate.get_with("/login?another=true", &cookies).await.text.contains("Welcome back"));
    assert!(!gate.site.get("/login").await.text.contains("Welcome back"), "another browser is not remembered");
    gate.site.end().await;
}

#[tokio::test]
async fn a_fault_ends_the_session_for_good() {
    let gate = Gate::of(Scenario { sign_in: SignIn::Form, ..with_faults(&["signed-out@feed:2"]) }).await;
    let cookies = sent_back(&gate.submit(&gate.right.password, "").await);
    let mut seen = Vec::new();
    for path in [LIST, "/feed/", "/feed/", LIST] {
        seen.push(gate.get_with(path, &cookies).await.status);
    }
    assert_eq!(seen, [200, 200, 303, 303]);
    gate.site.end().await;
}

#[tokio::test]
async fn a_challenge_may_hold_up_a_sign_in() {
    for kind in ["captcha", "checkpoint", "two-step", "unusual"] {
        let gate = Gate::of(Scenario { sign_in: SignIn::Form, ..with_faults(&[&format!("{kind}@sign-in:1")]) }).await;
        let held = gate.submit(&gate.right.password, "&remember=true").await;
        assert!(held.location().starts_with("/checkpoint/challenge/") && set_cookies(&held).is_empty(), "{kind}");
        let answer = Request::post(format!("{}{}", gate.site.origin, held.location()));
        let admitted = gate.site.send(answer, "pin=123456").await;
        assert_eq!((admitted.location(), set_cookies(&admitted).len()), (LIST, 2), "{kind}");
        assert_eq!(gate.get_with(LIST, &sent_back(&admitted)).await.status, 200);
        assert_eq!(gate.kinds().await, ["challenge-answered", "signed-in"]);
        gate.site.end().await;
    }
}

#[tokio::test]
async fn the_wall_has_two_forms_and_the_second_signs_in() {
    let gate = Gate::of(Scenario { sign_in: SignIn::Form, ..quick() }).await;
    let wall = gate.site.get("/authwall?trk=bf&sessionRedirect=%2Fin%2Flenavogt%2F").await.text;
    let (join, sign_in) = wall.split_once("<form data-id=\"sign-in-form\"").unwrap();
    assert!(join.contains("id=\"password\"") && join.contains("id=\"email-or-phone\""));
    for mark in ["id=\"session_key\"", "id=\"session_password\"", "value=\"/in/lenavogt/\"", "loginCsrfParam"] {
        assert!(sign_in.contains(mark), "{mark}");
    }
    gate.site.end().await;
}

#[tokio::test]
async fn german_forms_are_german() {
    let gate = Gate::of(Scenario { sign_in: SignIn::Form, language: Language::De, ..quick() }).await;
    let form = gate.site.get("/login").await.text;
    assert!(form.contains("<html lang=\"de\"") && form.contains("Einloggen") && form.contains("Passwort"));
    assert!(gate.submit("falsch", "").await.text.contains("Das Passwort stimmt nicht"));
    gate.site.end().await;
}

#[tokio::test]
async fn people_sign_in_and_out_in_a_browser() {
    for kind in BOTH {
        for sign_in in [SignIn::Form, SignIn::Classic] {
            let gate = Gate::of(Scenario { sign_in, ..quick() }).await;
            let mut visitor = Visitor::open(kind, &gate.site.origin).await;
            visitor.goto("/in/lenavogt/").await;
            visitor.fill("//input[starts-with(@autocomplete, 'username')]", &gate.right.user).await;
            visitor.fill("//input[@type='password']", &gate.right.password).await;
            visitor.click("//button[@type='submit'][.='Sign in']").await;
            visitor.sees("//h2[.='✨ Lena Vogt']").await;
            visitor.click("//button[contains(@class, 'me')][contains(., 'Me')]").await;
            visitor.click("//a[.='Sign Out']").await;
            visitor.click("//div[@id='rememberme-div']//button").await;
            visitor.fill("//input[@type='password']", &gate.right.password).await;
            visitor.click("//button[@type='submit'][.='Sign in']").await;
            visitor.sees("//h2[.='Robin Practice']").await;
            assert_eq!(
                gate.kinds().await,
                ["signed-in", "profile-view", "signed-out", "signed-in"],
                "{kind} {sign_in}"
            );
            visitor.close().await;
            gate.site.end().await;
        }
    }
}
