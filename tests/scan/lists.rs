//! Lists that are made to be hard, read by the agent itself in both browsers.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::{Duration, Instant};

use exeunt::browser::binary::Kind;
use exeunt::browser::page::{Page, RowSlice, RowStatus};
use exeunt::flow::query::{Alternative, Arm, Count, HOLDS_MS, Look, Read, Rows, Target};

use super::{drivers, files};

/// No list here takes longer.
const LIMIT: Duration = Duration::from_secs(240);

fn css(css: &str) -> Option<String> {
    Some(css.to_owned())
}

fn target(selector: &str, count: Count, read: Vec<(&str, Read)>) -> Target {
    let find = vec![Alternative { css: css(selector), ..Alternative::default() }];
    let read = read.into_iter().map(|(name, read)| (name.to_owned(), read)).collect();
    Target { find, count, read, ..Target::default() }
}

fn request() -> Rows {
    let link = Read { css: css("a[href*='/in/']"), attr: Some("href".into()), slug: true, ..Read::default() };
    let name = Read { css: css("a[href*='/in/']"), ..Read::default() };
    let key = Read { attr: Some("data-key".into()), ..Read::default() };
    let since = Read { starts_word: Some("since".into()), ..Read::default() };
    let row = vec![("slug", link), ("name", name), ("key", key), ("since", since)];
    let number = Read { number: true, ..Read::default() };
    let words = BTreeMap::from([("since".to_owned(), vec!["Connected on".to_owned()])]);
    let targets = [
        ("row", target(".row", Count::Many, row)),
        ("more", target("button", Count::One, vec![])),
        ("total", target("h1", Count::One, vec![("number", number)])),
    ];
    Rows {
        look: Look {
            v: 1,
            targets: targets.into_iter().map(|(name, target)| (name.to_owned(), target)).collect(),
            words: BTreeMap::from([("en".to_owned(), words)]),
            ..Look::default()
        },
        row: "row".into(),
        more: Some("more".into()),
        total: "total".into(),
        number: "number".into(),
        most: 40,
    }
}

struct Whole {
    rows: Vec<BTreeMap<String, String>>,
    last: RowSlice,
    clicks: u32,
}

/// Reads a list to its end.
async fn read(page: &mut impl Page, path: &str) -> Whole {
    page.goto(path).await.unwrap();
    let mut rows = request();
    let mut whole = vec![];
    let mut clicks = 0;
    let began = Instant::now();
    loop {
        let slice = page.rows(&rows).await.unwrap();
        assert!(slice.rows.len() <= rows.most as usize, "an answer is bounded");
        rows.look.armed_before = None;
        whole.extend(slice.rows.clone());
        assert!(began.elapsed() < LIMIT, "{path}: no end after {} rows: {slice:?}", whole.len());
        match slice.status {
            RowStatus::End => return Whole { rows: whole, last: slice, clicks },
            RowStatus::Going => {}
            RowStatus::Stop => panic!("{path}: {slice:?}"),
            RowStatus::More => {
                clicks += 1;
                let arm =
                    Some(Arm { target: "more".into(), guard: vec![], token: format!("t{clicks}"), holds_ms: HOLDS_MS });
                let look = Look { arm, within_ms: 20_000, ..rows.look.clone() };
                let armed = page.look(&look).await.unwrap().armed.expect("the button can be clicked");
                page.click(&armed).await.unwrap();
                rows.look.armed_before = Some(armed.token);
            }
        }
    }
}

fn people(whole: &Whole) -> BTreeSet<String> {
    let slugs: BTreeSet<String> = whole.rows.iter().map(|row| row["slug"].clone()).collect();
    assert_eq!(slugs.len(), whole.rows.len(), "everybody comes once");
    assert!(whole.rows.iter().all(|row| row["name"].starts_with("Person ")), "{:?}", whole.rows);
    slugs
}

async fn hard_lists(kind: Kind) {
    let origin = files::serve(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scan/pages")).await;
    let place = tempfile::tempdir().unwrap();
    let mut page = drivers::page(kind, &origin, place.path()).await;

    let whole = read(&mut page, "/virtual.html").await;
    let wanted: BTreeSet<String> = (0..300).filter(|at| at % 50 != 7).map(|at| format!("person-{at}")).collect();
    assert_eq!(people(&whole), wanted, "{kind}: a list that keeps only what is in view");
    assert_eq!((whole.last.nameless, whole.last.total, whole.clicks), (6, Some(300), 0));
    assert!(whole.rows.iter().all(|row| row["since"] == "May 4, 2019"), "{:?}", whole.rows);

    let whole = read(&mut page, "/stubborn.html").await;
    let wanted: BTreeSet<String> = (0..45).filter(|at| at % 20 != 9).map(|at| format!("person-{at}")).collect();
    assert_eq!(people(&whole), wanted, "{kind}: a list that has to be asked");
    assert_eq!((whole.last.nameless, whole.clicks), (2, 2), "{kind}: {:?}", whole.last);
    page.close().await;
}

#[tokio::test]
async fn hard_lists_are_read_whole_in_chrome() {
    hard_lists(Kind::Chrome).await;
}

#[tokio::test]
async fn hard_lists_are_read_whole_in_firefox() {
    hard_lists(Kind::Firefox).await;
}
