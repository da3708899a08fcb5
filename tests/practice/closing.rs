//! Closing the account over HTTP: the order of the pages, what they say, what is checked, what is done at the end.

use axum::body::Body;
use axum::http::Request;
use axum::http::header::{COOKIE, SET_COOKIE};
use exeunt::practice::scenario::{Language, Scenario, SignIn};
use serde_json::{Value, json};

use super::{Answer, Site, TOKEN, quick, with_faults};

const CLOSE: &str = "/mypreferences/d/close-accounts";
const OLD_CLOSE: &str = "/psettings/account-management/close-account";
pub(super) const ALL: [&str; 4] = ["sdui-2026", "sdui-2025", "ember-2020", "contacts-2014"];

pub(super) fn of(generation: &str) -> Scenario {
    Scenario { ui: format!("close={generation}").parse().unwrap(), ..quick() }
}

/// Somebody who closes the account without a browser: what the pages' scripts and forms send.
pub(super) struct Leaver<'a> {
    site: &'a Site,
    submit: String,
    pub(super) form: bool,
    pub(super) page: Answer,
}

impl<'a> Leaver<'a> {
    pub(super) async fn at(site: &'a Site, first: &str) -> Self {
        let page = site.get(first).await;
        let form = page.text.contains("contacts.css");
        let submit = match first {
            OLD_CLOSE => "/psettings/account-management/close-submit".to_owned(),
            _ => format!("{first}/submit"),
        };
        Self { site, submit, form, page }
    }

    /// The address of the first page is the right one for `generation`.
    pub(super) async fn closing(site: &'a Site, generation: &str) -> Self {
        let old = matches!(generation, "ember-2020" | "contacts-2014");
        Self::at(site, if old { OLD_CLOSE } else { CLOSE }).await
    }

    /// A value of the page's data, which is escaped where it stands as text.
    pub(super) fn about(&self, key: &str) -> String {
        let text = self.page.text.replace("&quot;", "\"");
        let (_, rest) = text.split_once(&format!("\"{key}\":\"")).unwrap_or_else(|| panic!("{key}: {text}"));
        rest.split('"').next().unwrap().to_owned()
    }

    /// Sends answers and goes where they lead; the answer itself comes back.
    pub(super) async fn sends(&mut self, answers: Value) -> Answer {
        let mut all = json!({ "u": self.about("token"), "step": self.about("step"), "csrfToken": TOKEN });
        all.as_object_mut().unwrap().extend(answers.as_object().unwrap().clone());
        let request =
            Request::post(format!("{}{}", self.site.origin, self.submit)).header(COOKIE, format!("JSESSIONID={TOKEN}"));
        let answer = if self.form {
            let pairs: Vec<String> = all
                .as_object()
                .unwrap()
                .iter()
                .map(|(key, value)| format!("{key}={}", value.as_str().unwrap().replace(' ', "+")))
                .collect();
            let request = request.header("content-type", "application/x-www-form-urlencoded");
            self.site.send(request, pairs.join("&")).await
        } else {
            self.site.send(request.header("content-type", "application/json"), all.to_string()).await
        };
        let onward = match answer.status {
            303 => Some(answer.location().to_owned()),
            200 => answer.json()["to"].as_str().map(str::to_owned),
            _ => None,
        };
        if let Some(onward) = onward {
            self.page = self.site.get(&onward).await;
        }
        answer
    }

    /// Answers every page up to the one with this step, rightly.
    pub(super) async fn until(&mut self, step: &str) {
        for _ in 0..8 {
            let now = self.about("step");
            if now == step {
                return;
            }
            let answers = self.right(&now).await;
            self.sends(answers).await;
        }
        panic!("no page {step}");
    }

    pub(super) async fn right(&self, step: &str) -> Value {
        let password = Scenario::default().credentials().password;
        match step {
            "reason" => json!({ "reason": "3" }),
            "verify" if self.form => json!({ "password": password, "code": code(self.site).await }),
            "verify" => json!({ "password": password }),
            "pin" => json!({ "code": code(self.site).await }),
            _ => json!({}),
        }
    }

    /// Answers every page rightly until there is nothing more to answer.
    pub(super) async fn finish(&mut self) {
        while self.page.status == 200 && self.page.text.replace("&quot;", "\"").contains("\"step\":\"") {
            let answers = self.right(&self.about("step")).await;
            self.sends(answers).await;
        }
    }
}

/// The code that was mailed last.
pub(super) async fn code(site: &Site) -> String {
    let mail = site.ask_control(axum::http::Method::GET, "/mail", "").await.json();
    mail.as_array().unwrap().last().unwrap()["code"].as_str().unwrap().to_owned()
}

pub(super) async fn kinds(site: &Site) -> Vec<String> {
    site.audit("/audit").await.into_iter().map(|(kind, _)| kind).collect()
}

/// A date as the English pages write it, so many days from now.
fn in_days(days: i64) -> String {
    let day = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    day.saturating_add(jiff::Span::new().days(days)).strftime("%B %-d, %Y").to_string()
}

#[tokio::test]
async fn every_variant_asks_in_its_order_and_closes_once() {
    for (generation, steps, days) in [
        ("sdui-2026", &["confirm", "reason", "verify"][..], 14),
        ("sdui-2025", &["confirm", "reason", "verify"], 14),
        ("ember-2020", &["reason", "verify"], 14),
        ("contacts-2014", &["verify", "reason"], 20),
    ] {
        let site = Site::start(of(generation)).await;
        let mut leaver = Leaver::closing(&site, generation).await;
        let before = in_days(days);
        for step in steps {
            assert_eq!(leaver.about("step"), *step, "{generation}");
            assert_eq!(kinds(&site).await, [""; 0], "{generation}: looking does nothing");
            let answers = leaver.right(step).await;
            leaver.sends(answers).await;
        }
        let end = &leaver.page.text;
        assert!(end.contains("<h1>Your account is closed</h1>") && end.contains("Search engines may still"), "{end}");
        // The day may change while the test runs.
        let dates = [before, in_days(days)];
        assert!(dates.iter().any(|date| end.contains(&format!("by signing in until {date}."))), "{generation}: {end}");
        assert!(!end.contains("Robin"), "nobody is signed in any more");
        assert_eq!(kinds(&site).await, ["closed"], "{generation}");
        for path in ["/feed/", "/mypreferences/d/", CLOSE, "/mynetwork/invite-connect/connections/"] {
            let mut answer = site.get(path).await;
            if answer.location().starts_with("/psettings") {
                answer = site.get(answer.location()).await;
            }
            assert!(answer.location().starts_with("/login"), "{generation} {path}: {}", answer.location());
        }
        site.end().await;
    }
}

#[tokio::test]
async fn the_pages_say_what_they_should() {
    for (generation, marks) in [
        (
            "sdui-2026",
            &[
                ("confirm", "<h1>Close and delete account</h1>"),
                ("confirm", "Robin, we’re sorry to see you go"),
                ("confirm", "You’ll lose your connections, messages, endorsements, and recommendations."),
                ("confirm", ">Continue</button>"),
                ("reason", "Tell us the reason for closing your account:"),
                ("reason", "I have a privacy concern"),
                ("reason", "Please provide a little more information to help us improve"),
                ("reason", "data-deed disabled>Next</button>"),
                ("verify", "Enter your password to close this account"),
                ("verify", "type=\"password\" autocomplete=\"current-password\">"),
                ("verify", "<input id=\"«ru»\" type=\"checkbox\">"),
                ("verify", "data-deed disabled>Done</button>"),
            ][..],
        ),
        (
            "sdui-2025",
            &[
                ("confirm", "<h1>Close account</h1>"),
                ("confirm", "data-view-name=\"settings-leave"),
                ("verify", "disabled>Close account</button>"),
            ],
        ),
        (
            "ember-2020",
            &[
                ("reason", "Don’t lose touch with your 60 connections like "),
                ("reason", "Tell us why you’re closing your account:"),
                ("reason", "Your feedback matters. Is there anything else you’d like us to know?"),
                ("verify", "<span class=\"artdeco-button__text\">Close account</span>"),
            ],
        ),
        (
            "contacts-2014",
            &[
                ("verify", "name=\"password\""),
                ("verify", "name=\"code\""),
                ("verify", "value=\"Verify Account\""),
                ("reason", "Don’t lose touch with your 60 connections like "),
                ("reason", "type=\"submit\" value=\"Close Account\""),
            ],
        ),
    ] {
        let site = Site::start(of(generation)).await;
        let mut leaver = Leaver::closing(&site, generation).await;
        for (step, mark) in marks {
            leaver.until(step).await;
            assert!(leaver.page.text.contains(mark), "{generation} {step}: {mark}\n{}", leaver.page.text);
            assert!(leaver.page.text.contains("name=\"csrfToken\" value=\"ajax:1\""), "{generation} {step}");
            assert!(leaver.page.text.contains("style=\"display: none\" hidden"), "{generation} {step}");
            assert!(leaver.page.text.contains("This is a practice site."), "{generation} {step}");
        }
        site.end().await;
    }
}

#[tokio::test]
async fn the_wrong_password_and_the_wrong_code_are_said_and_audited() {
    for generation in ALL {
        let site = Site::start(of(generation)).await;
        let mut leaver = Leaver::closing(&site, generation).await;
        leaver.until("verify").await;
        let wrong = leaver.sends(json!({ "password": "wrong", "code": "000000" })).await;
        let said = if leaver.form { leaver.page.text.clone() } else { wrong.json()["message"].to_string() };
        assert!(said.contains("Hmm, that’s not the right password"), "{generation}: {said}");
        leaver.until("verify").await;
        if leaver.form {
            let password = Scenario::default().credentials().password;
            leaver.sends(json!({ "password": password, "code": "00 00 00" })).await;
            assert!(leaver.page.text.contains("Hmm, that’s not the right code"), "{}", leaver.page.text);
        }
        let expected: &[&str] = if leaver.form { &["password-wrong", "code-wrong"] } else { &["password-wrong"] };
        assert_eq!(kinds(&site).await, expected, "{generation}");
        leaver.finish().await;
        assert_eq!(kinds(&site).await.last().unwrap(), "closed", "{generation}");
        site.end().await;
    }
}

#[tokio::test]
async fn nothing_is_skipped_and_nothing_is_done_twice() {
    let site = Site::start(quick()).await;
    let mut leaver = Leaver::closing(&site, "sdui-2026").await;
    let first = leaver.about("token");
    let skipped = site.get(&format!("{CLOSE}/verify?u={first}")).await;
    assert_eq!(skipped.location(), CLOSE, "a page that has not come yet begins anew");
    let password = Scenario::default().credentials().password;
    let ahead = leaver.sends(json!({ "step": "verify", "password": password })).await;
    assert_eq!(ahead.json()["to"], CLOSE);
    leaver.until("verify").await;
    let last = (leaver.about("token"), leaver.submit.clone());
    leaver.finish().await;
    assert_eq!(kinds(&site).await, ["closed"]);
    let again = json!({ "u": last.0, "step": "verify", "csrfToken": TOKEN, "password": password });
    assert_eq!(site.call(&last.1, again).await.json()["to"], "/login");
    assert_eq!(kinds(&site).await, ["closed"]);
    site.end().await;
}

#[tokio::test]
async fn a_form_without_the_token_is_refused() {
    let site = Site::start(quick()).await;
    let mut leaver = Leaver::closing(&site, "sdui-2026").await;
    assert_eq!(leaver.sends(json!({ "csrfToken": "ajax:2" })).await.status, 403);
    assert_eq!(kinds(&site).await, [""; 0]);
    site.end().await;
}

#[tokio::test]
async fn the_tick_unsubscribes() {
    let site = Site::start(quick()).await;
    let mut leaver = Leaver::closing(&site, "sdui-2026").await;
    leaver.until("verify").await;
    let password = Scenario::default().credentials().password;
    leaver.sends(json!({ "password": password, "unsubscribe": true })).await;
    assert_eq!(kinds(&site).await, ["closed", "unsubscribed"]);
    site.end().await;
}

#[tokio::test]
async fn a_closure_takes_the_cookies_and_signing_in_reopens() {
    let site = Site::start(Scenario { sign_in: SignIn::Form, ..quick() }).await;
    let right = Scenario::default().credentials();
    let sign_in = async || {
        let request = Request::post(format!("{}/checkpoint/lg/login-submit", site.origin))
            .header("content-type", "application/x-www-form-urlencoded");
        let user = exeunt::event::id::percent_encode(&right.user);
        let body =
            format!("session_key={user}&session_password={}&session_redirect=/feed/&remember=true", right.password);
        site.send(request, body).await
    };
    let cookies = |answer: &Answer| {
        let set = answer.headers.get_all(SET_COOKIE).iter().map(|cookie| cookie.to_str().unwrap());
        let mut cookies: Vec<&str> = set.map(|cookie| cookie.split(';').next().unwrap()).collect();
        cookies.push("JSESSIONID=ajax:1");
        cookies.join("; ")
    };
    let mine = cookies(&sign_in().await);
    let get = async |path: &str| {
        let request = Request::get(format!("{}{path}", site.origin)).header(COOKIE, &mine);
        site.send(request, Body::empty()).await
    };
    let post = async |body: Value| {
        let request = Request::post(format!("{}{CLOSE}/submit", site.origin))
            .header(COOKIE, &mine)
            .header("content-type", "application/json");
        site.send(request, body.to_string()).await
    };
    let page = get(CLOSE).await.text;
    let token = page.split_once("\"token\":\"").unwrap().1.split('"').next().unwrap().to_owned();
    let mut answer = post(json!({ "u": token, "step": "confirm", "csrfToken": TOKEN })).await;
    for rest in [json!({ "step": "reason", "reason": "5" }), json!({ "step": "verify", "password": right.password })] {
        assert_eq!(answer.status, 200, "{}", answer.text);
        let mut all = json!({ "u": token, "csrfToken": TOKEN });
        all.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        answer = post(all).await;
    }
    let gone: Vec<&str> = answer.headers.get_all(SET_COOKIE).iter().map(|cookie| cookie.to_str().unwrap()).collect();
    assert_eq!(gone, ["li_at", "li_rm", "JSESSIONID"].map(|name| format!("{name}=; Path=/; Max-Age=0")));
    assert!(get("/feed/").await.location().starts_with("/login"), "the old session is worth nothing");
    assert!(!get("/login").await.text.contains("Welcome back"), "nobody is remembered");
    let back = sign_in().await;
    assert_eq!(back.location(), "/welcome-back?session_redirect=%2Ffeed%2F");
    let welcome = site.get(back.location()).await.text;
    assert!(welcome.contains("Welcome back, Robin") && welcome.contains("href=\"/feed/\""), "{welcome}");
    assert_eq!(kinds(&site).await, ["signed-in", "closed", "signed-in", "reopened"]);
    assert_eq!(sign_in().await.location(), "/feed/", "it is reopened once");
    let people = site.ask_control(axum::http::Method::GET, "/people", "").await.json();
    let lost = |person: &Value| person["relation"] != "pending" && person["relation"] != "follow-only";
    assert!(people.as_array().unwrap().iter().all(lost), "invitations and follows do not come back");
    site.end().await;
}

#[tokio::test]
async fn after_its_time_a_closed_account_is_nobodys() {
    let site = Site::start(quick()).await;
    Leaver::closing(&site, "sdui-2026").await.finish().await;
    let right = Scenario::default().credentials();
    let sign_in = async || {
        let request = Request::post(format!("{}/checkpoint/lg/login-submit", site.origin))
            .header("content-type", "application/x-www-form-urlencoded");
        let user = exeunt::event::id::percent_encode(&right.user);
        site.send(request, format!("session_key={user}&session_password={}", right.password)).await
    };
    assert_eq!(site.ask_control(axum::http::Method::POST, "/clock", "-1h").await.status, 400);
    assert_eq!(site.ask_control(axum::http::Method::POST, "/clock", "337h").await.status, 200);
    assert!(sign_in().await.text.contains("Nobody here has that e-mail address"));
    assert_eq!(kinds(&site).await, ["closed", "sign-in-refused"]);
    site.end().await;
}

#[tokio::test]
async fn german_pages_of_closing_are_german() {
    for generation in ALL {
        let site = Site::start(Scenario { language: Language::De, ..of(generation) }).await;
        let mut leaver = Leaver::closing(&site, generation).await;
        leaver.until("reason").await;
        assert!(leaver.page.text.contains("Datenschutz macht mir Sorgen."), "{generation}");
        leaver.finish().await;
        let end = &leaver.page.text;
        assert!(end.contains("<h1>Ihr Konto ist geschlossen</h1>") && end.contains("lang=\"de\""), "{end}");
        site.end().await;
    }
}

#[tokio::test]
async fn faults_of_a_page_strike_here_too() {
    let site = Site::start(with_faults(&["429@close:1", "signed-out@close:3", "captcha@close:5"])).await;
    assert_eq!(site.get(CLOSE).await.status, 429);
    let mut leaver = Leaver::closing(&site, "sdui-2026").await;
    leaver.sends(json!({})).await;
    assert!(leaver.page.location().starts_with("/login"), "the third load");
    leaver = Leaver::closing(&site, "sdui-2026").await;
    leaver.sends(json!({})).await;
    let challenge = leaver.page.location().to_owned();
    let answered = site.send(Request::post(format!("{}{challenge}", site.origin)), "").await;
    assert!(answered.location().starts_with(&format!("{CLOSE}/reason?u=")), "{}", answered.location());
    site.end().await;
}
