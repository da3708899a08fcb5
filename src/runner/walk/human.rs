//! What a walk needs a person for: a step that the person carries out, and a secret that the person types.
//!
//! It does not know how a person is asked.

use std::time::Duration;

use secrecy::SecretString;

use super::halt::Halt;
use super::look::{Wanted, sign};
use super::{Arrival, Walk, Walker};
use crate::browser::page::{Credential, Page, Status};
use crate::flow::tree::{Flow, InputKind, Step, Verb};

/// The secret input that is the account's password; every other one is a code.
const PASSWORD: &str = "password";

impl<P: Page> Walker<'_, P> {
    /// Types a secret into the field of the walk's step, which is found and verified anew first; the walk goes on behind it.
    /// Answers what a skip of the step says, where one holds. When dropped, a part of the
    /// secret may be in the field, and the session is unusable.
    ///
    /// # Errors
    /// What stopped the walk. [`Halt::Barred`] where nothing was typed.
    pub async fn type_secret(&mut self, walk: &mut Walk<'_>, secret: &SecretString) -> Result<Option<Arrival>, Halt> {
        self.began = self.clock.now().utc;
        self.arm_again(walk).await?;
        let step = walk.step().expect("only a walk that arrived at a step is armed");
        let Some(armed) = walk.armed.take() else {
            return Err(Halt::Barred("the field for the secret could not be found again".to_owned()));
        };
        let what = match secret_of(walk.flow, step) {
            Some(PASSWORD) => Credential::Password,
            _ => Credential::Code,
        };
        self.page.type_secret(&armed, what, secret).await?;
        self.look_after(walk, step, None).await
    }

    /// Looks whether a person has done what the step asks for, for at most `within`. True: the walk goes on behind it.
    /// It only looks; when dropped in the middle of a command the session is unusable.
    ///
    /// # Errors
    /// A stop sign, a prompt, an unreachable site, a lost session.
    pub async fn await_person(&mut self, walk: &mut Walk<'_>, within: Duration) -> Result<bool, Halt> {
        let Some(step) = walk.step() else { return Ok(true) };
        let Verb::Human(handoff) = &step.verb else { return Ok(true) };
        let wanted = Wanted::of(vec![handoff.until.clone()], within);
        let sight = self.look(walk, &wanted, None).await?;
        if sight.status == Status::Stop {
            return Err(sign(&sight));
        }
        let done = sight.met.is_some();
        if done {
            self.record(walk, step, &sight, "done by a person");
            walk.saw.extend(handoff.until.see.iter().map(|target| target.value.clone()));
            walk.held = Some(handoff.until.clone());
            walk.advance();
        }
        walk.sight = Some(sight);
        Ok(done)
    }

    /// The step that a person did not finish in time, as what it is: a step that does not fit the page.
    pub fn not_done(&mut self, walk: &Walk<'_>) -> Halt {
        match (walk.step(), &walk.sight) {
            (Some(step), Some(sight)) => self.miss(walk, step, sight),
            _ => Halt::Nameless("nobody did what the flow asks a person for".to_owned()),
        }
    }
}

/// The secret input that a step types, where it types one.
pub(super) fn secret_of<'f>(flow: &'f Flow, step: &Step) -> Option<&'f str> {
    let Verb::Fill { with, .. } = &step.verb else { return None };
    let secrets = flow.inputs.iter().filter(|(_, kind)| kind.value == InputKind::Secret);
    secrets.map(|(name, _)| name.as_str()).find(|name| with.value == format!("{{{{{name}}}}}"))
}
