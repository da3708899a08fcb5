//! Who answered for a document: the site's server, a service worker, or the browser's cache; and that both are passed by.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use exeunt::browser::binary::Kind;
use exeunt::browser::page::{Page, Status, Stored};

use super::look;
use crate::support::drivers;
use crate::support::engines::BOTH;

/// How often the server was asked for each of its two pages.
#[derive(Default)]
struct Asked {
    page: AtomicU32,
    kept: AtomicU32,
}

/// Keeps the page once, and answers for it from then on.
const WORKER: &str = "
addEventListener('install', (event) => event.waitUntil(caches.open('kept').then((kept) => kept.add('/page'))));
addEventListener('activate', (event) => event.waitUntil(clients.claim()));
addEventListener('fetch', (event) => {
  if (new URL(event.request.url).pathname === '/page') event.respondWith(caches.match('/page'));
});
";

const PAGE: &str = "<!doctype html><title>A page with a worker</title><p id=page>A page</p><script>
navigator.serviceWorker.register('/worker.js');
navigator.serviceWorker.ready.then(() => { document.getElementById('page').className = 'kept'; });
</script>";

async fn page(State(asked): State<Arc<Asked>>) -> Response {
    asked.page.fetch_add(1, Ordering::SeqCst);
    ([(CONTENT_TYPE, "text/html"), (CACHE_CONTROL, "no-store")], PAGE).into_response()
}

async fn kept(State(asked): State<Arc<Asked>>) -> Response {
    asked.kept.fetch_add(1, Ordering::SeqCst);
    ([(CONTENT_TYPE, "text/html"), (CACHE_CONTROL, "max-age=600")], "<!doctype html><p id=page>Kept</p>")
        .into_response()
}

async fn worker() -> Response {
    ([(CONTENT_TYPE, "text/javascript")], WORKER).into_response()
}

async fn plain() -> Response {
    ([(CONTENT_TYPE, "text/html"), (CACHE_CONTROL, "no-store")], "<!doctype html><p id=page>Plain</p>").into_response()
}

async fn serve() -> (String, Arc<Asked>) {
    let asked = Arc::<Asked>::default();
    let app = Router::new()
        .route("/page", get(page))
        .route("/kept", get(kept))
        .route("/plain", get(plain))
        .route("/worker.js", get(worker))
        .with_state(Arc::clone(&asked));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    (origin, asked)
}

async fn stored(page: &mut impl Page, path: &str, css: &str) -> Option<Stored> {
    page.goto(path).await.unwrap();
    let sight = page.look(&look(css, 20_000, None)).await.unwrap();
    assert_eq!(sight.status, Status::Met, "{path}: {sight:?}");
    sight.page.stored
}

#[tokio::test]
async fn what_a_worker_or_the_cache_answers_is_told_and_passed_by() {
    for kind in BOTH {
        let (origin, asked) = serve().await;
        let place = tempfile::tempdir().unwrap();
        let mut page = drivers::real_page(kind, &origin, place.path()).await;
        let so_often = || (asked.page.load(Ordering::SeqCst), asked.kept.load(Ordering::SeqCst));

        assert_eq!(stored(&mut page, "/kept", "#page").await, None, "{kind}");
        assert_eq!(stored(&mut page, "/plain", "#page").await, None, "{kind}");
        assert_eq!(stored(&mut page, "/kept", "#page").await, Some(Stored::Cache), "{kind}");
        assert_eq!(so_often(), (0, 1), "{kind}");

        // The page itself and the copy of it that the worker keeps.
        stored(&mut page, "/page", "#page.kept").await;
        assert_eq!(so_often(), (2, 1), "{kind}");
        assert_eq!(stored(&mut page, "/page", "#page").await, Some(Stored::Worker), "{kind}");
        assert_eq!(so_often(), (2, 1), "{kind}: the worker answered");

        let loads = page.pass_stores_by().await.unwrap();
        assert_eq!(loads, if kind == Kind::Firefox { 2 } else { 1 });
        assert_eq!(stored(&mut page, "/page", "#page").await, None, "{kind}");
        assert_eq!(so_often(), (3, 1), "{kind}: the server answered");
        assert_eq!(stored(&mut page, "/kept", "#page").await, None, "{kind}");
        assert_eq!(so_often().1, 2, "{kind}: the server answered");
        page.close().await;
    }
}
