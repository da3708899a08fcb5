//! What the pack finds on pages whose shape the facts leave open: where a key stands, what a dialog shows, which regions there
//! are. One browser a run, drawn from the hour.

use std::collections::BTreeMap;
use std::time::Duration;

use exeunt::browser::DrivenPage;
use exeunt::browser::binary::Kind;
use exeunt::browser::page::{Page as _, Sight};
use exeunt::flow::compile::{Arming, Ask, Known};
use exeunt::flow::pack::Pack;
use exeunt::pack::embedded;

use crate::support::{drivers, files};

/// A list: the filter's key stands around the box, a card's key on a wrapper and inside it, a row ends with "Follow", and the
/// dialog is one of the older generation, with the person in its button's name.
const LIST: &str = r#"<!doctype html><html lang="en"><meta charset="utf-8"><title>Connections</title>
<body data-sdui-screen="com.linkedin.sdui.flagshipnav.mynetwork.Connections">
<div role="main"><main><div componentkey="ConnectionsPage_ConnectionsListHeader"><p>2 connections</p></div>
<div componentkey="connectionsListTypeahead_ConnectionsListTypeahead"><div><input placeholder="Search by name"></div></div>
<input placeholder="Search messages" type="text">
<div data-testid="lazy-column">
<div componentkey="ConnectionCard_0-jane-doe"><div componentkey="ConnectionCard_0-jane-doe"><a href="/in/jane-doe/"><p>Jane Doe</p></a>
<button aria-label="More actions for Jane Doe" aria-haspopup="true">…</button><button>Follow</button></div></div>
<div componentkey="ConnectionCard_0-joe-roe"><div componentkey="ConnectionCard_0-joe-roe"><a href="/in/joe-roe/"><p>Joe Roe</p></a>
<button aria-label="More actions for Joe Roe" aria-haspopup="true">…</button><button>Follow</button></div></div>
</div></main></div>
<dialog><button aria-label="Dismiss"></button></dialog>
<div id="artdeco-modal-outlet"><div class="artdeco-modal" role="alertdialog" data-test-modal><h2>Remove Jane?</h2>
<section><h2 data-testid="toasts-title">0 notifications</h2></section>
<div class="artdeco-modal__actionbar"><button>Cancel</button><button data-test-dialog-primary-btn aria-label="Remove Jane Doe from connections">Remove</button></div></div></div>
</body></html>"#;

/// Another page with a box in its middle.
const MESSAGES: &str = r#"<!doctype html><html lang="en" class="theme theme--mercado"><meta charset="utf-8"><title>Messaging</title>
<body><main><input type="text" placeholder="Search messages"></main></body></html>"#;

/// A profile: `CARD` is its top card, and another person's card stands beside it.
const PROFILE: &str = r#"<!doctype html><html lang="en"><meta charset="utf-8"><title>Jane Doe</title>
<body data-sdui-screen="com.linkedin.sdui.flagshipnav.profile.Profile"><div role="main"><main>CARD
<section><h2>More profiles for you</h2><a href="/in/joe-roe/">Joe Roe</a><p>· 2nd</p><button>Connect</button></section></main></div></body></html>"#;

const CLOSE: &str = r#"<!doctype html><html lang="en"><meta charset="utf-8"><title>Close account</title>
<body><div role="main"><main><h1>Close account</h1><main><input type="password"><button>Done</button></main></main></div></body></html>"#;

struct Bench {
    page: DrivenPage,
    pack: Pack,
    folder: tempfile::TempDir,
    _browser: tempfile::TempDir,
}

impl Bench {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let browser = tempfile::tempdir().unwrap();
        let hour = jiff::Timestamp::now().as_second() / 3_600;
        let kind = if hour % 2 == 0 { Kind::Chrome } else { Kind::Firefox };
        eprintln!("{kind}, of hour {hour}");
        let origin = files::serve(folder.path().to_owned()).await;
        let page = drivers::page(kind, &origin, browser.path()).await;
        Self { page, pack: Pack::load(embedded::sources()).unwrap().pack, folder, _browser: browser }
    }

    /// Opens a text as the page at an address, and looks for these targets; `arm` with its guard.
    async fn sees(&mut self, path: &str, text: &str, read: &[&str], arm: Option<(&str, &str)>) -> Sight {
        std::fs::write(self.folder.path().join(path.rsplit('/').next().unwrap()), text).unwrap();
        self.page.goto(path).await.unwrap();
        let values: BTreeMap<String, String> =
            [("slug", "jane-doe"), ("name", "Jane Doe")].map(|(key, value)| (key.to_owned(), value.to_owned())).into();
        let commit = arm.map(|(flow, _)| self.pack.flows[flow].commit.as_ref().unwrap());
        let ask = Ask {
            wants: &[],
            arm: arm.map(|(_, target)| Arming { target, guard: &commit.unwrap().guard, token: "t".to_owned() }),
            arm_when: vec![],
            read: read.to_vec(),
            choices: vec![],
            handles: &[],
            within: Duration::from_secs(2),
            values: &values,
            armed_before: None,
            redraws: None,
            aftermath: false,
            stood: None,
            identity: Known::default(),
        };
        let look = self.pack.look(&ask).unwrap();
        self.page.look(&look).await.unwrap()
    }
}

fn count(sight: &Sight, target: &str) -> u32 {
    sight.found.get(target).map_or(0, |found| found.count)
}

#[tokio::test]
async fn keys_and_names_stand_where_they_like() {
    let mut bench = Bench::new().await;
    let read = ["name_filter", "any_card", "card", "card_menu", "confirm_box", "confirm_yes", "list_ready"];
    let path = "/mynetwork/invite-connect/connections";
    let sight = bench.sees(path, LIST, &read, Some(("remove-from-list", "confirm_yes"))).await;
    let counts = read.map(|target| (target, count(&sight, target)));
    assert_eq!(counts.map(|(_, count)| count), [1, 2, 1, 1, 1, 1, 1], "{counts:?}, {:?}", sight.refused);
    assert_eq!(sight.found["name_filter"].name, "Search by name");
    assert_eq!(sight.found["card_menu"].name, "More actions for Jane Doe");
    assert!(sight.armed.is_some(), "{:?}", sight.refused);
    // A dialog of somebody else of that first name, and a row whose menu has no name and no mark of one.
    let other = LIST.replace("Remove Jane?", "Remove Jane Roe?");
    let sight = bench.sees(path, &other, &read, Some(("remove-from-list", "confirm_yes"))).await;
    assert!(sight.armed.is_none() && sight.refused.is_some(), "{sight:?}");
    let bare = LIST.replace(r#" aria-label="More actions for Jane Doe" aria-haspopup="true""#, "");
    let sight = bench.sees(path, &bare, &read, None).await;
    assert_eq!(count(&sight, "card_menu"), 0, "the last button of a row is no menu");
    let sight = bench.sees("/messaging", MESSAGES, &["name_filter"], None).await;
    assert_eq!(count(&sight, "name_filter"), 0);
    bench.page.close().await;
}

#[tokio::test]
async fn a_top_card_is_told_by_its_key_and_a_follow_button_is_no_degree() {
    let mut bench = Bench::new().await;
    let read = ["profile", "first_degree", "not_connected", "follow_offer"];
    let row = r#"<h2>Jane Doe</h2>DEGREE<button aria-label="Follow Jane Doe">Follow</button><button>More</button>"#;
    let shapes = [
        format!(r#"<section componentkey="com.linkedin.sdui.profile.card.refACoTopcard">{row}</section>"#),
        format!(
            r#"<div componentkey="com.linkedin.sdui.profile.card.refACoTopcard"><section componentkey="x1">{row}</section></div>"#
        ),
        format!(
            r#"<div id="refACoTopcard"><section componentkey="com.linkedin.sdui.profile.card.refACoTopcard">{row}</section></div>"#
        ),
    ];
    for shape in &shapes {
        // What the degree says, and whether that is a first degree or no connection.
        for (degree, first, none) in [
            ("<p>· 1st</p>", 1, 0),
            ("<span>· <span>1st</span></span><p hidden>· 2nd</p>", 1, 0),
            ("<p>· 2nd</p><p hidden>· 1st</p>", 0, 1),
            ("", 0, 0),
            (
                r#"<a href="/preload/custom-invite/?vanityName=jane-doe" aria-label="Invite Jane Doe to connect">Connect</a>"#,
                0,
                1,
            ),
        ] {
            let text = PROFILE.replace("CARD", &shape.replace("DEGREE", degree));
            let sight = bench.sees("/in/jane-doe", &text, &read, None).await;
            let counts = read.map(|target| count(&sight, target).min(1));
            assert_eq!(counts, [1, first, none, 1], "{degree:?} in {shape}: {sight:?}");
        }
    }
    bench.page.close().await;
}

#[tokio::test]
async fn nested_regions_are_one() {
    let mut bench = Bench::new().await;
    let read = ["closing_page", "close_password", "close_final"];
    let sight = bench.sees("/mypreferences/d/close-accounts", CLOSE, &read, None).await;
    assert_eq!(read.map(|target| count(&sight, target)), [1, 1, 1], "{sight:?}");
    bench.page.close().await;
}
