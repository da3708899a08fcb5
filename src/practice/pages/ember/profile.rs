//! One person's profile: a sticky header that shows only after scrolling and stands first in the document, the card with
//! the name, and people beside it who have degrees and buttons of their own.

use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use serde_json::json;

use crate::event::id::Slug;
use crate::practice::audit::Kind;
use crate::practice::calls;
use crate::practice::pages::shell;
use crate::practice::pages::visit::Visit;
use crate::practice::people::Person;
use crate::practice::photo;
use crate::practice::relation::Relation;
use crate::practice::world::World;

use super::actions::{self, Place};
use super::degree::{badge, degree};
use super::missing;
use super::sidebar;
use super::stage::{Screen, Stage, encoded, notices};

/// The relations that a click on the page can lead to.
const LATER: [(&str, Relation); 3] =
    [("none", Relation::None), ("pending", Relation::Pending), ("follow-only", Relation::FollowOnly)];

/// The profile of `slug`, or the page that says that there is none.
pub(in crate::practice) fn answer(world: &World, visit: &Visit, slug: &Slug) -> Response {
    if *slug == visit.account.slug {
        return own(&Stage::new(world, visit), slug);
    }
    let mut inner = world.now();
    let found = inner.person(slug.as_str()).map(|(person, _)| person.clone());
    let (Some(person), Some(relation)) = (found, inner.relation(slug.as_str())) else {
        drop(inner);
        return missing::answer(world, visit);
    };
    inner.record(Kind::ProfileView, Some(person.handle()), None);
    drop(inner);
    theirs(&Stage::new(world, visit), &person, relation)
}

fn own(stage: &Stage<'_>, slug: &Slug) -> Response {
    let account = &stage.visit.account;
    let body = layout(
        stage,
        &html! {},
        &html! {
            img.pv-top-card-profile-picture__image src=(account.photo) alt=(account.name) width="152" height="152";
            h1 dir="auto" { (account.name) }
            div class="pvs-profile-actions" { (actions::own_row(stage, slug)) }
        },
        &html! {},
    );
    let screen = Screen { title: &account.name, script: Some("ember-profile.js"), blocks: Vec::new(), body };
    stage.visit.answer(StatusCode::OK, stage.page(screen))
}

fn theirs(stage: &Stage<'_>, person: &Person, relation: Relation) -> Response {
    let (words, handle) = (stage.words, person.handle());
    let photo = photo::photo_of(stage.world, handle);
    let row = |relation| {
        html! {
            div class={ "pvs-profile-actions " (stage.hashed("actions")) } {
                (actions::row(stage, person, relation, Place::Profile))
            }
        }
    };
    let sticky = html! {
        div class="pv-profile-sticky-header-v2__container" {
            img src=(photo) alt="" width="40" height="40";
            div.pv-profile-sticky-header-v2__name dir="auto" { (person.shown) }
            div.pv-profile-sticky-header-v2__actions-container { (row(relation)) }
        }
    };
    let card = html! {
        img.pv-top-card-profile-picture__image src=(photo) width="152" height="152"
            alt=(words.shared.photo_of.replace("{N}", &person.shown));
        div class={ "mt2 " (stage.hashed("name")) } {
            h1 class={ "inline t-24 " (stage.hashed("heading")) } dir="auto" { (person.shown) }
            (badge(degree(words, relation)))
        }
        div.text-body-medium dir="auto" {
            @if !person.company.is_empty() { (calls::headline(words.shared, person)) }
        }
        a #top-card-text-details-contact-info href={ "/in/" (encoded(person)) "/overlay/contact-info/" } {
            (words.contact_info)
        }
        (row(relation))
    };
    let body = html! {
        (layout(stage, &sticky, &card, &sidebar::also_viewed(stage, person)))
        // What takes the place of both rows when the relation changes, without a reload.
        @for (name, relation) in LATER { template id={ "row-" (name) } { (row(relation)) (row(relation)) } }
    };
    let profile = json!({
        "entityUrn": format!("urn:li:fsd_profile:{}", person.member),
        "publicIdentifier": person.slug.as_ref().map(Slug::as_str),
        "firstName": person.first,
        "lastName": person.last,
        "relation": relation,
    });
    let blocks = vec![("/voyager/api/identity/dash/profiles", profile)];
    let screen = Screen { title: &person.shown, script: Some("ember-profile.js"), blocks, body };
    stage.visit.answer(StatusCode::OK, stage.page(screen))
}

/// The sticky header stands before everything else of the page.
fn layout(stage: &Stage<'_>, sticky: &Markup, card: &Markup, beside: &Markup) -> Markup {
    html! {
        (sticky)
        div.scaffold-layout__row {
            main.scaffold-layout__main tabindex="-1" {
                (notices(stage))
                section class={ "artdeco-card pv-top-card " (stage.hashed("top card")) } {
                    div.pv-top-card__banner {}
                    div.ph5 { (card) }
                }
                @for [title, text] in stage.words.profile_parts {
                    section class="artdeco-card pv-profile-card" {
                        h2 { (title) }
                        p { (text) }
                    }
                }
            }
            aside.scaffold-layout__aside {
                (beside)
                (shell::footer(stage.words.shared))
            }
        }
    }
}
