//! A look at a public address as anybody has it: a browser of its own, with a temporary profile and without cookies.
//!
//! It knows no account and leaves nothing behind. The caller's question decides what the page means: a page behind a sign-in
//! wall is not a page that is gone.

use super::open::{Open, OpenError, open};
use super::page::{Page as _, PageError, Photo, Sight};
use crate::flow::query::Look;

/// What was seen.
#[derive(Debug, Clone, PartialEq)]
pub struct PublicSight {
    /// The answer to the question: with address without query, title and HTTP status of the document that was arrived at.
    pub sight: Sight,
    /// The picture, or why there is none.
    pub photo: Result<Photo, PageError>,
}

/// Why nothing was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PublicError {
    /// No browser could be opened.
    Open(OpenError),
    /// The page could not be looked at.
    Page(PageError),
}

impl std::fmt::Display for PublicError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Open(error) => error.fmt(f),
            Self::Page(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for PublicError {}

/// Opens a browser as `options` say, but with a profile of its own, loads `path`, asks `question` and takes a picture.
///
/// Takes some seconds. The browser is ended in any case; dropping the future kills it. An attached driver (`webdriver`) gives a
/// profile of its own to every session as well.
///
/// # Errors
/// See [`PublicError`]. An HTTP error is none: the sight has its number.
pub async fn look(options: Open, path: &str, question: &Look) -> Result<PublicSight, PublicError> {
    let mut page = open(Open { profile: None, ..options }).await.map_err(PublicError::Open)?;
    let seen = async {
        page.goto(path).await?;
        let sight = page.look(question).await?;
        let photo = page.shot(None).await;
        Ok(PublicSight { sight, photo })
    };
    let seen = seen.await.map_err(PublicError::Page);
    page.close().await;
    seen
}
