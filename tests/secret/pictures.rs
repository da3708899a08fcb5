//! What pictures and snapshots show of secrets: nothing, or they are not taken.

use exeunt::browser::open::{Open, open};
use exeunt::browser::page::{Page as _, PageError, Photo, Rect};
use exeunt::flow::query::Look;

use super::bed::{self, BOTH, Pages};
use super::gateway::{Gateway, fine_screen};
use crate::support::drivers;

/// Fields of a colour that nothing else has: where one pixel of it is left, a field was not covered.
const GREEN: &str =
    "<style>input,.secret{background:#0f0!important;color:#0f0!important;border:0;outline:0;caret-color:#0f0}</style>";

const PAGES: Pages = &[
    ("/fields", "<h1>Fields</h1><input id=p type=password><br><input autocomplete='one-time-code'><br>
        <input autocomplete='section-a cc-number'><p>plain</p><div style='display:none'><input type=password></div>
        <button onclick=\"p.value = ''\">Empty</button>"),
    ("/shown", "<input id=p type=password><button onclick=\"p.type = 'text'\">Show</button>"),
    ("/mirror", "<input id=p type=password><p id=m></p><script>
        p.addEventListener('input', () => { m.textContent = p.value });</script>"),
    ("/attribute", "<input id=p type=password><p id=m>x</p><script>
        p.addEventListener('input', () => { m.title = encodeURIComponent(p.value) });</script>"),
    ("/copy", "<input id=p type=password><input id=c><script>
        p.addEventListener('input', () => { c.value = p.value });</script>"),
    ("/letters", "<input id=p type=password><p id=m></p><script>p.addEventListener('input', () => {
        m.replaceChildren(...Array.from(p.value, (one) => Object.assign(document.createElement('b'), { textContent: one })))
        });</script>"),
    ("/dialog", "<dialog id=d style='background:#fff'><form method=dialog><input id=p type=password></form></dialog>
        <script>d.showModal()</script>"),
    ("/popover", "<div id=o popover=manual style='inset:auto;left:60px;top:40px;padding:20px'>
        <input id=p type=password></div><script>o.showPopover()</script>"),
    ("/scrolled", "<div style='height:1500px'>up</div><input id=p type=password style='margin-left:13.3px'>
        <div style='height:1500px'>down</div><script>scrollTo(0, 1111.4)</script>"),
    ("/pane", "<div style='height:200px;width:400px;overflow:auto' id=pane><div style='height:700px'>up</div>
        <input id=p type=password><div style='height:700px'>down</div></div><script>pane.scrollTop = 620</script>"),
    ("/zoomed", "<style>html{zoom:1.37}</style><p>zoomed</p><input id=p type=password>"),
    ("/turned", "<p>turned</p><div style='transform:rotate(20deg) scale(1.2);margin:90px;width:300px'>
        <input id=p type=password></div>"),
    ("/shadow", "<p>shadow</p><div id=host></div><script>
        const outer = host.attachShadow({ mode: 'open' }); const inner = document.createElement('div'); outer.append(inner);
        const field = document.createElement('input'); field.type = 'password'; field.id = 'p';
        field.style.cssText = 'background:#0f0;border:0'; inner.attachShadow({ mode: 'open' }).append(field);</script>"),
    ("/frames", "<p>frames</p><iframe src=/framed style='border:7px solid;padding:5px;margin:11px' width=500 height=300></iframe>"),
    ("/framed", "<p>framed</p><iframe src=/fields width=400 height=250 style='border:3px solid'></iframe>"),
    ("/small", "<p>small</p><iframe src=/fields width=400 height=250 style='border:3px solid;transform:scale(.6)'></iframe>"),
    ("/rules", "<style>*{transition:all 3s!important;animation:none} [popover],div{display:none!important;opacity:.2!important}
        div[aria-hidden]{transform:translate(40px,0)!important;clip-path:inset(0 90% 0 0)!important}</style>
        <p>rules</p><input id=p type=password>"),
    ("/backdrop", "<style>::backdrop{background:rgba(255,0,0,.8)!important}</style><p>backdrop</p><input id=p type=password>"),
    ("/own", "<p>own</p><div class=secret style='width:90px;height:30px'><span class=secret
        style='position:relative;left:200px;top:50px'>1234 5678</span></div><p>more</p>"),
    ("/text", "<p>text</p><input id=c type=text><button onclick=\"c.value = ''\">Empty</button>"),
    ("/echo", "<p>The code 839 201 is wrong</p>"),
    ("/plain", "<h1>Plain</h1>"),
    // What a page may do against covers.
    ("/sweeper", "<p>sweeper</p><input id=p type=password><script>new MutationObserver((all) => {
        for (const one of all.flatMap((change) => [...change.addedNodes])) one.remove?.() })
        .observe(document.documentElement, { childList: true })</script>"),
    ("/over", "<p>over</p><input id=p type=password><dialog id=d style='background:#fff'>over</dialog><script>
        new MutationObserver(() => { if (!d.open) d.showModal() }).observe(document.documentElement, { childList: true })
        </script>"),
    ("/restless", "<p>restless</p><input id=p type=password style='position:fixed;left:0;top:80px'><script>
        setInterval(() => { p.style.left = (performance.now() % 700) + 'px' }, 4)</script>"),
    ("/inverted", "<style>html{filter:invert(1);background:#000}</style><p>inverted</p><input id=p type=password>"),
];

/// No pixel of a field is left to be seen.
fn assert_nothing_green(photo: &Photo, what: &str) {
    let picture = image::load_from_memory(&photo.png).unwrap().to_rgb8();
    let green = picture.enumerate_pixels().find(|(_, _, pixel)| {
        let [red, green, blue] = pixel.0;
        green > 150 && red < 100 && blue < 100
    });
    assert!(green.is_none(), "{what}: {green:?}");
    assert!(!photo.masks.is_empty(), "{what}");
    bed::assert_black(photo, what);
}

/// The pages with their fields in green.
async fn served() -> String {
    bed::serve_with(PAGES, GREEN).await
}

#[tokio::test]
async fn every_field_for_a_secret_is_covered_in_the_picture() {
    for kind in BOTH {
        let place = tempfile::tempdir().unwrap();
        let origin = served().await;
        let mut page = drivers::page(kind, &origin, place.path()).await;
        page.goto("/fields").await.unwrap();
        assert_eq!(page.shot(None).await.unwrap().masks.len(), 3);
        bed::type_password(&mut page, "#p").await.unwrap();
        for refused in [page.shot(None).await.unwrap_err(), page.snapshot().await.unwrap_err()] {
            assert!(matches!(&refused, PageError::Unproved(why) if why.contains("still holds")), "{kind}: {refused}");
        }
        let empty = bed::armed(&mut page, "button").await;
        page.click(&empty).await.unwrap();
        let photo = page.shot(None).await.unwrap();
        assert_nothing_green(&photo, kind.as_str());
        assert_eq!(photo.masks.len(), 3);
        assert!(photo.masks[0].why.contains("password"), "{:?}", photo.masks);
        // The boxes are gone again, and the page is as it was.
        assert_eq!(bed::count(&mut page, "[popover]").await, 0);
        assert_eq!(bed::count(&mut page, "input").await, 3);
        for part in
            [Rect { x: 0.0, y: 0.0, width: 120.0, height: 90.0 }, Rect { x: 20.5, y: 70.3, width: 111.7, height: 60.9 }]
        {
            assert_nothing_green(&page.shot(Some(part)).await.unwrap(), kind.as_str());
        }
        page.goto("/plain").await.unwrap();
        assert!(page.shot(None).await.unwrap().masks.is_empty());
        page.close().await;
    }
}

const PLACES: [&str; 12] = [
    "/dialog",
    "/popover",
    "/scrolled",
    "/pane",
    "/zoomed",
    "/turned",
    "/shadow",
    "/frames",
    "/framed",
    "/small",
    "/rules",
    "/backdrop",
];

#[tokio::test]
async fn a_field_is_covered_wherever_it_is_drawn() {
    for kind in BOTH {
        let place = tempfile::tempdir().unwrap();
        let origin = served().await;
        let mut page = drivers::page(kind, &origin, place.path()).await;
        for path in PLACES {
            page.goto(path).await.unwrap();
            bed::loaded(&mut page).await;
            let photo = page.shot(None).await.unwrap_or_else(|error| panic!("{kind} {path}: {error}"));
            assert_nothing_green(&photo, &format!("{kind} {path}"));
        }
        page.close().await;
    }
}

#[tokio::test]
async fn on_a_fine_screen_too() {
    for kind in BOTH {
        let place = tempfile::tempdir().unwrap();
        let origin = served().await;
        let gateway = Gateway::start(kind, place.path(), fine_screen(kind)).await;
        let mut page = gateway.page(kind, &origin, place.path()).await;
        for path in ["/fields", "/scrolled", "/frames", "/turned", "/dialog"] {
            page.goto(path).await.unwrap();
            bed::loaded(&mut page).await;
            let sight = page.look(&Look { arm: None, ..bed::look("body") }).await.unwrap();
            assert_eq!(sight.page.viewport.2, 2.0, "{kind}");
            assert_nothing_green(&page.shot(None).await.unwrap(), &format!("{kind} {path}"));
            let part = Rect { x: 3.3, y: 1.7, width: 333.3, height: 222.2 };
            let part = page.shot(Some(part)).await.unwrap();
            let green = image::load_from_memory(&part.png).unwrap().to_rgb8();
            assert!(green.pixels().all(|pixel| pixel.0[1] < 150 || pixel.0[0] > 100), "{kind} {path}");
        }
        page.close().await;
    }
}

#[tokio::test]
async fn a_page_that_fights_the_covers_shows_nothing_of_them() {
    for kind in BOTH {
        let place = tempfile::tempdir().unwrap();
        let origin = served().await;
        let mut page = drivers::page(kind, &origin, place.path()).await;
        for path in ["/sweeper", "/over", "/restless", "/inverted"] {
            page.goto(path).await.unwrap();
            match page.shot(None).await {
                Err(PageError::Unproved(_)) => {}
                Err(error) => panic!("{kind} {path}: {error}"),
                // The browser may have been faster, or something else lies over the field.
                Ok(photo) => assert_nothing_green(&photo, &format!("{kind} {path}")),
            }
            if path == "/sweeper" {
                assert!(page.shot(None).await.is_err(), "{kind} {path}");
            }
        }
        page.goto("/plain").await.unwrap();
        assert!(page.shot(None).await.is_ok(), "{kind}: the session goes on");
        page.close().await;
    }
}

#[tokio::test]
async fn what_the_pack_declares_is_covered_with_all_that_is_in_it() {
    for kind in BOTH {
        let place = tempfile::tempdir().unwrap();
        let origin = served().await;
        let masks = vec!["div.secret".to_owned()];
        let mut page = open(Open { masks, ..drivers::options(kind, &origin, place.path()) }).await.unwrap();
        page.goto("/own").await.unwrap();
        let photo = page.shot(None).await.unwrap();
        assert_nothing_green(&photo, kind.as_str());
        assert_eq!((photo.masks[0].selector.as_str(), photo.masks.len()), ("div.secret", 1));
        let html = page.snapshot().await.unwrap();
        assert!(!html.contains("1234") && html.contains("covered"), "{html}");
        page.close().await;
    }
}

#[tokio::test]
async fn a_field_into_which_a_code_was_typed_is_covered_and_the_code_is_nowhere_later() {
    for kind in BOTH {
        let place = tempfile::tempdir().unwrap();
        let origin = served().await;
        let mut page = drivers::page(kind, &origin, place.path()).await;
        page.goto("/text").await.unwrap();
        assert!(page.shot(None).await.unwrap().masks.is_empty());
        bed::type_code(&mut page, "#c").await.unwrap();
        let refused = page.shot(None).await.unwrap_err();
        assert!(matches!(&refused, PageError::Unproved(why) if why.contains("still holds")), "{kind}: {refused}");
        let empty = bed::armed(&mut page, "button").await;
        page.click(&empty).await.unwrap();
        let photo = page.shot(None).await.unwrap();
        assert_nothing_green(&photo, kind.as_str());
        assert_eq!(photo.masks[0].why, "a secret was typed into it");
        page.goto("/echo").await.unwrap();
        assert_eq!(bed::text(&mut page, "p").await, "<secret>");
        for refused in [page.shot(None).await.unwrap_err(), page.snapshot().await.unwrap_err()] {
            assert!(matches!(refused, PageError::Shown(_)), "{kind}: {refused}");
        }
        page.close().await;
    }
}

#[tokio::test]
async fn what_shows_a_typed_secret_is_not_photographed() {
    for kind in BOTH {
        let place = tempfile::tempdir().unwrap();
        let origin = served().await;
        let mut page = drivers::page(kind, &origin, place.path()).await;
        for path in ["/mirror", "/attribute", "/letters", "/copy"] {
            page.goto(path).await.unwrap();
            bed::type_password(&mut page, "#p").await.unwrap();
            for refused in [page.shot(None).await.unwrap_err(), page.snapshot().await.unwrap_err()] {
                assert!(matches!(refused, PageError::Shown(_)), "{kind} {path}: {refused}");
            }
        }
        page.goto("/shown").await.unwrap();
        bed::type_password(&mut page, "#p").await.unwrap();
        let hidden = page.shot(None).await.unwrap_err();
        assert!(matches!(&hidden, PageError::Unproved(why) if why.contains("still holds")), "{kind}: {hidden}");
        let button = bed::armed(&mut page, "button").await;
        page.click(&button).await.unwrap();
        for refused in [page.shot(None).await.unwrap_err(), page.snapshot().await.unwrap_err()] {
            assert!(matches!(&refused, PageError::Shown(why) if why.contains("does not hide")), "{kind}: {refused}");
        }
        page.close().await;
    }
}
