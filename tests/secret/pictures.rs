//! What pictures and snapshots show of secrets: nothing, or they are not taken.

use exeunt::browser::page::{Page as _, PageError, Rect};

use crate::bed::{self, BOTH, CODE, PASSWORD, Pages};
use crate::drivers;

const PAGES: Pages = &[
    (
        "/fields",
        "<h1>Fields</h1><input id=p type=password><br><input autocomplete='one-time-code'><br>
        <input autocomplete='section-a cc-number'><p>plain</p><div style='display:none'><input type=password></div>",
    ),
    ("/shown", "<input id=p type=password><button onclick=\"p.type = 'text'\">Show</button>"),
    (
        "/mirror",
        "<input id=p type=password><p id=m></p><script>
        p.addEventListener('input', () => { m.textContent = p.value });</script>",
    ),
    (
        "/attribute",
        "<input id=p type=password><p id=m>x</p><script>
        p.addEventListener('input', () => { m.title = encodeURIComponent(p.value) });</script>",
    ),
    (
        "/dialog",
        "<dialog id=d style='background:#fff'><form method=dialog><input id=p type=password></form></dialog>
        <script>d.showModal()</script>",
    ),
    ("/plain", "<h1>Plain</h1>"),
];

#[tokio::test]
async fn every_field_for_a_secret_is_covered_in_the_picture() {
    for kind in BOTH {
        let place = tempfile::tempdir().unwrap();
        let origin = bed::serve(PAGES).await;
        let mut page = drivers::page(kind, &origin, place.path()).await;
        page.goto("/fields").await.unwrap();
        bed::assert_covered(&page.shot(None).await.unwrap(), 3);
        bed::type_password(&mut page, "#p").await.unwrap();
        let photo = page.shot(None).await.unwrap();
        bed::assert_covered(&photo, 3);
        assert!(photo.masks[0].why.contains("password"), "{:?}", photo.masks);
        let part = Rect { x: 0.0, y: 0.0, width: 120.0, height: 90.0 };
        let clipped = page.shot(Some(part)).await.unwrap();
        assert!(!clipped.masks.is_empty() && clipped.masks.len() < 4, "{kind}: {:?}", clipped.masks);
        page.goto("/plain").await.unwrap();
        assert!(page.shot(None).await.unwrap().masks.is_empty());
        page.close().await;
    }
}

#[tokio::test]
async fn a_dialog_in_the_top_layer_is_covered_too() {
    for kind in BOTH {
        let place = tempfile::tempdir().unwrap();
        let origin = bed::serve(PAGES).await;
        let mut page = drivers::page(kind, &origin, place.path()).await;
        page.goto("/dialog").await.unwrap();
        bed::type_password(&mut page, "#p").await.unwrap();
        bed::assert_covered(&page.shot(None).await.unwrap(), 1);
        page.close().await;
    }
}

#[tokio::test]
async fn what_shows_a_typed_secret_is_not_photographed() {
    for kind in BOTH {
        let place = tempfile::tempdir().unwrap();
        let origin = bed::serve(PAGES).await;
        let mut page = drivers::page(kind, &origin, place.path()).await;
        for path in ["/mirror", "/attribute"] {
            page.goto(path).await.unwrap();
            bed::type_password(&mut page, "#p").await.unwrap();
            let refused = page.shot(None).await.unwrap_err();
            assert!(matches!(refused, PageError::Unproved(_)), "{kind} {path}: {refused}");
            let refused = page.snapshot().await.unwrap_err();
            assert!(matches!(refused, PageError::Unproved(_)), "{kind} {path}: {refused}");
        }
        page.goto("/shown").await.unwrap();
        bed::type_password(&mut page, "#p").await.unwrap();
        assert!(page.shot(None).await.is_ok());
        let button = bed::armed(&mut page, "button").await;
        page.click(&button).await.unwrap();
        let refused = page.shot(None).await.unwrap_err();
        assert!(matches!(&refused, PageError::Unproved(why) if why.contains("does not hide")), "{kind}: {refused}");
        let html = page.snapshot().await.unwrap();
        assert!(!html.contains(PASSWORD) && !html.contains(CODE) && html.contains("<button"), "{html}");
        page.close().await;
    }
}
