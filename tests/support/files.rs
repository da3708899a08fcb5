//! Serves a folder of pages on loopback, under the content policy of the real site: no markup from text.

use std::path::PathBuf;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;

/// What an address may ask for beyond a file.
#[derive(serde::Deserialize)]
struct Wish {
    /// The HTTP status to answer with.
    status: Option<u16>,
    /// How long to wait before answering, in milliseconds.
    delay: Option<u64>,
    /// Where to send the browser instead.
    to: Option<String>,
}

/// Serves the folder until the test ends; the origin.
pub(crate) async fn serve(folder: PathBuf) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let app = Router::new().route("/{*file}", get(file).post(file)).with_state(folder);
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    origin
}

async fn file(State(folder): State<PathBuf>, Path(file): Path<String>, Query(wish): Query<Wish>) -> Response {
    // The server is slow on purpose: what is tested is a page that comes late. No test waits by it.
    if let Some(delay) = wish.delay {
        tokio::time::sleep(Duration::from_millis(delay)).await;
    }
    let status = StatusCode::from_u16(wish.status.unwrap_or(200)).unwrap();
    if let Some(to) = wish.to {
        return Redirect::to(&to).into_response();
    }
    let name = file.rsplit('/').next().unwrap_or_default();
    let kind = if name.ends_with(".json") { "application/json" } else { "text/html; charset=utf-8" };
    match std::fs::read(folder.join(name)) {
        Ok(bytes) => {
            let headers = [
                (header::CONTENT_TYPE, kind),
                (header::CONTENT_SECURITY_POLICY, "require-trusted-types-for 'script'; trusted-types none"),
            ];
            (status, headers, bytes).into_response()
        }
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}
