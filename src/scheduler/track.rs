//! One account's work, as the loop sees it.

use tokio::sync::watch;

use super::share::Share;
use crate::runner::wait::Stop;

/// One account's work: a share at a time, and a cheap look at what others want meanwhile.
pub trait Track {
    /// Whose work it is, for words.
    fn name(&self) -> String;

    /// Does what is allowed now: one run, with its own proof, that leaves nothing open behind it.
    ///
    /// `stop` is heard within. When dropped, an effect may be in flight: the next share looks at it first.
    fn share(&mut self, stop: watch::Receiver<Stop>) -> impl Future<Output = Share>;

    /// What others want, asked every few seconds of a wait.
    fn look(&mut self) -> Look;
}

/// What others want of a track between its shares.
#[derive(Debug, Clone, PartialEq)]
pub enum Look {
    /// Nothing: it goes on when its time comes.
    Free,
    /// It is paused: nothing is begun until that is over.
    Held,
    /// It has ended without another share.
    Over(Share),
}
