//! The settings: rows that lead on, in four generations.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse as _, Redirect, Response};

use crate::practice::fault::{Moment, Place};
use crate::practice::scenario::{Generation, Page};
use crate::practice::settings_words::{
    CATEGORIES, CLOSE, Category, EXPORT, HIBERNATE, MANAGEMENT, Row, row_text, said,
};
use crate::practice::world::World;

use super::gate;
use super::setting_rows::{Group, Shown, category_address};
use super::visit::{self, Visit};
use super::{contacts, ember, leaving, missing, sdui};

/// `GET /mypreferences/d/` and `GET /psettings/`.
pub(in crate::practice) async fn home(State(world): State<Arc<World>>, uri: Uri, headers: HeaderMap) -> Response {
    if !visit::is_signed_in(&world, &headers) {
        return visit::to_sign_in(&uri);
    }
    if is_in_place(&world) {
        return category(State(world), Path("account".to_owned()), uri, headers).await;
    }
    Redirect::to(&category_address(world.generation(Page::Settings), "account")).into_response()
}

/// Whether the settings are the account's category, under their own address.
fn is_in_place(world: &World) -> bool {
    let is_late = matches!(world.generation(Page::Settings), Generation::Sdui2026 | Generation::Sdui2025);
    is_late && world.scenario.vary.family.of("rail") == "in-place"
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
    if uri.path() != own && !(is_in_place(&world) && slug == "account") {
        return Redirect::to(&own).into_response();
    }
    let visit = match gate::enter(&world, Page::Settings, &uri, &headers).await {
        Ok(visit) => visit,
        Err(instead) => return instead,
    };
    let groups = groups(&world, &visit, category);
    match visit.generation {
        Generation::Ember2020 => ember::settings::category(&world, &visit, category, &groups),
        Generation::Contacts2014 => contacts::settings::category(&visit, category, &groups),
        _ => sdui::settings::category(&visit, category, &groups),
    }
}

/// `GET` of a setting that is not one of those that end accounts: it can be looked at and not be set.
pub(in crate::practice) async fn leaf(State(world): State<Arc<World>>, uri: Uri, headers: HeaderMap) -> Response {
    let rows = CATEGORIES.iter().flat_map(|category| category.sections).flat_map(|section| section.rows);
    let Some(row) = rows.into_iter().find(|row| row.href == uri.path()) else {
        return missing::missing(State(world), headers).await;
    };
    let visit = match gate::enter(&world, Page::Settings, &uri, &headers).await {
        Ok(visit) => visit,
        Err(instead) => return instead,
    };
    let title = row_text(row, visit.generation, visit.language);
    match visit.generation {
        Generation::Ember2020 => ember::settings::leaf(&world, &visit, title),
        Generation::Contacts2014 => contacts::settings::leaf(&visit, title),
        _ => sdui::settings::leaf(&visit, title),
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
