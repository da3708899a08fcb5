//! `selectors check`: a page that a browser saved is met as a run would meet it, and proves nothing by an address that was
//! lent to it.

use std::path::PathBuf;

use exeunt::browser::binary::Kind;
use exeunt::practice::scenario::Scenario;
use serde_json::{Value, json};

use super::bed::{Bed, Done, quick};
use crate::support::engines;

/// A profile as a browser saves it with the folder beside it: two degrees, of which the style sheet hides one, a picture, two
/// buttons of one name, a script that must not run and a way out that must not be taken.
const PROFILE: &str = r#"<html lang="en"><head><meta charset="utf-8"><title>Jane Doe | LinkedIn</title>
<meta http-equiv="refresh" content="0;url=http://127.0.0.1:9/elsewhere"><link rel="stylesheet" href="./profile_files/a.css"></head>
<body><div role="main" data-sdui-screen="com.linkedin.sdui.flagshipnav.profile.Profile"><main>
<script>document.body.innerHTML = 'a script ran'</script>
<div componentkey="com.linkedin.sdui.profile.card.refABCTopcard"><a href="https://www.linkedin.com/in/jane-doe/"><h2>Jane Doe</h2></a>
<p>· 1st</p><p class="x1">· 2nd</p><img src="./profile_files/photo"><button>More</button><button>More</button><button class="x1">Follow</button></div></main></div></body></html>"#;
const FROM: &str = "<!-- saved from url=(0037)https://www.linkedin.com/in/jane-doe/ -->\n";
const JANE: [&str; 4] = ["--slug", "jane-doe", "--name", "Jane Doe"];

/// Writes a file of the bed.
fn file(bed: &Bed, name: &str, content: &str) -> PathBuf {
    let path = bed.path(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, content).unwrap();
    path
}

fn checked(bed: &Bed, page: &str, name: &str, more: &[&str]) -> Done {
    let file = bed.path(name);
    bed.run(&[&["selectors", "check", "--page", page, file.to_str().unwrap()][..], more].concat())
}

fn of(done: &Done, name: &str) -> Value {
    let found = done.lines.iter().find(|line| line["target"] == name);
    found.unwrap_or_else(|| panic!("nothing of `{name}`: {}", done.told())).clone()
}

/// What a run would take and what it would not, with the reasons.
fn is_met_as_a_run_would(done: &Done) {
    let told = done.told();
    assert_eq!((done.code, &done.last()["address"]), (Some(0), &"/in/jane-doe/".into()), "{told}");
    for there in ["profile", "first_degree"] {
        assert_eq!(
            (&of(done, there)["count"], &of(done, there)["refused"]),
            (&1.into(), &Value::Null),
            "{there}: {told}"
        );
    }
    assert_eq!(of(done, "profile")["read"]["slug"], "jane-doe", "{told}");
    // A text that is not displayed says nothing; a button is there, and hidden.
    assert_eq!(of(done, "other_degree")["count"], 0, "{told}");
    assert_eq!(
        (&of(done, "follow_offer")["refused"], &of(done, "follow_offer")["nearest"]),
        (&"hidden".into(), &json!([])),
        "{told}"
    );
    assert_eq!(of(done, "profile_more")["refused"], "ambiguous", "{told}");
    assert_eq!(of(done, "missing_profile")["count"], 0, "{told}");
    assert!(!told.contains("a script ran"), "{told}");
}

#[test]
fn a_saved_profile_is_met_as_a_run_would_meet_it() {
    for (kind, from) in engines::each("a saved profile", [FROM, ""]) {
        let bed = Bed::new(kind, quick(5));
        file(&bed, "profile.html", &format!("<!DOCTYPE html>\n{from}{PROFILE}"));
        file(&bed, "profile_files/a.css", ".x1 { display: none }");
        let done = checked(&bed, "profile", "profile.html", &JANE);
        is_met_as_a_run_would(&done);
        let said = (!from.is_empty()).then_some("https://www.linkedin.com/in/jane-doe/");
        assert_eq!(done.last()["saved_from"].as_str(), said, "{}", done.told());
        assert!(of(&done, "profile_more")["why"].as_str().unwrap().contains("2 elements fit"), "{}", done.told());
        // Somebody else's profile is not Jane's, whatever address it is lent.
        let other = checked(&bed, "profile", "profile.html", &["--slug", "john-roe", "--name", "John Roe"]);
        assert_eq!(of(&other, "profile")["count"], 0, "{}", other.told());
        // Whose words nobody knows.
        file(&bed, "words.html", &format!("<!DOCTYPE html>\n{from}{}", PROFILE.replace("lang=\"en\"", "lang=\"tlh\"")));
        let done = checked(&bed, "profile", "words.html", &JANE);
        assert_eq!(of(&done, "first_degree")["refused"], "no_words", "{}", done.told());
        is_no_proof(&bed);
    }
}

/// A page of something else is not the page that it is said to be.
fn is_no_proof(bed: &Bed) {
    let page = "<!DOCTYPE html><html lang=\"en\"><body><main><h1>Recipes</h1><p>Bread</p></main></body></html>";
    file(bed, "recipes.html", page);
    for page in ["close", "settings", "archive"] {
        let done = checked(bed, page, "recipes.html", &[]);
        assert_eq!(done.code, Some(3), "{page}: {}", done.told());
        assert!(done.told().contains("this is not that page"), "{page}: {}", done.told());
    }
    file(bed, "elsewhere.html", &format!("<!-- saved from url=(0025)https://example.com/jane/ -->{PROFILE}"));
    let done = checked(bed, "profile", "elsewhere.html", &JANE);
    assert!(done.code == Some(3) && done.told().contains("saved from elsewhere"), "{}", done.told());
    file(bed, "other.html", &format!("<!DOCTYPE html>\n{FROM}{PROFILE}"));
    let done = checked(bed, "close", "other.html", &[]);
    assert!(done.code == Some(3), "{}", done.told());
}

/// A single file as Chromium saves it, and what is no page at all.
#[test]
fn a_page_in_a_single_file_is_checked_and_what_is_no_page_is_named() {
    let bed = Bed::new(Kind::Chrome, quick(5));
    // Half of the card stands in a shadow root, as Chromium writes it into such a file.
    let page = PROFILE
        .replace("./profile_files/a.css", "cid:css-1@mhtml.blink")
        .replace("<p>· 1st</p>", "<div><template shadowmode=\"open\"><p>· 1st</p></template></div>");
    let mhtml = format!(
        "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://www.linkedin.com/in/jane-doe/\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/related; type=\"text/html\"; boundary=\"-x-\"\r\n\r\n---x-\r\nContent-Type: text/html; charset=utf-8\r\n\
         Content-Transfer-Encoding: 8bit\r\nContent-Location: https://www.linkedin.com/in/jane-doe/\r\n\r\n<!DOCTYPE html>{page}\r\n\
         ---x-\r\nContent-Type: text/css\r\nContent-ID: <css-1@mhtml.blink>\r\n\r\n.x1 {{ display: none }}\r\n---x---\r\n"
    );
    file(&bed, "page.mhtml", &mhtml);
    is_met_as_a_run_would(&checked(&bed, "profile", "page.mhtml", &JANE));
    file(&bed, "plain.html", &format!("<!DOCTYPE html>{PROFILE}"));
    file(&bed, "plain_files/none", "");
    let given = checked(&bed, "profile", "plain.html", &["--at", "/in/jane-doe/", "--slug", "jane-doe"]);
    assert_eq!(of(&given, "profile")["count"], 1, "{}", given.told());
    for (at, code) in [("https://example.com/in/jane-doe/", 2), ("/in/somebody-else/", 0)] {
        let done = checked(&bed, "profile", "plain.html", &["--at", at, "--slug", "jane-doe"]);
        assert_eq!(done.code, Some(code), "{at}: {}", done.told());
    }
    file(&bed, "page.pdf", "%PDF-1.7");
    let done = checked(&bed, "profile", "page.pdf", &[]);
    assert!(done.code == Some(3) && done.told().contains("a PDF document and no page"), "{}", done.told());
}

/// The site's own page: opened and read, and nothing else. Somebody's profile is not opened for that.
#[test]
fn the_sites_own_page_is_checked_and_only_read() {
    for (kind, ui) in engines::each("a page of the site's own", ["connections=sdui-2026", "connections=ember-2020"]) {
        let bed = Bed::new(kind, Scenario { ui: ui.parse().unwrap(), ..quick(5) });
        let done = bed.run(&["selectors", "check", "--page", "connections", "--live"]);
        let told = done.told();
        assert_eq!(
            (done.code, &done.last()["address"]),
            (Some(0), &"/mynetwork/invite-connect/connections/".into()),
            "{told}"
        );
        assert_eq!(
            (&of(&done, "list_total")["refused"], &of(&done, "name_filter")["refused"]),
            (&Value::Null, &Value::Null),
            "{told}"
        );
        assert_eq!(bed.site.removed(), [].into());
        let refused = bed.run(&["selectors", "check", "--page", "profile", "--live", "--slug", "jane-doe"]);
        assert!(refused.code == Some(2) && refused.told().contains("counts as a view"), "{}", refused.told());
        bed.site.ask("POST /fault", "captcha@connections");
        let stopped = bed.run(&["selectors", "check", "--page", "connections", "--live"]);
        assert_eq!(stopped.code, Some(5), "{}", stopped.told());
        let held = bed.run(&["selectors", "check", "--page", "connections", "--live"]);
        assert_eq!(held.code, Some(5), "{}", held.told());
    }
}
