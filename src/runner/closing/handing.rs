//! What a person does meanwhile: types a secret at the terminal, acts on the page, or answers on another device.
//!
//! The session is kept awake while it waits, and nothing irreversible is sent. It never types into a page that is a
//! challenge, and does not know how the person is told.

use std::time::Duration;

use jiff::SignedDuration;
use secrecy::SecretString;

use super::Closing;
use crate::browser::page::Page;
use crate::runner::attendant::{self, Asked, Attendant, TYPING};
use crate::runner::message::Go;
use crate::runner::stumble::Stumble;
use crate::runner::walk::halt::Halt;
use crate::runner::walk::{Arrival, Walk};

/// How long a person may take for a challenge of the site.
const CHALLENGE: SignedDuration = SignedDuration::from_mins(15);
/// How long is waited for what has to be done where the browser shows no window.
const UNSEEN: Duration = Duration::from_secs(180);
/// How long at most a person is waited for before it is heard whether somebody wants a stop.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often one secret is typed in a run: sites lock accounts after a few wrong ones.
const TRIES: u32 = 3;
/// How often the person is reminded.
const REMINDER: SignedDuration = SignedDuration::from_mins(2);
/// The sign of a captcha, by the name that every pack gives it.
const CAPTCHA: &str = "captcha";
/// The signs at which a person who sees the page may help: never the program.
const FOR_A_PERSON: [&str; 4] = [CAPTCHA, "checkpoint", "something_not_right", "gate"];

impl Closing<'_> {
    /// Asks for a secret. None: nobody typed it in time, or somebody wants a stop.
    pub(super) async fn ask<P: Page, A: Attendant>(
        &mut self,
        page: &mut P,
        walk: &mut Walk<'_>,
        (input, attendant): (&str, &mut A),
    ) -> Result<Option<SecretString>, Stumble> {
        let is_refused = self.walker(page).is_refused(walk);
        walk.let_go();
        let until = self.clock.now().utc.checked_add(TYPING).unwrap_or(jiff::Timestamp::MAX);
        // Some orders of the pages ask twice for what is right.
        let again = is_refused && self.asked.iter().any(|asked| asked == input);
        self.is_refused |= again && self.intended;
        self.asked.push(input.to_owned());
        let origin = self.order.started.origin.clone();
        let left = TRIES.saturating_sub(self.tries.get(input).copied().unwrap_or_default());
        let asked = Asked { input: input.to_owned(), again, left, origin, until };
        let (clock, stop) = (self.clock, self.stop.clone());
        let typed = attendant::hear(attendant, &asked, (clock, stop), async || self.touch(page).await).await?;
        *self.tries.entry(input.to_owned()).or_default() += u32::from(typed.is_some());
        Ok(typed)
    }

    /// Why a secret is not asked for any more, where that is so.
    pub(super) fn is_tried_enough(&self, input: &str) -> Option<String> {
        let tries = self.tries.get(input).copied().unwrap_or_default();
        (tries >= TRIES).then(|| {
            format!("the {input} was typed {tries} times, and the site asks once more: no further try, since sites lock accounts")
        })
    }

    /// Types it, keeps the step, and answers where the page ended the flow.
    pub(super) async fn type_it<P: Page>(
        &mut self,
        page: &mut P,
        walk: &mut Walk<'_>,
        secret: &SecretString,
    ) -> Result<Option<Arrival>, Stumble> {
        let typed = self.walker(page).type_secret(walk, secret).await;
        self.is_shown = None;
        self.keep_steps(page, walk).await?;
        let arrival = typed?;
        if let Some(why) = self.is_shown.take().filter(|_| !self.intended) {
            return Err(Halt::Barred(format!("the page shows the secret that was typed: {why}")).into());
        }
        if arrival.is_none() {
            walk.let_go();
        }
        Ok(arrival)
    }

    /// Waits until the page shows that a person did what the flow asks for. False: nobody did in time.
    pub(super) async fn await_person<P: Page, A: Attendant>(
        &mut self,
        page: &mut P,
        walk: &mut Walk<'_>,
        (words, within): (&str, Duration),
        attendant: &mut A,
    ) -> Result<bool, Stumble> {
        if !attendant.sees_the_page() {
            self.can_be_answered_elsewhere(page).await?;
        }
        // Without a window only another device can answer, and nobody waits long for what nobody sees.
        let within = if attendant.sees_the_page() { within } else { within.min(UNSEEN) };
        let until = self.clock.now().utc + within;
        let mut told = None;
        loop {
            let now = self.clock.now().utc;
            if told.is_none_or(|at| now.duration_since(at) >= REMINDER) {
                told = Some(now);
                if attendant.person(words, until).await == Go::Leave {
                    return Ok(false);
                }
            }
            let left = Duration::try_from(until.duration_since(now)).unwrap_or_default();
            let done = self.walker(page).await_person(walk, left.min(PATIENCE)).await;
            if done? {
                self.keep_steps(page, walk).await?;
                walk.let_go();
                return Ok(true);
            }
            if left <= PATIENCE || self.stop_wanted() {
                return Ok(false);
            }
        }
    }

    /// Whether this is a challenge for a person, and one is there who sees it.
    pub(super) fn may_hand_over(&self, halt: &Halt, attendant: &impl Attendant) -> bool {
        let is_challenge = matches!(halt, Halt::Sign { sign, .. } if FOR_A_PERSON.contains(&sign.as_str()));
        is_challenge && !self.intended && attendant.sees_the_page() && !self.stop_wanted()
    }

    /// Hands the page over until the challenge is gone. False: it is not, in time.
    pub(super) async fn hand_over<P: Page, A: Attendant>(
        &mut self,
        page: &mut P,
        halt: &Halt,
        attendant: &mut A,
    ) -> Result<bool, Stumble> {
        let words = format!("{halt}: answer it yourself in the browser window");
        let until = self.clock.now().utc.checked_add(CHALLENGE).unwrap_or(jiff::Timestamp::MAX);
        let mut told = None;
        loop {
            let now = self.clock.now().utc;
            if told.is_none_or(|at| now.duration_since(at) >= REMINDER) {
                told = Some(now);
                if attendant.person(&words, until).await == Go::Leave {
                    return Ok(false);
                }
            }
            if self.touch(page).await.is_ok() {
                return Ok(true);
            }
            if now >= until || self.stop_wanted() {
                return Ok(false);
            }
            tokio::time::sleep(PATIENCE).await;
        }
    }

    /// Whether another device may answer what the page asks: a captcha is answered in its own window or not at all.
    ///
    /// # Errors
    /// A captcha shows.
    async fn can_be_answered_elsewhere<P: Page>(&mut self, page: &mut P) -> Result<(), Stumble> {
        match self.touch(page).await {
            Err(Stumble::Halt(halt)) if matches!(&*halt, Halt::Sign { sign, .. } if sign == CAPTCHA) => {
                Err(Stumble::Halt(halt))
            }
            _ => Ok(()),
        }
    }

    /// A look that asks for nothing but the stop signs.
    ///
    /// # Errors
    /// A stop sign shows, or the session is lost.
    pub(super) async fn touch<P: Page>(&mut self, page: &mut P) -> Result<(), Stumble> {
        attendant::touch(page, self.pack, self.notes.identity.clone()).await.map_err(Stumble::from)
    }
}
