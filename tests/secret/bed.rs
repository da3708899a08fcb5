//! Pages for the tests of secrets, served on loopback, and the questions that the tests ask in them.

use std::collections::BTreeMap;

use axum::Router;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use exeunt::browser::DrivenPage;
use exeunt::browser::page::{Armed, Credential, Page as _, PageError, Photo, Status};
use exeunt::flow::query::{Alternative, Arm, HOLDS_MS, Look, Read, Target, Want};
use secrecy::SecretString;

/// What is typed in these tests; nothing else anywhere looks like it.
pub(crate) const PASSWORD: &str = "cAnary-pässword-7731&<\"";
pub(crate) const CODE: &str = "839201";

pub(crate) use crate::support::engines::BOTH;

/// The pages of one test by path; `ORIGIN` in them is where they are served, and `=> /path` redirects.
pub(crate) type Pages = &'static [(&'static str, &'static str)];

/// Serves pages until the test ends; the origin.
pub(crate) async fn serve(pages: Pages) -> String {
    serve_with(pages, "").await
}

/// The same, with something at the head of every page.
pub(crate) async fn serve_with(pages: Pages, head: &'static str) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let own = origin.clone();
    let app = Router::new().fallback(move |uri: Uri| std::future::ready(answer((pages, head), &own, &uri)));
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    origin
}

fn answer((pages, head): (Pages, &str), origin: &str, uri: &Uri) -> Response {
    let Some((_, text)) = pages.iter().find(|(path, _)| *path == uri.path()) else {
        return (StatusCode::NOT_FOUND, [(header::CONTENT_TYPE, "text/html")], "<h1>Not here</h1>").into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, "require-trusted-types-for 'script'; trusted-types none"),
    ];
    let body = text.replace("ORIGIN", origin);
    (headers, format!("<!DOCTYPE html><html lang=\"en\"><title>Test</title>{head}<body>{body}</body></html>"))
        .into_response()
}

/// A look for one element by css, armed.
pub(crate) fn look(css: &str) -> Look {
    let find = vec![Alternative { css: Some(css.to_owned()), ..Alternative::default() }];
    let read = BTreeMap::from([("text".to_owned(), Read::default())]);
    Look {
        v: 1,
        targets: BTreeMap::from([("it".to_owned(), Target { find, read, ..Target::default() })]),
        wants: vec![Want { see: vec!["it".to_owned()], ..Want::default() }],
        within_ms: 5000,
        arm: Some(Arm { target: "it".to_owned(), guard: vec![], token: "t1".to_owned(), holds_ms: HOLDS_MS }),
        read: vec!["it".to_owned()],
        ..Look::default()
    }
}

/// Finds and arms an element.
pub(crate) async fn armed(page: &mut DrivenPage, css: &str) -> Armed {
    let sight = page.look(&look(css)).await.unwrap();
    assert_eq!(sight.status, Status::Met, "{css}: {:?}", sight.refused);
    sight.armed.unwrap()
}

/// What an element shows.
pub(crate) async fn text(page: &mut DrivenPage, css: &str) -> String {
    let sight = page.look(&Look { arm: None, ..look(css) }).await.unwrap();
    assert_eq!(sight.status, Status::Met, "{css}: {:?}", sight.refused);
    sight.found["it"].read["text"].clone()
}

/// Waits for an element that shows this text.
pub(crate) async fn shows(page: &mut DrivenPage, css: &str, wanted: &str) {
    let mut look = Look { arm: None, ..look(css) };
    let alternative = &mut look.targets.get_mut("it").unwrap().find[0];
    alternative.text = Some(exeunt::flow::query::Match {
        is: Some(exeunt::flow::query::Template(wanted.to_owned())),
        ..exeunt::flow::query::Match::default()
    });
    let sight = page.look(&look).await.unwrap();
    assert_eq!(sight.status, Status::Met, "{css} {wanted}: {:?}", sight.refused);
}

/// Types the password into what fits a selector.
pub(crate) async fn type_password(page: &mut DrivenPage, css: &str) -> Result<(), PageError> {
    let armed = armed(page, css).await;
    page.type_secret(&armed, Credential::Password, &SecretString::from(PASSWORD)).await
}

/// Types the code into what fits a selector.
pub(crate) async fn type_code(page: &mut DrivenPage, css: &str) -> Result<(), PageError> {
    let armed = armed(page, css).await;
    page.type_secret(&armed, Credential::Code, &SecretString::from(CODE)).await
}

/// Waits until the page and its frames are loaded.
pub(crate) async fn loaded(page: &mut DrivenPage) {
    let sight = page.look(&Look { arm: None, ..look("html") }).await.unwrap();
    assert_eq!(sight.status, Status::Met, "{:?}", sight.refused);
}

/// How many displayed elements fit.
pub(crate) async fn count(page: &mut DrivenPage, css: &str) -> u32 {
    let mut look = Look { arm: None, wants: vec![], ..look(css) };
    look.targets.get_mut("it").unwrap().count = exeunt::flow::query::Count::Many;
    page.look(&look).await.unwrap().found["it"].count
}

/// Every covered part is black.
pub(crate) fn assert_black(photo: &Photo, what: &str) {
    let picture = image::load_from_memory(&photo.png).unwrap().to_rgb8();
    for mask in &photo.masks {
        let (left, top, width, height) = mask.rect;
        for x in left..left + width {
            for y in top..top + height {
                assert_eq!(picture.get_pixel(x, y).0, [0; 3], "{what}: {mask:?} at {x}, {y}");
            }
        }
    }
}
