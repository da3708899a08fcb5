//! The settings: rows that lead on, in four generations, and the tokens that are in every document of them.

pub(in crate::practice) mod sdui;

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::{Markup, html};
use serde_json::json;

use crate::practice::fault::{Moment, Place};
use crate::practice::scenario::{Generation, Page};
use crate::practice::settings_words::{
    CATEGORIES, CLOSE, Category, EXPORT, HIBERNATE, MANAGEMENT, Row, row_text, said,
};
use crate::practice::world::World;

use super::visit::{self, Visit};
use super::{contacts, ember, leaving, missing};

/// A row as a page shows it.
pub(in crate::practice) struct Shown {
    pub(in crate::practice) text: &'static str,
    pub(in crate::practice) href: String,
}

/// Rows under their heading.
pub(in crate::practice) struct Group {
    pub(in crate::practice) heading: &'static str,
    pub(in crate::practice) rows: Vec<Shown>,
}

/// The address of a category in `generation`.
pub(in crate::practice) fn category_address(generation: Generation, slug: &str) -> String {
    match generation {
        Generation::Ember2020 | Generation::Contacts2014 => format!("/psettings/{slug}"),
        _ => format!("/mypreferences/d/categories/{slug}"),
    }
}

/// `GET /mypreferences/d/` and `GET /psettings/`.
pub(in crate::practice) async fn home(State(world): State<Arc<World>>, uri: Uri, headers: HeaderMap) -> Response {
    if !visit::is_signed_in(&world, &headers) {
        return visit::to_sign_in(&uri);
    }
    Redirect::to(&category_address(world.generation(Page::Settings), "account")).into_response()
}

/// `GET` of one category.
pub(in crate::practice) async fn category(
    State(world): State<Arc<World>>,
    Path(slug): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let Some(category) = CATEGORIES.iter().find(|category| category.slug == slug) else {
        return missing::missing(State(world), headers).await;
    };
    let own = category_address(world.generation(Page::Settings), &slug);
    if uri.path() != own {
        return Redirect::to(&own).into_response();
    }
    let visit = match visit::enter(&world, Page::Settings, &uri, &headers).await {
        Ok(visit) => visit,
        Err(instead) => return instead,
    };
    let groups = groups(&world, &visit, category);
    match visit.generation {
        Generation::Ember2020 => ember::settings::category(&world, &visit, category, &groups),
        Generation::Contacts2014 => contacts::settings::category(&visit, category, &groups),
        _ => sdui::category(&visit, category, &groups),
    }
}

/// `GET` of a setting that is not one of those that end accounts: it can be looked at and not be set.
pub(in crate::practice) async fn leaf(State(world): State<Arc<World>>, uri: Uri, headers: HeaderMap) -> Response {
    let rows = CATEGORIES.iter().flat_map(|category| category.sections).flat_map(|section| section.rows);
    let Some(row) = rows.into_iter().find(|row| row.href == uri.path()) else {
        return missing::missing(State(world), headers).await;
    };
    let visit = match visit::enter(&world, Page::Settings, &uri, &headers).await {
        Ok(visit) => visit,
        Err(instead) => return instead,
    };
    let title = row_text(row, visit.generation, visit.language);
    match visit.generation {
        Generation::Ember2020 => ember::settings::leaf(&world, &visit, title),
        Generation::Contacts2014 => contacts::settings::leaf(&visit, title),
        _ => sdui::leaf(&visit, title),
    }
}

/// The rows of a category, without those that a fault takes away.
fn groups(world: &World, visit: &Visit, category: &Category) -> Vec<Group> {
    let mut gone = Vec::new();
    if category.sections.iter().any(|section| section.heading == MANAGEMENT) {
        let mut inner = world.now();
        for (page, href) in [(Page::Close, CLOSE), (Page::Hibernate, HIBERNATE)] {
            if !inner.visit_at(Place::Page(page), Moment::Row).is_empty() {
                gone.push(href);
            }
        }
    }
    let shown = |row: &Row| Shown {
        text: row_text(row, visit.generation, visit.language),
        href: match row.href {
            CLOSE => leaving::base(world, Page::Close).to_owned(),
            EXPORT if visit.generation == Generation::Ember2020 => "/psettings/member-data".to_owned(),
            "/in/me/edit/intro/" => format!("/in/{}/edit/intro/", visit.account.slug.encoded()),
            other => other.to_owned(),
        },
    };
    let group = |section: &crate::practice::settings_words::Section| Group {
        heading: said(section.heading, visit.language),
        rows: section.rows.iter().filter(|row| !gone.contains(&row.href)).map(shown).collect(),
    };
    category.sections.iter().map(group).collect()
}

/// The tokens that are in every document of the settings, in a block that nobody sees. The style alone would not hide it: the
/// pages' policy forbids styles in attributes.
pub(in crate::practice) fn tokens(csrf: &str) -> Markup {
    let block = json!({ "data": { "csrfToken": csrf, "*elements": [] }, "included": [] });
    html! { code.datalet style="display: none" hidden { (block.to_string()) } }
}
