//! Somebody who looks at the site through a real browser and clicks as a person does.

use std::collections::BTreeMap;

use exeunt::browser::DrivenPage;
use exeunt::browser::binary::Kind;
use exeunt::browser::page::{Armed, Page as _, PageError};
use exeunt::flow::query::Read;

use super::drivers;
use super::faults::prompt_of;
use super::look::{by_css, by_xpath, look};

pub(crate) use crate::support::engines::BOTH;

/// How long anything may take to appear.
pub(crate) const PATIENCE_MS: u64 = 45_000;

pub(crate) struct Visitor {
    pub(crate) page: DrivenPage,
    _folder: tempfile::TempDir,
}

impl Visitor {
    pub(crate) async fn open(kind: Kind, origin: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let page = drivers::page(kind, origin, folder.path()).await;
        Self { page, _folder: folder }
    }

    pub(crate) async fn goto(&mut self, path: &str) {
        self.page.goto(path).await.unwrap();
    }

    /// Waits until exactly one such element is displayed.
    pub(crate) async fn sees(&mut self, xpath: &str) {
        let sight = self.page.look(&look(by_xpath(xpath), PATIENCE_MS, None)).await.unwrap();
        assert_eq!(sight.met, Some(0), "{xpath}: {sight:?}");
    }

    /// Whether exactly one such element is displayed now.
    pub(crate) async fn has(&mut self, xpath: &str) -> bool {
        self.page.look(&look(by_xpath(xpath), 0, None)).await.unwrap().met == Some(0)
    }

    /// Clicks the only displayed element of this kind, when it is there.
    pub(crate) async fn click(&mut self, xpath: &str) {
        let armed = self.armed(xpath).await;
        self.page.click(&armed).await.unwrap();
    }

    pub(crate) async fn fill(&mut self, xpath: &str, text: &str) {
        let armed = self.armed(xpath).await;
        self.page.fill(&armed, text).await.unwrap();
    }

    /// Clicks what may be replaced by an equal one between looking and clicking.
    pub(crate) async fn click_at_last(&mut self, xpath: &str) {
        for _ in 0..3 {
            let armed = self.armed(xpath).await;
            match self.page.click(&armed).await {
                Ok(()) => return,
                Err(PageError::Stale) => {}
                Err(error) => panic!("{xpath}: {error:?}"),
            }
        }
        panic!("{xpath} is replaced for ever");
    }

    /// Whether an element is displayed and a click would hit something else.
    pub(crate) async fn is_covered(&mut self, xpath: &str) -> bool {
        self.sees(xpath).await;
        let sight = self.page.look(&look(by_xpath(xpath), 1_500, Some("covered"))).await.unwrap();
        sight.armed.is_none()
    }

    /// Whether an element is displayed within a moment.
    pub(crate) async fn sees_soon(&mut self, xpath: &str) -> bool {
        self.page.look(&look(by_xpath(xpath), 4_000, None)).await.unwrap().met.is_some()
    }

    /// Clicks the head of the messaging corner, which no path from the document reaches.
    pub(crate) async fn click_in_corner(&mut self) {
        let ask = look(by_css("#msg-overlay button"), PATIENCE_MS, Some("corner"));
        let sight = self.page.look(&ask).await.unwrap();
        let armed = sight.armed.clone().unwrap_or_else(|| panic!("{sight:?}"));
        self.page.click(&armed).await.unwrap();
    }

    /// The text of the only displayed element of this kind.
    pub(crate) async fn text(&mut self, xpath: &str) -> String {
        let mut target = by_xpath(xpath);
        target.read = BTreeMap::from([("text".to_owned(), Read::default())]);
        let mut ask = look(target, PATIENCE_MS, None);
        ask.read = vec!["it".to_owned()];
        let sight = self.page.look(&ask).await.unwrap();
        sight.found["it"].read.get("text").cloned().unwrap_or_else(|| panic!("{xpath}: {sight:?}"))
    }

    /// What the prompt says that the browser shows, now or soon.
    pub(crate) async fn prompt(&mut self) -> String {
        prompt_of(self.page.look(&look(by_xpath("//never"), PATIENCE_MS, None)).await.unwrap_err())
    }

    async fn armed(&mut self, xpath: &str) -> Armed {
        let sight = self.page.look(&look(by_xpath(xpath), PATIENCE_MS, Some("visitor"))).await.unwrap();
        sight.armed.clone().unwrap_or_else(|| panic!("{xpath}: {sight:?}"))
    }

    pub(crate) async fn close(self) {
        self.page.close().await;
    }
}
