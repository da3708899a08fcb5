//! The person who is present while the account itself is acted on, and who is asked for secrets. The session is kept awake
//! while the person types.

use std::time::Duration;

use jiff::Timestamp;
use secrecy::SecretString;
use tokio::sync::watch;

use super::clock::Clock;
use super::message::Go;
use super::wait::Stop;
use super::walk::Values;
use super::walk::halt::Halt;
use crate::browser::page::Page;
use crate::flow::compile::{Ask, Known};
use crate::flow::pack::Pack;

/// How long a person may take to type a secret.
pub(super) const TYPING: jiff::SignedDuration = jiff::SignedDuration::from_mins(10);
/// How often the session is touched while nothing else is sent, so that nothing takes it for idle.
const KEEP_ALIVE: Duration = Duration::from_secs(30);

/// A person who is present, and answers.
///
/// Everything that is asked may be dropped unanswered: by a stop, a deadline, or a session that is lost meanwhile.
pub trait Attendant: Send {
    /// Asks for a secret, without showing what is typed. None: the person gives none.
    fn secret(&mut self, asked: &Asked) -> impl Future<Output = Option<SecretString>> + Send;

    /// Says what the person has to do on the page or on another device, and until when. Said again as a reminder.
    fn person(&mut self, words: &str, until: Timestamp) -> impl Future<Output = Go> + Send;

    /// Whether the person sees the page: a window on this screen.
    fn sees_the_page(&self) -> bool;
}

/// A secret that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The flow's input: `password`, `code`, …
    pub input: String,
    /// It was asked for before, and the site did not take it.
    pub again: bool,
    /// How often it may still be typed in this run, this time included.
    pub left: u32,
    /// Where it will be typed: scheme, host, port.
    pub origin: String,
    /// Until when.
    pub until: Timestamp,
}

/// Asks the person, and touches the page now and then meanwhile. None: nobody typed it in time, or somebody wants a stop.
///
/// # Errors
/// What touching the page says.
pub(super) async fn hear<A: Attendant, E>(
    attendant: &mut A,
    asked: &Asked,
    (clock, mut stop): (&Clock, watch::Receiver<Stop>),
    mut touch: impl AsyncFnMut() -> Result<(), E>,
) -> Result<Option<SecretString>, E> {
    let answer = attendant.secret(asked);
    tokio::pin!(answer);
    loop {
        tokio::select! {
            biased;
            secret = &mut answer => return Ok(secret),
            _ = stop.wait_for(|stop| *stop != Stop::No) => return Ok(None),
            () = tokio::time::sleep(KEEP_ALIVE) => {
                touch().await?;
                if clock.now().utc >= asked.until {
                    return Ok(None);
                }
            }
        }
    }
}

/// A look that asks for nothing but the stop signs.
///
/// # Errors
/// A stop sign shows, or the session is lost.
pub(super) async fn touch<P: Page>(page: &mut P, pack: &Pack, identity: Known) -> Result<(), Halt> {
    let ask = Ask {
        wants: &[],
        within: Duration::ZERO,
        arm: None,
        arm_when: vec![],
        read: vec![],
        choices: vec![],
        handles: &[],
        values: &Values::new(),
        armed_before: None,
        redraws: None,
        aftermath: false,
        stood: None,
        identity,
    };
    let look = pack.look(&ask).expect("it names nothing");
    let sight = page.look(&look).await?;
    match super::walk::look::halt_of(&sight) {
        Some(halt) => Err(halt),
        None => Ok(()),
    }
}
