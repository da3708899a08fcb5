//! A profile of generation `sdui-2026`.
//!
//! No `h1`; the row of actions exists three times, in a bar that sticks to the upper edge and in a wide and a narrow form
//! of the top card, and one of them is displayed. The scripts `profile.js` and `actions.js` draw them.

use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use serde_json::{Value, json};

use crate::event::id::Slug;
use crate::practice::calls;
use crate::practice::chance;
use crate::practice::fault;
use crate::practice::people::Person;
use crate::practice::photo;
use crate::practice::profile_words::ProfileWords;
use crate::practice::relation::Relation;
use crate::practice::words::Words;
use crate::practice::world::World;

use super::super::pauses::pauses;
use super::super::shell::{self, Screen};
use super::super::visit::Visit;
use super::cards;

/// On how many of a hundred strangers' profiles a message can be sent without a connection.
const OPEN_PROFILES: u8 = 50;

/// The account's own profile.
pub(in crate::practice) fn own(visit: &Visit) -> Response {
    let account = &visit.account;
    let slug = account.slug.encoded();
    let texts = ProfileWords::of(visit.language);
    let data = json!({
        "relation": "self",
        "person": {
            "vanityName": slug,
            "name": account.name,
            "first": account.name,
            "member": "ACoAABself",
            "photo": account.photo,
            "headline": "",
            "place": texts.places[0],
        },
        "editIntro": format!("/in/{slug}/edit/intro/"),
        "pauses": { "draw": 0, "menu": 0, "dialog": 0 },
        "cards": [],
        "others": [],
        "words": page_words(visit.words, texts),
    });
    answer(visit, &account.name, data)
}

/// Somebody else's profile at the address `slug`.
pub(in crate::practice) fn theirs(world: &World, visit: &Visit, person: &Person, slug: &Slug) -> Response {
    let texts = ProfileWords::of(visit.language);
    let handle = person.handle();
    let mut inner = world.now();
    let relation = inner.relation(handle).unwrap_or(Relation::None);
    let load = inner.token(world.scenario.seed, "load");
    drop(inner);
    let open = chance::happens(chance::bits(world.scenario.seed, "open profile", handle), OPEN_PROFILES);
    let headline = match person.company.is_empty() {
        true => texts.quoting_headline.to_owned(),
        false => calls::headline(visit.words, person),
    };
    let place = chance::bits(world.scenario.seed, "place", handle) as usize % texts.places.len();
    let data = json!({
        "relation": relation,
        "person": {
            "vanityName": slug.encoded(),
            "name": person.shown,
            "first": person.first,
            "member": person.member,
            "photo": photo::photo_of(world, handle),
            "headline": headline,
            "place": texts.places[place],
        },
        "canMessage": relation == Relation::Connected || open,
        "stubborn": calls::is_stubborn(world, handle),
        "menus": !visit.has(fault::Kind::NoMenu),
        "pauses": pauses(world, &load),
        "cards": cards::of(world, person, texts),
        "others": cards::others(world, visit, handle),
        "words": page_words(visit.words, texts),
    });
    answer(visit, &person.shown, data)
}

fn answer(visit: &Visit, title: &str, data: Value) -> Response {
    let member = data["person"]["member"].as_str().unwrap_or_default().to_owned();
    let body = html! {
        div.columns role="main" data-sdui-screen="com.linkedin.sdui.flagshipnav.profile.Profile" {
            div {
                (top_card(visit, &format!("com.linkedin.sdui.profile.card.ref{member}Topcard")))
                div.cards data-testid="lazy-column" data-component-type="LazyColumn" {}
            }
            aside {
                section.panel.others {}
                (shell::footer(visit.words))
            }
        }
    };
    // The bar stands before the pane that scrolls, not in it.
    let before = html! { div.stuck role="toolbar" {} };
    let screen = Screen { title, script: Some("profile.js"), data, body, before };
    visit.answer(StatusCode::OK, shell::page(visit, &screen))
}

/// The frame of the card: its key stood on a `section` first, later on a `div`, may be an id, and may stand on several elements.
fn top_card(visit: &Visit, key: &str) -> Markup {
    match visit.family.of("top-card") {
        "div" => html! { div componentkey=(key) { section.panel.profile componentkey="c3a7e0" {} } },
        "id" => html! { div id=(key) { section.panel.profile {} } },
        "nested" => html! { div componentkey=(key) { div componentkey=(key) { section.panel.profile {} } } },
        _ => html! { section.panel.profile componentkey=(key) {} },
    }
}

fn page_words(words: &Words, texts: &ProfileWords) -> Value {
    json!({
        "photoOf": words.photo_of,
        "message": words.message,
        "connect": words.connect,
        "removeItem": words.remove_item,
        "reportItem": words.report_item,
        "dialogTitle": words.dialog_title,
        "dialogText": words.dialog_text,
        "dialogMore": words.dialog_more,
        "dismiss": words.dismiss,
        "cancel": words.cancel,
        "confirm": words.confirm,
        "editIntro": words.edit_intro,
        "firstDegree": words.first_degree,
        "secondDegree": words.second_degree,
        "more": texts.more,
        "contactInfo": texts.contact_info,
        "manyConnections": texts.many_connections,
        "sendProfile": texts.send_profile,
        "savePdf": texts.save_pdf,
        "requestRecommendation": texts.request_recommendation,
        "recommend": texts.recommend,
        "aboutProfile": texts.about_profile,
        "follow": texts.follow,
        "followLabel": texts.follow_label,
        "following": texts.following,
        "followingLabel": texts.following_label,
        "unfollow": texts.unfollow,
        "unfollowTitle": texts.unfollow_title,
        "unfollowText": texts.unfollow_text,
        "connectLabel": texts.connect_label,
        "pending": texts.pending,
        "pendingLabel": texts.pending_label,
        "withdraw": texts.withdraw,
        "withdrawTitle": texts.withdraw_title,
        "withdrawText": texts.withdraw_text,
        "moreProfiles": texts.more_profiles,
        "openTo": texts.open_to,
        "addSection": texts.add_section,
    })
}
