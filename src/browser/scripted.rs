//! A page that follows a script: the second implementer of [`Page`], for tests of whatever drives one.

use std::collections::VecDeque;

use secrecy::SecretString;

use super::page::{
    Armed, Credential, Document, Page, PageError, Photo, Rect, Reply, RowSlice, RowStatus, Sight, Status,
};
use crate::flow::query::{Look, Rows};

/// Answers a look.
pub type Answer = Box<dyn FnOnce(&Look) -> Result<Sight, PageError> + Send>;

/// One call that is expected, and what it answers.
pub enum Turn {
    /// A path is loaded.
    Goto(String, Result<(), PageError>),
    /// From here on the site's own server answers; so many loads each time.
    PassStoresBy(Result<u32, PageError>),
    /// The page is looked at; the answer may depend on the question.
    Look(Answer),
    /// A slice of a list is read.
    Rows(Box<Result<RowSlice, PageError>>),
    /// What was armed with this token is clicked.
    Click(String, Result<(), PageError>),
    /// What was armed with this token is filled with this text.
    Fill(String, String, Result<(), PageError>),
    /// A secret of this kind is typed into what was armed with this token. Which secret, no script says.
    Secret(String, Credential, Result<(), PageError>),
    /// A key is pressed.
    Press(String, Result<(), PageError>),
    /// The prompt with this text is answered like this.
    Answer(String, Reply, Result<(), PageError>),
    /// A picture is taken.
    Shot(Result<Photo, PageError>),
    /// The document is asked for as HTML.
    Snapshot(Result<String, PageError>),
}

/// An answer with this status and nothing else in it: a test fills in what its question is about.
#[must_use]
pub fn sight(status: Status) -> Sight {
    Sight {
        status,
        met: (status == Status::Met).then_some(0),
        page: Document {
            address: "http://127.0.0.1/".into(),
            language: "en".into(),
            visible: true,
            ..Document::default()
        },
        found: std::collections::BTreeMap::new(),
        layers: 0,
        dialog: None,
        draws: std::collections::BTreeMap::new(),
        stop: None,
        said: None,
        stood: None,
        identity: None,
        armed: None,
        refused: None,
        click: None,
    }
}

/// A slice of a list with this status, these people by slug, and this number on the page; nothing else is in it.
#[must_use]
pub fn slice(status: RowStatus, slugs: &[&str], total: u64) -> RowSlice {
    let row = |slug: &&str| {
        let read = [("slug", (*slug).to_owned()), ("name", format!("Name of {slug}"))];
        read.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
    };
    RowSlice {
        status,
        rows: slugs.iter().map(row).collect(),
        nameless: 0,
        total: Some(total),
        quiet_ms: 0,
        held_up: None,
        page: sight(Status::Met).page,
        stop: None,
        identity: None,
    }
}

/// A page that expects its calls in the order of a script.
///
/// A call that the script does not expect is answered with [`PageError::Garbled`] that says what was expected, ends the
/// script, and fails [`Scripted::finish`].
#[derive(Default)]
pub struct Scripted {
    turns: VecDeque<Turn>,
    /// Every call, as text: `goto /x`, `look`, `click t1`.
    pub log: Vec<String>,
    strays: Vec<String>,
    commands: u64,
}

impl Scripted {
    /// A page that expects these calls in this order.
    #[must_use]
    pub fn new(turns: impl IntoIterator<Item = Turn>) -> Self {
        Self { turns: turns.into_iter().collect(), ..Self::default() }
    }

    /// What went wrong: calls that were not expected, and expected calls that did not come. Empty where all went well.
    #[must_use]
    pub fn finish(self) -> Vec<String> {
        let left = self.turns.iter().map(|turn| format!("never came: {}", turn.name()));
        self.strays.into_iter().chain(left).collect()
    }

    fn next(&mut self, call: String) -> (Option<Turn>, PageError) {
        self.commands += 1;
        let turn = self.turns.pop_front();
        let expected = turn.as_ref().map_or_else(|| "nothing more".to_owned(), Turn::name);
        let stray = format!("expected {expected}, got {call}");
        self.log.push(call);
        (turn, PageError::Garbled(stray))
    }

    fn stray<T>(&mut self, error: PageError) -> Result<T, PageError> {
        self.strays.push(error.to_string());
        self.turns.clear();
        Err(error)
    }
}

impl Turn {
    fn name(&self) -> String {
        match self {
            Self::Goto(path, _) => format!("goto {path}"),
            Self::PassStoresBy(_) => "pass stores by".to_owned(),
            Self::Look(_) => "look".to_owned(),
            Self::Rows(_) => "rows".to_owned(),
            Self::Click(token, _) => format!("click {token}"),
            Self::Fill(token, text, _) => format!("fill {token} with {text}"),
            Self::Secret(token, what, _) => format!("type a {what:?} into {token}"),
            Self::Press(key, _) => format!("press {key}"),
            Self::Answer(text, with, _) => format!("answer {text} with {with:?}"),
            Self::Shot(_) => "shot".to_owned(),
            Self::Snapshot(_) => "snapshot".to_owned(),
        }
    }
}

impl Page for Scripted {
    async fn goto(&mut self, path: &str) -> Result<(), PageError> {
        match self.next(format!("goto {path}")) {
            (Some(Turn::Goto(wanted, answer)), _) if wanted == path => answer,
            (_, error) => self.stray(error),
        }
    }

    async fn pass_stores_by(&mut self) -> Result<u32, PageError> {
        match self.next("pass stores by".to_owned()) {
            (Some(Turn::PassStoresBy(answer)), _) => answer,
            (_, error) => self.stray(error),
        }
    }

    async fn look(&mut self, look: &Look) -> Result<Sight, PageError> {
        match self.next("look".to_owned()) {
            (Some(Turn::Look(answer)), _) => answer(look),
            (_, error) => self.stray(error),
        }
    }

    async fn rows(&mut self, rows: &Rows) -> Result<RowSlice, PageError> {
        let _ = rows;
        match self.next("rows".to_owned()) {
            (Some(Turn::Rows(answer)), _) => *answer,
            (_, error) => self.stray(error),
        }
    }

    async fn click(&mut self, armed: &Armed) -> Result<(), PageError> {
        match self.next(format!("click {}", armed.token)) {
            (Some(Turn::Click(wanted, answer)), _) if wanted == armed.token => answer,
            (_, error) => self.stray(error),
        }
    }

    async fn fill(&mut self, armed: &Armed, text: &str) -> Result<(), PageError> {
        match self.next(format!("fill {} with {text}", armed.token)) {
            (Some(Turn::Fill(token, wanted, answer)), _) if token == armed.token && wanted == text => answer,
            (_, error) => self.stray(error),
        }
    }

    async fn type_secret(&mut self, armed: &Armed, what: Credential, _: &SecretString) -> Result<(), PageError> {
        match self.next(format!("type a {what:?} into {}", armed.token)) {
            (Some(Turn::Secret(token, wanted, answer)), _) if token == armed.token && wanted == what => answer,
            (_, error) => self.stray(error),
        }
    }

    async fn press(&mut self, key: &str) -> Result<(), PageError> {
        match self.next(format!("press {key}")) {
            (Some(Turn::Press(wanted, answer)), _) if wanted == key => answer,
            (_, error) => self.stray(error),
        }
    }

    async fn answer(&mut self, text: &str, with: Reply) -> Result<(), PageError> {
        match self.next(format!("answer {text} with {with:?}")) {
            (Some(Turn::Answer(open, wanted, answer)), _) if open == text && wanted == with => answer,
            (_, error) => self.stray(error),
        }
    }

    async fn shot(&mut self, clip: Option<Rect>) -> Result<Photo, PageError> {
        let _ = clip;
        match self.next("shot".to_owned()) {
            (Some(Turn::Shot(answer)), _) => answer,
            (_, error) => self.stray(error),
        }
    }

    async fn snapshot(&mut self) -> Result<String, PageError> {
        match self.next("snapshot".to_owned()) {
            (Some(Turn::Snapshot(answer)), _) => answer,
            (_, error) => self.stray(error),
        }
    }

    fn commands(&self) -> u64 {
        self.commands
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_script_is_followed_to_its_end() {
        let mut page = Scripted::new([
            Turn::Goto("/a".into(), Ok(())),
            Turn::Press("Escape".into(), Err(PageError::Lost("gone".into()))),
        ]);
        assert_eq!(page.goto("/a").await, Ok(()));
        assert_eq!(page.press("Escape").await, Err(PageError::Lost("gone".into())));
        assert_eq!(page.log, ["goto /a", "press Escape"]);
        assert!(page.finish().is_empty());
    }

    #[tokio::test]
    async fn a_stray_call_and_a_missing_one_are_told() {
        let mut page = Scripted::new([Turn::Goto("/a".into(), Ok(())), Turn::Snapshot(Ok(String::new()))]);
        assert!(page.goto("/b").await.is_err());
        assert_eq!(page.finish().len(), 1);
        assert_eq!(Scripted::new([Turn::Snapshot(Ok(String::new()))]).finish(), ["never came: snapshot"]);
    }
}
