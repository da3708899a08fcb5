//! The last page: what was done, and until when it can be undone. It needs no session, because there is none any more.

use axum::http::header::SET_COOKIE;
use axum::response::{AppendHeaders, IntoResponse as _, Response};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use maud::html;

use crate::practice::gate_words::GateWords;
use crate::practice::leaving_words::LeavingWords;
use crate::practice::pages::plain;
use crate::practice::scenario::{Language, Page, WayBack};
use crate::practice::vary_words::VaryWords;
use crate::practice::words::Words;
use crate::practice::world::World;

/// The last part of its address.
pub(super) const NAME: &str = "farewell";

/// What takes all cookies of this site out of a browser.
pub(super) fn no_cookies() -> AppendHeaders<Vec<(axum::http::HeaderName, String)>> {
    let gone = |name: &str| (SET_COOKIE, format!("{name}=; Path=/; Max-Age=0"));
    AppendHeaders(vec![gone("li_at"), gone("li_rm"), gone("JSESSIONID")])
}

/// The page, where the way out of `token` has come to its end.
pub(super) fn page(world: &World, token: &str) -> Option<Response> {
    let (what, until) = {
        let inner = world.now();
        let leave = inner.leaves.get(token)?;
        (leave.what, leave.farewell?)
    };
    let language = world.scenario.language;
    let (words, gates) = (LeavingWords::of(language), GateWords::of(language));
    let (other, drawn) = (VaryWords::of(language), world.scenario.vary.family.of("farewell"));
    let (title, texts) = match what {
        Page::Hibernate => (
            words.hibernated_title,
            vec![
                words.hibernated_text.to_owned(),
                words.hibernated_until.replace("{D}", &date_and_time(language, until)),
            ],
        ),
        // In other words than those that were told of.
        _ if drawn == "we-closed" => {
            (other.closed_we, vec![words.closed_search.to_owned(), other.closed_back.to_owned()])
        }
        _ if drawn == "sorry" => (other.closed_sorry, vec![words.closed_search.to_owned()]),
        _ if drawn == "long" => (words.closed_title, vec![other.closed_long.to_owned()]),
        _ => (
            words.closed_title,
            vec![
                words.closed_text.to_owned(),
                words.closed_search.to_owned(),
                match world.scenario.vary.way_back {
                    WayBack::Date => words.closed_reopen.replace("{D}", &date(language, until)),
                    WayBack::Days => words.closed_reopen_days.to_owned(),
                },
            ],
        ),
    };
    let body = html! {
        main.form-page {
            h1 { (title) }
            @for text in &texts { p { (text) } }
        }
    };
    Some(plain::page(gates, title, body).into_response())
}

/// "December 6, 2026", in UTC.
fn date(language: Language, at: Timestamp) -> String {
    Words::of(language).date(at.to_zoned(TimeZone::UTC).date())
}

/// "November 23, 2026, 13:05 UTC".
pub(in crate::practice) fn date_and_time(language: Language, at: Timestamp) -> String {
    let local = at.to_zoned(TimeZone::UTC);
    format!("{}, {:02}:{:02} UTC", date(language, at), local.hour(), local.minute())
}
