//! One browser for several looks at the site: a page that somebody has read is kept for who works next.
//!
//! ```text
//! open ─► a first look ─► keep ─► a person reads and types ─► open gives the kept page ─► work ─► close
//!                           └─ too old, or it does not answer any more: closed, and open starts another browser
//! ```
//!
//! It hands on the browser and nothing that was read with it: whoever gets the page reads anew whose account it shows. It does
//! not know what is looked at.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::run::{Opener, Unopened};

/// An opener that may hold one open page back. Dropping it drops that page; [`Handover::end`] closes it well.
#[derive(Debug)]
pub struct Handover<O: Opener> {
    opener: O,
    lasts: Duration,
    kept: Option<(O::Page, Instant)>,
}

impl<O: Opener> Handover<O> {
    /// Holds nothing yet. A page that is kept counts as usable for as long as `lasts`.
    pub fn new(opener: O, lasts: Duration) -> Self {
        Self { opener, lasts, kept: None }
    }

    /// What opens the pages.
    pub fn opener(&self) -> &O {
        &self.opener
    }

    /// Keeps a page for the next [`Opener::open`]. One that is kept already is closed. When dropped, one of the two may have
    /// been dropped too.
    pub async fn keep(&mut self, page: O::Page) {
        let before = self.kept.replace((page, Instant::now()));
        if let Some((before, _)) = before {
            self.opener.close(before).await;
        }
    }

    /// Waits for something else, such as a person's answer. A page that gets too old meanwhile is closed then, not at the end.
    ///
    /// When dropped while it closes a page, that page is dropped.
    pub async fn wait<T>(&mut self, over: impl Future<Output = T>) -> T {
        tokio::pin!(over);
        if let Some((_, since)) = &self.kept {
            tokio::select! {
                biased;
                over = &mut over => return over,
                () = sleep_until(*since + self.lasts) => {}
            }
            self.end().await;
        }
        over.await
    }

    /// Closes what is kept, if anything is.
    pub async fn end(&mut self) {
        if let Some((page, _)) = self.kept.take() {
            self.opener.close(page).await;
        }
    }
}

impl<O: Opener> Opener for Handover<O> {
    type Page = O::Page;

    /// The kept page where it is young enough and still answers; else it is closed, and another one opened.
    async fn open(&mut self) -> Result<O::Page, Unopened> {
        if let Some((mut page, since)) = self.kept.take() {
            if since.elapsed() < self.lasts && self.opener.answers(&mut page).await {
                return Ok(page);
            }
            self.opener.close(page).await;
        }
        self.opener.open().await
    }

    async fn close(&mut self, page: O::Page) {
        self.opener.close(page).await;
    }

    async fn answers(&mut self, page: &mut O::Page) -> bool {
        self.opener.answers(page).await
    }

    async fn forget(&mut self, page: &mut O::Page) -> bool {
        self.opener.forget(page).await
    }
}

impl<O: Opener> Opener for &mut O {
    type Page = O::Page;

    async fn open(&mut self) -> Result<O::Page, Unopened> {
        (**self).open().await
    }

    async fn close(&mut self, page: O::Page) {
        (**self).close(page).await;
    }

    async fn answers(&mut self, page: &mut O::Page) -> bool {
        (**self).answers(page).await
    }

    async fn forget(&mut self, page: &mut O::Page) -> bool {
        (**self).forget(page).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::browser::scripted::Scripted;

    const LASTS: Duration = Duration::from_secs(300);

    /// Counts what it opens and closes; whether its pages still answer is told to it.
    #[derive(Default)]
    struct House {
        opened: u32,
        closed: u32,
        is_dead: bool,
    }

    impl Opener for House {
        type Page = Scripted;

        async fn open(&mut self) -> Result<Scripted, Unopened> {
            self.opened += 1;
            Ok(Scripted::new(vec![]))
        }

        async fn close(&mut self, _page: Scripted) {
            self.closed += 1;
        }

        async fn answers(&mut self, _page: &mut Scripted) -> bool {
            !self.is_dead
        }
    }

    async fn with_a_kept_page() -> Handover<House> {
        let mut handover = Handover::new(House::default(), LASTS);
        let page = handover.open().await.unwrap();
        handover.keep(page).await;
        handover
    }

    fn count(handover: &Handover<House>) -> (u32, u32) {
        (handover.opener().opened, handover.opener().closed)
    }

    #[tokio::test(start_paused = true)]
    async fn a_kept_page_is_the_next_one_and_only_once() {
        let mut handover = with_a_kept_page().await;
        tokio::time::advance(LASTS - Duration::from_secs(1)).await;
        let page = handover.open().await.unwrap();
        assert_eq!(count(&handover), (1, 0));
        let other = handover.open().await.unwrap();
        assert_eq!(count(&handover), (2, 0));
        handover.close(page).await;
        handover.close(other).await;
        handover.end().await;
        assert_eq!(count(&handover), (2, 2));
    }

    #[tokio::test(start_paused = true)]
    async fn a_page_that_is_too_old_is_closed_and_another_one_opened() {
        let mut handover = with_a_kept_page().await;
        tokio::time::advance(LASTS).await;
        assert_eq!(count(&handover), (1, 0));
        let _page = handover.open().await.unwrap();
        assert_eq!(count(&handover), (2, 1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_page_gets_too_old_while_somebody_types_and_is_closed_then() {
        let mut handover = with_a_kept_page().await;
        let (typed, typing) = tokio::sync::oneshot::channel();
        let person = async {
            tokio::time::sleep(LASTS * 3).await;
            typed.send(()).unwrap();
        };
        let began = Instant::now();
        let closed = handover.wait(async {
            typing.await.unwrap();
            began.elapsed()
        });
        let (typed_after, ()) = tokio::join!(closed, person);
        assert_eq!(typed_after, LASTS * 3);
        assert_eq!(count(&handover), (1, 1), "it was closed, and nothing opened before it is needed");
        let _page = handover.open().await.unwrap();
        assert_eq!(count(&handover), (2, 1));
    }

    #[tokio::test(start_paused = true)]
    async fn who_types_soon_gets_the_kept_page() {
        let mut handover = with_a_kept_page().await;
        handover.wait(tokio::time::sleep(LASTS / 2)).await;
        let _page = handover.open().await.unwrap();
        assert_eq!(count(&handover), (1, 0));
    }

    #[tokio::test(start_paused = true)]
    async fn a_page_that_does_not_answer_any_more_is_not_handed_on() {
        let mut handover = with_a_kept_page().await;
        handover.opener.is_dead = true;
        let _page = handover.open().await.unwrap();
        assert_eq!(count(&handover), (2, 1));
    }

    #[tokio::test(start_paused = true)]
    async fn the_kept_page_is_closed_where_nobody_goes_on() {
        let mut handover = with_a_kept_page().await;
        handover.end().await;
        handover.end().await;
        assert_eq!(count(&handover), (1, 1));
        let page = handover.open().await.unwrap();
        handover.keep(page).await;
        let page = handover.opener.open().await.unwrap();
        handover.keep(page).await;
        assert_eq!(count(&handover), (3, 2), "of two kept pages the first is closed");
    }
}
