//! Snapshots of documents and looks at public pages.

use exeunt::browser::page::{Page as _, PageError, Status};
use exeunt::browser::public;
use exeunt::flow::query::Look;

use super::bed::{self, BOTH, Pages};
use crate::support::drivers;

const PAGES: Pages = &[
    (
        "/page",
        "<meta name=csrf-token content=s3cret-1><meta name=viewport content='width=device-width'>
        <script>document.cookie = 'JSESSIONID=ajax:s3cret2345'; document.cookie = 'lang=en'</script>
        <script type=application/json>{\"k\":\"s3cret-3\"}</script><noscript>s3cret-4</noscript>
        <code style='display:none'>{\"data\":\"s3cret-5\"}</code><template>s3cret-6</template>
        <h1 onclick='alert(\"s3cret-7\")' style='color:red'>Close & delete</h1>
        <p id=cookie data-x='ajax:s3cret2345'>token ajax:s3cret2345 end</p>
        <input type=hidden name=x value=s3cret-8><input id=name type=text value=s3cret-9 placeholder=Name>
        <textarea>s3cret-10</textarea><div contenteditable>s3cret-11</div><div role=textbox>s3cret-12</div>
        <input type=submit value='Close account'><div data-csrf-value=s3cret-13 data-nonce=s3cret-14>kept</div>
        <a href='/in/ann?token=s3cret-15#s3cret-16'>Ann</a><a href='javascript:s3cret()'>js</a>
        <img alt=codes src='data:image/png;base64,s3cret17'><style>b{background:url(https://x.example/y?s3cret-18)}</style>
        <form action='/go?t=s3cret-19'><input type=radio id=r checked><input type=checkbox id=k></form>
        <iframe srcdoc='<p>s3cret-20</p>'></iframe><object data='/o?s3cret-21'>s3cret-22</object>
        <p style='display:none'>hidden words</p><p style='visibility:hidden'>unseen words</p>
        <div style='display:contents'><p>inside contents</p></div><!-- s3cret-23 -->
        <div id=host>slotted</div><p>&lt;b&gt; \u{a0}&amp;amp;</p>
        <script>
        const root = host.attachShadow({ mode: 'open' });
        const part = document.createElement('p'); part.textContent = 'in the shadow'; root.append(part);
        document.getElementById('name').value = 's3cret-24';
        </script>",
    ),
    ("/large", "<p id=p></p><script>p.textContent = 'x'.repeat(2100000)</script>"),
    ("/who", "<h1>Visitor</h1><p id=c></p><script>c.textContent = document.cookie || 'nobody'</script>"),
    ("/sign", "<h1>Sign</h1><script>document.cookie = 'who=ann; max-age=9000'</script>"),
];

#[tokio::test]
async fn a_snapshot_is_the_page_without_what_must_not_be_kept() {
    for kind in BOTH {
        let place = tempfile::tempdir().unwrap();
        let origin = bed::serve(PAGES).await;
        let mut page = drivers::page(kind, &origin, place.path()).await;
        page.goto("/page").await.unwrap();
        bed::shows(&mut page, "h1", "Close & delete").await;
        let html = page.snapshot().await.unwrap();
        assert!(!html.contains("s3cret"), "{kind}: {html}");
        for kept in [
            "<!DOCTYPE html>",
            "<h1 style=\"color:red\">Close &amp; delete</h1>",
            "token [removed] end",
            "placeholder=\"Name\"",
            "value=\"Close account\"",
            ">kept</div>",
            "href=\"/in/ann\"",
            "type=\"radio\" id=\"r\" checked=\"\"",
            "<p style=\"display:none\" hidden-by-page=\"\">hidden words</p>",
            "<p style=\"visibility:hidden\" hidden-by-page=\"\">unseen words</p>",
            "<p>inside contents</p>",
            "<template shadowrootmode=\"open\"><p>in the shadow</p></template>slotted",
            "<p>&lt;b&gt; &nbsp;&amp;amp;</p>",
        ] {
            assert!(html.contains(kept), "{kind}: {kept} is not in {html}");
        }
        assert!(!html.contains("<script") && !html.contains("onclick") && !html.contains("javascript:"), "{html}");
        assert!(!html.contains("id=\"k\" checked"), "{html}");
        page.goto("/large").await.unwrap();
        let refused = page.snapshot().await.unwrap_err();
        assert!(matches!(&refused, PageError::Refused(why) if why.contains("larger")), "{kind}: {refused}");
        page.close().await;
    }
}

#[tokio::test]
async fn a_public_look_has_no_cookies_and_says_what_was_arrived_at() {
    for kind in BOTH {
        let place = tempfile::tempdir().unwrap();
        let origin = bed::serve(PAGES).await;
        let options = exeunt::browser::open::Open {
            profile: Some(place.path().join("profile")),
            ..drivers::options(kind, &origin, place.path())
        };
        let mut page = exeunt::browser::open::open(options.clone()).await.unwrap();
        page.goto("/sign").await.unwrap();
        page.goto("/who").await.unwrap();
        bed::shows(&mut page, "#c", "who=ann").await;
        page.close().await;
        // Asked with the account's own options, it uses a profile of its own all the same.
        let question = Look { arm: None, ..bed::look("#c") };
        let seen = public::look(options.clone(), "/who?t=1", &question).await.unwrap();
        assert_eq!(seen.sight.status, Status::Met, "{kind}");
        assert_eq!(seen.sight.found["it"].read["text"], "nobody", "{kind}");
        assert_eq!(seen.sight.page.address, format!("{origin}/who"));
        assert_eq!((seen.sight.page.title.as_str(), seen.sight.page.http_status), ("Test", Some(200)));
        assert!(image::load_from_memory(&seen.photo.unwrap().png).is_ok());
        let gone = public::look(options, "/nobody", &Look { wants: vec![], read: vec![], ..question }).await.unwrap();
        assert_eq!(gone.sight.page.http_status, Some(404), "{kind}");
    }
}
