//! `selectors check`: which way of each target fits a page, without a click.
//!
//! A saved page is served on loopback under a policy that runs none of its scripts and loads nothing from elsewhere, at the
//! address that it says it was saved from. A page that does not say so is lent the address at which a run would look for it;
//! what is found there by the address alone proves nothing, and is not counted.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use tokio::net::TcpListener;

use self::place::{place, targets_of};
use self::saved::Saved;
use super::args::Checked;
use super::browser::Driver;
use super::context::Context;
use super::errand::runtime;
use super::outcome::{Answer, Failure};
use super::output::shown;
use crate::browser::page::{Page as _, Sight};
use crate::event::exit::Ending;
use crate::event::id::Realm;
use crate::flow::pack::Pack;
use crate::runner::errand::probe;
use crate::runner::run::Opener as _;

mod live;
mod place;
mod saved;
mod told;

/// What the saved page may do: be drawn, with what was saved beside it.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline' 'self' data:; img-src 'self' data:; font-src data:; base-uri 'none'; form-action 'none'";

/// Probes a saved page, or the site's own one, with the targets of `targets/NAME.toml`.
pub(super) fn run(context: &Context, file: Option<&Path>, asked: &Checked) -> Answer {
    let Some(file) = file else { return live::run(context, asked) };
    let values = &asked.person.values();
    let pack = context.pack()?;
    let targets = targets_of(&pack, &asked.page)?;
    let saved = Saved::read(file).map_err(|why| Failure::bad_file(why, ""))?;
    let place = place(&pack, (&targets, values), saved.from.as_ref(), asked.at.as_deref())?;
    let runtime = runtime()?;
    let sight = runtime.block_on(look(context, &pack, values, (saved, &place.path)))?;
    told::tell(
        context,
        &told::Told { pack: &pack, page: &asked.page, targets: &targets, sight: &sight, values, place: &place },
    )
}

/// The document for whoever asks for a document, and what lies beside it for the document.
async fn serve(State((page, saved)): State<(Bytes, Arc<Saved>)>, headers: HeaderMap, request: Request) -> Response {
    let wanted = headers.get("sec-fetch-dest").and_then(|value| value.to_str().ok()).unwrap_or("document");
    if matches!(wanted, "document" | "empty") {
        let of_page = [
            (header::CONTENT_TYPE, "text/html; charset=utf-8"),
            (header::CONTENT_SECURITY_POLICY, POLICY),
            (header::X_DNS_PREFETCH_CONTROL, "off"),
        ];
        return (of_page, page.clone()).into_response();
    }
    let Some(content) = saved.beside(request.uri().path()) else { return StatusCode::NOT_FOUND.into_response() };
    // A picture's kind is told by its first bytes, a style sheet's by nothing.
    if wanted == "style" {
        ([(header::CONTENT_TYPE, "text/css")], content).into_response()
    } else {
        content.into_response()
    }
}

async fn look(
    context: &Context,
    pack: &Pack,
    values: &BTreeMap<String, String>,
    (mut saved, path): (Saved, &str),
) -> Result<Sight, Failure> {
    let no_port = |error: std::io::Error| Failure::new(Ending::NoBrowser, error.to_string(), "");
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(no_port)?;
    let origin = format!("http://{}", listener.local_addr().map_err(no_port)?);
    let page = Bytes::from(std::mem::take(&mut saved.page));
    let site = Router::new().fallback(serve).with_state((page, Arc::new(saved)));
    let served = tokio::spawn(async move { axum::serve(listener, site).await });
    let mut driver = Driver::new(context, Realm::Practice, &origin).covering(&pack.site);
    let opened = driver.open().await;
    let mut page = opened
        .map_err(|unopened| Failure::new(unopened.ending, unopened.why, "`exeunt doctor` checks browser and driver"))?;
    let look = probe::of_all(pack, values);
    let sight = match page.goto(path).await {
        Ok(()) => page.look(&look).await,
        Err(error) => Err(error),
    };
    driver.close(page).await;
    served.abort();
    sight.map_err(|error| Failure::new(Ending::NoBrowser, shown(error), ""))
}
