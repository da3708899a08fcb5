//! A visitor's browser that looks twice: what the site left at its first look is not there at the second.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::{HeaderMap, Uri, header};
use axum::response::IntoResponse as _;
use exeunt::browser::forget;
use exeunt::browser::open::{Open, open};
use exeunt::browser::page::{Page as _, PageError};

use super::bed::BOTH;
use super::drivers;
use crate::support::look;

/// Stores everything that a page can, and then says in its title what was stored before. Its cookies come from the server,
/// which it asks once more, past any cache, so that the server sees which of them are stored.
const PAGE: &str = "<!DOCTYPE html><html lang=en><title>loading</title><body><script>
(async () => {
  const found = [];
  for (const kind of ['localStorage', 'sessionStorage']) {
    if (window[kind].length) found.push(kind);
    window[kind].setItem('seen', 'yes');
  }
  const databases = await indexedDB.databases();
  if (databases.length) found.push('database');
  await new Promise((done) => {
    const opening = indexedDB.open('visits', 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore('one');
    opening.onsuccess = () => { opening.result.close(); done(); };
  });
  if ((await caches.keys()).length) found.push('cache');
  await caches.open('visits');
  await fetch('cookies', {cache: 'no-store'});
  document.title = found.length ? found.join() : 'nothing';
})();
</script></body></html>";

/// Serves the page, which may be cached, and notes the path and the cookies of each request below `/in/`.
async fn serve(requests: Arc<Mutex<Vec<(String, String)>>>) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let answer = move |uri: Uri, headers: HeaderMap| {
        let cookie = headers.get(header::COOKIE).map(|cookie| cookie.to_str().unwrap().to_owned());
        if uri.path().starts_with("/in/") {
            requests.lock().unwrap().push((uri.path().to_owned(), cookie.unwrap_or_default()));
        }
        let mut answer =
            ([(header::CONTENT_TYPE, "text/html"), (header::CACHE_CONTROL, "max-age=3600")], PAGE).into_response();
        for cookie in ["guest=one; Path=/; HttpOnly", "seen=yes; Path=/in/", "here=yes"] {
            answer.headers_mut().append(header::SET_COOKIE, cookie.parse().unwrap());
        }
        std::future::ready(answer)
    };
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(answer)).await.unwrap() });
    origin
}

/// The title once the page's script is over.
async fn title(page: &mut exeunt::browser::DrivenPage) -> String {
    let question = look::look(look::by_css("body"), 2000, None);
    loop {
        let title = page.look(&question).await.unwrap().page.title;
        if title != "loading" {
            return title;
        }
    }
}

#[tokio::test]
async fn nothing_of_the_first_look_is_there_at_the_second() {
    for kind in BOTH {
        let (place, requests) = (tempfile::tempdir().unwrap(), Arc::default());
        let origin = serve(Arc::clone(&requests)).await;
        let options = Open { uncached: true, ..drivers::options(kind, &origin, place.path()) };
        let mut page = open(options).await.unwrap();
        page.goto("/in/ann/").await.unwrap();
        assert_eq!(title(&mut page).await, "nothing", "{kind}");
        page.goto("/in/ann/").await.unwrap();
        let left = title(&mut page).await;
        for trace in ["localStorage", "sessionStorage", "database", "cache"] {
            assert!(left.contains(trace), "{kind}: the page leaves no {trace}: {left}");
        }
        let stored = requests.lock().unwrap().last().unwrap().1.clone();
        for cookie in ["guest=one", "seen=yes", "here=yes"] {
            assert!(stored.contains(cookie), "{kind}: the page leaves no {cookie}: {stored}");
        }
        forget::all(&mut page).await.unwrap();
        page.goto("/in/ann/").await.unwrap();
        assert_eq!(title(&mut page).await, "nothing", "{kind}");
        // The page may be cached: the look between may not have asked the site for it. The last one has to.
        let requests: Vec<(String, String)> = requests.lock().unwrap().clone();
        let loads: Vec<&str> =
            requests.iter().filter(|(path, _)| path == "/in/ann/").map(|(_, cookies)| cookies.as_str()).collect();
        assert!(loads.len() >= 2, "{kind}: the site was not asked after everything was deleted: {requests:?}");
        assert_eq!((loads[0], loads[loads.len() - 1]), ("", ""), "{kind}: {requests:?}");
        assert!(page.answers().await, "{kind}");
        page.close().await;
    }
}

#[tokio::test]
async fn a_page_that_is_elsewhere_is_not_called_clean() {
    for kind in BOTH {
        let place = tempfile::tempdir().unwrap();
        let origin = serve(Arc::default()).await;
        let mut page = drivers::page(kind, &origin, place.path()).await;
        let refused = forget::all(&mut page).await.unwrap_err();
        assert!(matches!(refused, PageError::Refused(_)), "{kind}: {refused}");
        page.close().await;
    }
}
