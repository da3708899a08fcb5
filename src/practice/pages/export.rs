//! The page that asks for the archive of the data, shows how far it is, and gives it.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use jiff::SignedDuration;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

use crate::practice::audit::Kind;
use crate::practice::data_order::{Extent, File, Order, SLOW};
use crate::practice::fault::{Kind as FaultKind, Moment, Place};
use crate::practice::leaving_words::LeavingWords;
use crate::practice::scenario::{Generation, Page};
use crate::practice::settings_words::{EXPORT, SettingsWords};
use crate::practice::world::World;

use super::gate;
use super::progress::{Progress, choices, script_data};
use super::sdui::settings::rail;
use super::setting_rows::tokens;
use super::shell::{self, Screen};
use super::visit::{self, Visit};
use super::{ember, leaving, missing};

/// The older address of the page.
const OLD: &str = "/psettings/member-data";

/// What the page's script sends.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::practice) struct Request {
    csrf_token: String,
    extent: String,
    #[serde(default)]
    files: Vec<String>,
    password: Option<String>,
}

/// `GET` of the page under either address.
pub(in crate::practice) async fn page(State(world): State<Arc<World>>, uri: Uri, headers: HeaderMap) -> Response {
    let ember = world.generation(Page::Export) == Generation::Ember2020;
    let own = if ember { OLD } else { EXPORT };
    if uri.path() != own {
        return Redirect::to(own).into_response();
    }
    let visit = match gate::enter(&world, Page::Export, &uri, &headers).await {
        Ok(visit) => visit,
        Err(instead) => return instead,
    };
    let progress = progress(&world);
    if ember {
        return ember::export::answer(&world, &visit, &progress);
    }
    let words = SettingsWords::of(visit.language);
    let early = visit.generation == Generation::Sdui2025;
    let body = html! {
        div.settings data-sdui-screen="com.linkedin.sdui.flagshipnav.settings.DownloadMyData"
            data-view-name=[early.then_some("settings-download")] {
            (rail(&visit, Some("privacy")))
            section.panel.setting {
                a.back href="/mypreferences/d/categories/privacy" aria-label=(words.back) { "←" }
                h1 { (words.export_title) }
                form.leaving { (parts(&visit, &progress)) }
                (tokens(&visit.csrf))
            }
        }
    };
    let data = json!({ "archive": script_data(&visit) });
    let screen = Screen { title: words.export_title, script: Some("export-sdui.js"), data, body, before: html! {} };
    visit.answer(StatusCode::OK, shell::page(&visit, &screen))
}

fn progress(world: &World) -> Progress {
    let inner = world.now();
    match &inner.account.order {
        None => Progress::None,
        Some(order) if order.ready > inner.clock() => Progress::Pending,
        Some(order) => Progress::Ready(leaving::date_and_time(world.scenario.language, order.until())),
    }
}

/// What stands in the form: the choice, or how far the archive is.
fn parts(visit: &Visit, progress: &Progress) -> Markup {
    let words = SettingsWords::of(visit.language);
    html! {
        p { (words.export_text) }
        @match progress {
            Progress::None => {
                (choices(words))
                input type="hidden" name="csrfToken" value=(visit.csrf);
                p.mistake role="alert" hidden {}
                button.act.main type="button" data-request disabled { span { (words.request) } }
            }
            Progress::Pending => {
                p role="status" { (words.pending_text) }
                button.act.main type="button" disabled { (words.pending) }
            }
            Progress::Ready(until) => {
                p role="status" { (words.download_until.replace("{D}", until)) }
                a.act.main href={ (EXPORT) "/archive" } { (words.download) }
            }
        }
    }
}

/// `POST /mypreferences/d/download-my-data/request`.
pub(in crate::practice) async fn request(
    State(world): State<Arc<World>>,
    headers: HeaderMap,
    Json(asked): Json<Request>,
) -> Response {
    if let Some(refusal) = visit::refused_call(&world, &headers) {
        return refusal;
    }
    if Some(asked.csrf_token.as_str()) != visit::cookie(&headers, "JSESSIONID") {
        return (StatusCode::FORBIDDEN, "CSRF check failed.\n").into_response();
    }
    let wants_password = world.generation(Page::Export) == Generation::Ember2020;
    let mut inner = world.now();
    if wants_password && asked.password.as_deref() != Some(&world.scenario.credentials().password) {
        inner.record(Kind::PasswordWrong, None, None);
        let message = LeavingWords::of(world.scenario.language).wrong_password;
        return (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "message": message }))).into_response();
    }
    let (extent, files) = chosen(&asked);
    if files.is_empty() || inner.account.order.is_some() {
        return (StatusCode::CONFLICT, Json(json!({ "message": "" }))).into_response();
    }
    let slow = !inner.visit_at(Place::Page(Page::Export), Moment::Deed).is_empty();
    let delay = if slow { SLOW } else { SignedDuration::try_from(world.scenario.export_delay).unwrap_or(SLOW) };
    let ready = inner.clock().saturating_add(delay).unwrap_or(jiff::Timestamp::MAX);
    let named: Vec<&str> = files.iter().map(|file| file.as_str()).collect();
    let detail = format!("{}: {}", if extent == Extent::Basic { "basic" } else { "complete" }, named.join(", "));
    inner.record(Kind::ExportRequested, None, Some(detail));
    inner.account.order = Some(Order::new(extent, files, ready));
    Json(json!({ "status": "ok" })).into_response()
}

fn chosen(asked: &Request) -> (Extent, Vec<File>) {
    let is_asked = |file: &File| asked.files.iter().any(|name| name == file.as_str());
    match asked.extent.as_str() {
        "complete" => (Extent::Complete, File::ALL.to_vec()),
        _ => (Extent::Basic, File::ALL.into_iter().filter(is_asked).collect()),
    }
}

/// `GET /mypreferences/d/download-my-data/archive`: the zip, while it is there.
pub(in crate::practice) async fn fetch(State(world): State<Arc<World>>, uri: Uri, headers: HeaderMap) -> Response {
    if !visit::is_signed_in(&world, &headers) {
        return visit::to_sign_in(&uri);
    }
    let struck = world.now().visit_at(Place::Page(Page::Export), Moment::Fetch);
    if struck.contains(&FaultKind::ArchiveMissing) {
        return StatusCode::NO_CONTENT.into_response();
    }
    let Some((order, bytes)) = made(&world) else {
        return missing::missing(State(world), headers).await;
    };
    let Ok(mut bytes) = bytes else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    if struck.contains(&FaultKind::ArchiveCut) {
        bytes.truncate(bytes.len() / 2);
    }
    let headers = [
        (header::CONTENT_TYPE, "application/zip".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", order.file_name())),
    ];
    (headers, bytes).into_response()
}

/// The archive, once it is ready; that it was fetched goes into the audit log.
fn made(world: &World) -> Option<(Order, std::io::Result<Vec<u8>>)> {
    let mut inner = world.now();
    let now = inner.clock();
    let order = inner.account.order.clone().filter(|order| order.ready <= now)?;
    let bytes = inner.archive(&world.scenario, &order);
    inner.record(Kind::ExportFetched, None, Some(order.file_name()));
    Some((order, bytes))
}
