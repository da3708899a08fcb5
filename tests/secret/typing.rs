//! Where a secret is typed, and where it is not.

use exeunt::browser::page::{Credential, Page as _, PageError};
use secrecy::SecretString;

use super::bed::{self, BOTH, PASSWORD, Pages};
use crate::support::drivers;

const FIELDS: Pages = &[
    (
        "/password",
        "<input id=p type=password value=old><input id=t type=text><p id=n></p><script>
        const say = () => { n.textContent = 'p' + p.value.length + ' t' + t.value.length };
        document.addEventListener('input', say); say();</script>",
    ),
    (
        "/code",
        "<input id=c type=tel autocomplete=one-time-code><input id=e type=email><p id=n></p><script>
        const say = () => { n.textContent = 'c' + c.value };
        document.addEventListener('input', say); say();</script>",
    ),
    ("/off", "<input id=p type=password readonly><input id=d type=password disabled>"),
    ("/form", "<form action='http://localhost:1/x'><input id=p type=password></form>"),
    ("/button", "<form><input id=p type=password><button formaction='//127.0.0.1:1/x'>Go</button></form>"),
    ("/short", "<input id=p type=password maxlength=5>"),
    (
        "/shadow",
        "<div id=host></div><script>
        const root = host.attachShadow({ mode: 'open' });
        const field = document.createElement('input'); field.type = 'password'; root.append(field);</script>",
    ),
    ("/frame", "<p>frame</p><iframe id=f src=/password width=400 height=100></iframe>"),
];

#[tokio::test]
async fn a_password_goes_whole_into_a_field_that_hides_it_in_the_place_of_what_was_there() {
    for kind in BOTH {
        let place = tempfile::tempdir().unwrap();
        let origin = bed::serve(FIELDS).await;
        let mut page = drivers::page(kind, &origin, place.path()).await;
        page.goto("/password").await.unwrap();
        bed::type_password(&mut page, "#p").await.unwrap();
        let whole = format!("p{} t0", PASSWORD.encode_utf16().count());
        bed::shows(&mut page, "#n", &whole).await;
        let refused = bed::type_password(&mut page, "#t").await.unwrap_err();
        assert!(matches!(&refused, PageError::Barred(why) if why.contains("does not hide")), "{kind}: {refused}");
        bed::shows(&mut page, "#n", &whole).await;
        page.goto("/shadow").await.unwrap();
        bed::type_password(&mut page, "input").await.unwrap();
        page.close().await;
    }
}

#[tokio::test]
async fn a_code_goes_into_text_fields_and_is_taken_out_of_what_the_page_says() {
    for kind in BOTH {
        let place = tempfile::tempdir().unwrap();
        let origin = bed::serve(FIELDS).await;
        let mut page = drivers::page(kind, &origin, place.path()).await;
        page.goto("/code").await.unwrap();
        bed::type_code(&mut page, "#c").await.unwrap();
        assert_eq!(bed::text(&mut page, "#n").await, "<secret>");
        let refused = bed::type_code(&mut page, "#e").await.unwrap_err();
        assert!(matches!(refused, PageError::Barred(_)), "{kind}: {refused}");
        page.close().await;
    }
}

#[tokio::test]
async fn fields_that_are_not_for_it_get_nothing() {
    for kind in BOTH {
        let place = tempfile::tempdir().unwrap();
        let origin = bed::serve(FIELDS).await;
        let mut page = drivers::page(kind, &origin, place.path()).await;
        for (path, css, wanted) in
            [("/off", "#p", "takes no text"), ("/form", "#p", "localhost:1"), ("/button", "#p", "127.0.0.1:1")]
        {
            page.goto(path).await.unwrap();
            let refused = bed::type_password(&mut page, css).await.unwrap_err();
            assert!(matches!(&refused, PageError::Barred(why) if why.contains(wanted)), "{kind} {path}: {refused}");
        }
        page.goto("/short").await.unwrap();
        let short = bed::type_password(&mut page, "#p").await.unwrap_err();
        assert!(matches!(short, PageError::Refused(_)), "{kind}: {short}");
        let armed = bed::armed(&mut page, "#p").await;
        let keys = SecretString::from("a\u{e007}b");
        let refused = page.type_secret(&armed, Credential::Password, &keys).await.unwrap_err();
        assert!(matches!(refused, PageError::Barred(_)), "{kind}: {refused}");
        page.close().await;
    }
}
