//! Asks the person at the terminal what a run needs of them: secrets without echo, reminders with the bell.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use secrecy::SecretString;
use tokio::sync::watch;

use crate::cli::context::Context;
use crate::cli::outcome::Failure;
use crate::cli::output::clean;
use crate::cli::{notify, prompt};
use crate::event::id::Realm;
use crate::runner::attendant::{Asked, Attendant};
use crate::runner::message::Go;
use crate::runner::wait::Stop;

/// A person at the terminal.
pub(crate) struct Terminal<'a> {
    context: &'a Context,
    realm: Realm,
    /// A browser window is open on this screen.
    is_headed: bool,
    /// The account's password from the keyring, where that was chosen: it answers the first question for it.
    pub(crate) password: Option<SecretString>,
    /// Signals: a question that is open is given up.
    stop: watch::Receiver<Stop>,
    /// Why a person could not be asked, where that is so.
    pub(crate) unasked: Option<Failure>,
}

impl<'a> Terminal<'a> {
    /// For an account's realm; `is_headed` says whether the person sees the page.
    pub(crate) fn new(context: &'a Context, (realm, is_headed): (Realm, bool), stop: watch::Receiver<Stop>) -> Self {
        Self { context, realm, is_headed, password: None, stop, unasked: None }
    }
}

impl Attendant for Terminal<'_> {
    async fn secret(&mut self, asked: &Asked) -> Option<SecretString> {
        let out = &self.context.out;
        if asked.input == "password"
            && let Some(password) = self.password.take()
        {
            out.note("  The password is taken from the keyring.");
            return Some(password);
        }
        if asked.again {
            let left = match asked.left {
                0 | 1 => "and not again".to_owned(),
                left => format!("and {left} times in all at most, since sites lock accounts"),
            };
            out.warn(format!("  The site refused it. You are asked once more, {left}: {}", asked.input));
        }
        let until = asked.until.to_zoned(self.context.zone()).strftime("%H:%M").to_string();
        let whose = match self.realm {
            Realm::Practice => "the PRACTICE site’s; never type your real one here",
            Realm::Real => "it goes to the site and nowhere else, and is kept nowhere",
        };
        out.warn(format!("  {} for {} ({whose}), until {until}:", clean(&asked.input), clean(&asked.origin)));
        let (words, out) = (format!("  {}: ", clean(&asked.input)), *out);
        let left = asked.until.duration_since(self.context.clock.now().utc);
        let deadline = Instant::now() + Duration::try_from(left).unwrap_or_default();
        let stop = self.stop.clone();
        let typed = tokio::task::spawn_blocking(move || {
            prompt::secret(out, &words, prompt::Until { stop: Some(&stop), deadline: Some(deadline) })
        })
        .await;
        match typed {
            Ok(Ok(secret)) => secret,
            Ok(Err(failure)) => {
                out.warn(format!("  {failure}"));
                self.unasked = Some(failure);
                None
            }
            Err(_) => None,
        }
    }

    async fn person(&mut self, words: &str, until: Timestamp) -> Go {
        let out = &self.context.out;
        let time = until.to_zoned(self.context.zone()).strftime("%H:%M").to_string();
        out.bell();
        out.warn(format!("  YOUR TURN, until {time}: {}", clean(words)));
        out.warn("  it goes on by itself when the page shows that it is done; Ctrl-C stops");
        notify::tell(self.context, "a person is needed before the account can be acted on").await;
        Go::On
    }

    fn sees_the_page(&self) -> bool {
        self.is_headed
    }
}
