//! The person before the terminal: types secrets, and does on the page what the site asks a person for.

use std::collections::VecDeque;
use std::time::Duration;

use jiff::Timestamp;
use secrecy::SecretString;
use tokio::time::{Instant, sleep};

use super::world::{CODE, OTHER, PASSWORD, Site, WRONG};
use crate::runner::closing::{Asked, Attendant};
use crate::runner::message::Go;

/// What is typed when the password is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Types {
    Right,
    Wrong,
    /// Nothing: the person gives up.
    Nothing,
    /// The right one, after so many seconds.
    After(u64),
}

/// What is done when a person is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Helps {
    /// What is asked for.
    Does,
    /// Nothing.
    Nothing,
    /// The person leaves.
    Leaves,
    /// What is asked for, and signs in with another account on the way.
    AsOther,
}

/// The person.
#[derive(Debug)]
pub(super) struct Person {
    pub(super) site: Site,
    pub(super) sees: bool,
    /// What is typed each time; the right one at the end.
    pub(super) types: VecDeque<Types>,
    pub(super) helps: Helps,
    /// What was asked for, in order; a second time with an exclamation mark.
    pub(super) asked: Vec<String>,
}

impl Person {
    /// Somebody who knows the password and sees the page.
    pub(super) fn new(site: &Site) -> Self {
        Self { site: site.clone(), sees: true, types: VecDeque::new(), helps: Helps::Does, asked: vec![] }
    }
}

impl Attendant for Person {
    async fn secret(&mut self, asked: &Asked) -> Option<SecretString> {
        self.asked.push(format!("{}{}", asked.input, if asked.again { "!" } else { "" }));
        sleep(Duration::from_secs(2)).await;
        if asked.input != "password" {
            return Some(CODE.into());
        }
        match self.types.pop_front().unwrap_or(Types::Right) {
            Types::Right => Some(PASSWORD.into()),
            Types::Wrong => Some(WRONG.into()),
            Types::Nothing => None,
            Types::After(seconds) => {
                sleep(Duration::from_secs(seconds)).await;
                Some(PASSWORD.into())
            }
        }
    }

    async fn person(&mut self, _words: &str, _until: Timestamp) -> Go {
        self.asked.push("person".to_owned());
        sleep(Duration::from_secs(1)).await;
        if self.helps == Helps::Leaves {
            return Go::Leave;
        }
        let mut world = self.site.world();
        if matches!(self.helps, Helps::Does | Helps::AsOther) {
            world.approved = Some(Instant::now() + Duration::from_secs(3));
            // Who does not see the page cannot answer what is on it.
            world.captcha &= !self.sees;
        }
        if self.helps == Helps::AsOther {
            world.who = OTHER;
        }
        Go::On
    }

    fn sees_the_page(&self) -> bool {
        self.sees
    }
}
