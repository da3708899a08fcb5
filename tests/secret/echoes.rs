//! Pages that keep what was typed and show it in another way: no picture and no text of them is kept, and the session goes on.

use exeunt::browser::DrivenPage;
use exeunt::browser::binary::Kind;
use exeunt::browser::page::{Page as _, PageError};

use super::bed::{self, BOTH, Pages};
use crate::support::drivers;

/// What is kept of a page whose field is empty again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keeps {
    /// Text and picture.
    All,
    /// Its texts alone.
    Text,
    /// Nothing.
    Nothing,
}

/// How a page gives back what was typed into it, once its field was emptied: a path, what lies in the page, and the script that
/// is given the secret as `s`.
const ECHOES: [(&str, &str, &str, Keeps); 25] = [
    ("/silent", "", "", Keeps::All),
    ("/gone", "", "p.remove()", Keeps::All),
    ("/backwards", "", "m.textContent = [...s].reverse().join('')", Keeps::Nothing),
    ("/dotted", "", "m.append(...[...s].flatMap((one) => [b(one), b('·')]))", Keeps::Nothing),
    ("/unseen-signs", "", "m.textContent = [...s].join('\\u200b\\u2060')", Keeps::Nothing),
    ("/upper", "", "m.textContent = s.toUpperCase()", Keeps::Nothing),
    (
        "/wide",
        "",
        "m.textContent = s.replace(/[!-~]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0))",
        Keeps::Nothing,
    ),
    ("/percent", "", "m.textContent = encodeURIComponent(s)", Keeps::Nothing),
    (
        "/base64",
        "",
        "m.textContent = btoa(String.fromCharCode(...new TextEncoder().encode('x' + s + ';')))",
        Keeps::Nothing,
    ),
    (
        "/hex",
        "",
        "m.textContent = [...new TextEncoder().encode(s)].map((c) => c.toString(16)).join(' ')",
        Keeps::Nothing,
    ),
    ("/part", "", "m.textContent = s.slice(4, 15)", Keeps::Nothing),
    ("/title", "", "document.title = s", Keeps::Nothing),
    ("/fragment", "", "history.replaceState(null, '', '#' + encodeURIComponent(s))", Keeps::Nothing),
    ("/attribute", "", "m.dataset.x = [...s].reverse().join('-')", Keeps::Nothing),
    ("/placeholder", "<input id=q>", "q.placeholder = s", Keeps::Nothing),
    ("/other-field", "<input id=q type=password>", "q.value = s", Keeps::Nothing),
    (
        "/generated",
        "<style id=t></style>",
        "rule('#m::before{content:' + JSON.stringify([...s].reverse().join('')) + '}')",
        Keeps::Nothing,
    ),
    (
        "/letters",
        "<style>i::after{content:attr(data-x)}</style>",
        "for (const one of s) { const i = b(''); i.dataset.x = one; m.append(i) }",
        Keeps::Nothing,
    ),
    (
        "/bullet",
        "<ul><li>x</ul><style id=t></style>",
        "rule('li{list-style-type:' + JSON.stringify([...s].reverse().join('')) + '}')",
        Keeps::Nothing,
    ),
    (
        "/frame",
        "<iframe id=f srcdoc='<p>x</p>'></iframe>",
        "f.contentDocument.body.textContent = [...s].reverse().join('')",
        Keeps::Nothing,
    ),
    ("/shadow", "", "m.attachShadow({ mode: 'open' }).append([...s].reverse().join(''))", Keeps::Nothing),
    ("/canvas", "<canvas id=c></canvas>", "c.getContext('2d').fillText(s, 9, 9)", Keeps::Text),
    (
        "/made-picture",
        "<img id=i width=90 height=40>",
        "const c = document.createElement('canvas'); c.getContext('2d').fillText(s, 9, 9); i.src = c.toDataURL()",
        Keeps::Text,
    ),
    (
        "/adopted",
        "",
        "const sheet = new CSSStyleSheet(); sheet.replaceSync('b{color:red}'); document.adoptedStyleSheets = [sheet]",
        Keeps::Text,
    ),
    ("/closed-frame", "<iframe sandbox srcdoc='<p>x</p>'></iframe>", "", Keeps::Text),
];

/// The page that gives it back in this way.
fn page_of(path: &str, inside: &str, script: &str) -> String {
    format!(
        "<p id=n>Hello {path}</p><input id=p type=password><button id=e>Empty</button><p id=m></p>{inside}<script>
        const b = (text) => Object.assign(document.createElement('i'), {{ textContent: text }});
        const rule = (text) => t.sheet.insertRule(text);
        e.onclick = () => {{ const s = p.value; p.value = ''; {script} ; e.textContent = 'Emptied' }}</script>"
    )
}

fn pages() -> Pages {
    let pages: Vec<_> = ECHOES
        .iter()
        .map(|(path, inside, script, _)| (*path, &*Box::leak(page_of(path, inside, script).into_boxed_str())))
        .chain([("/other", "<p id=n>Hello again</p>")])
        .collect();
    Box::leak(pages.into_boxed_slice())
}

/// Types into a page and has it emptied.
async fn typed_and_emptied(page: &mut DrivenPage, path: &str) {
    page.goto(path).await.unwrap();
    bed::loaded(page).await;
    bed::type_password(page, "#p").await.unwrap();
    let empty = bed::armed(page, "#e").await;
    page.click(&empty).await.unwrap();
    bed::shows(page, "#e", "Emptied").await;
}

fn is_withheld<T: std::fmt::Debug>(kept: Result<T, PageError>) -> bool {
    match kept {
        Ok(_) => false,
        Err(PageError::Unproved(_) | PageError::Shown(_)) => true,
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn what_gives_back_a_secret_in_any_cheap_way_is_kept_neither_as_picture_nor_as_text() {
    for kind in BOTH {
        let place = tempfile::tempdir().unwrap();
        let origin = bed::serve(pages()).await;
        let mut page = drivers::page(kind, &origin, place.path()).await;
        for (path, _, _, keeps) in ECHOES {
            typed_and_emptied(&mut page, path).await;
            let told = |what: &str| format!("{kind} {path}: {what}");
            let (picture, text) = (page.shot(None).await, page.snapshot().await);
            assert_eq!(is_withheld(picture), keeps != Keeps::All, "{}", told("the picture"));
            assert_eq!(is_withheld(text), keeps == Keeps::Nothing, "{}", told("the snapshot"));
            let said = bed::text(&mut page, "#n").await;
            let withheld = "<withheld, because a secret was typed into this page>";
            let told_text = format!("Hello {path}");
            assert_eq!(said, if keeps == Keeps::Nothing { withheld } else { &told_text }, "{}", told("a text"));
        }
        page.goto("/other").await.unwrap();
        assert_eq!(bed::text(&mut page, "#n").await, "Hello again", "{kind}");
        assert!(page.shot(None).await.is_ok() && page.snapshot().await.is_ok(), "{kind}: the session goes on");
        page.close().await;
    }
}

/// What the page answered before the secret was typed is known, and no other page's.
#[tokio::test]
async fn while_a_field_is_full_only_texts_that_were_known_before_are_told() {
    for kind in [Kind::Chrome, Kind::Firefox] {
        let place = tempfile::tempdir().unwrap();
        let origin = bed::serve(pages()).await;
        let mut page = drivers::page(kind, &origin, place.path()).await;
        page.goto("/silent").await.unwrap();
        assert_eq!(bed::text(&mut page, "#n").await, "Hello /silent");
        bed::type_password(&mut page, "#p").await.unwrap();
        assert_eq!(bed::text(&mut page, "#n").await, "Hello /silent", "{kind}: it was there before");
        let button = bed::armed(&mut page, "#e").await;
        assert!(button.name.starts_with("<withheld"), "{kind}: {}", button.name);
        page.click(&button).await.unwrap();
        bed::shows(&mut page, "#e", "Emptied").await;
        assert_eq!(bed::armed(&mut page, "#e").await.name, "Emptied", "{kind}: the field is empty");
        page.close().await;
    }
}
