//! `login`: a window in which a person signs in, without a driver; then driven sessions prove that it lasts, and whose it is.

use std::io::{BufRead as _, IsTerminal as _};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use tokio::sync::watch;

use super::args::Login;
use super::browser::Driver;
use super::context::Context;
use super::errand::{asked, gone_there, interrupted, runtime, stopped};
use super::interlock::silence;
use super::outcome::{Answer, Failure, Outcome};
use super::output::{account_of, clean};
use super::programs::kind;
use super::{closed, known_driver, profile, screen, signals};
use crate::browser::window::{self, Show, Window};
use crate::event::exit::Ending;
use crate::event::fact::{Fact, Purpose};
use crate::event::id::Slug;
use crate::flow::pack::Pack;
use crate::ledger::{Adoption, ClosureRow, Identity, Owner};
use crate::runner::errand::{Errand, Met, Outset};
use crate::runner::wait::Stop;

/// How often it is looked whether Enter was pressed.
const LOOK: Duration = Duration::from_millis(200);

/// What a login works with.
struct Desk<'a> {
    context: &'a Context,
    owner: &'a mut Owner,
    pack: &'a Pack,
    driver: Driver,
    outset: Outset,
    stop: watch::Receiver<Stop>,
}

/// Carries out `login`.
pub(crate) fn run(context: &Context, command: &Login) -> Answer {
    is_allowed(context)?;
    let ledger = context.ledger()?;
    let realm = context.realm(&ledger)?;
    let closure = ledger.closure(context.account(), realm)?;
    if let Some(row) = &closure {
        if !command.reopen {
            closed::refuse(context, &ledger, realm)?;
        }
        reopens(context, row)?;
    }
    let pack = context.pack()?;
    let origin = context.site_of(&pack)?;
    let folder = profile::folder(context, realm);
    let signed_in = ledger.sign_in(context.account(), realm)?.filter(|row| row.out.is_none() && folder.exists());
    if let Some(row) = &signed_in {
        profile::is_of_this_browser(context, row)?;
    }
    silence(context, &ledger, realm)?;
    screen::check("")?;
    let runtime = runtime()?;
    let mut driver = Driver::new(context, realm, &origin).covering(&pack.site).on_profile(folder.clone());
    let browser = runtime.block_on(driver.about())?;
    let program = runtime.block_on(driver.program())?;
    let show = Show {
        kind: kind(context.settings.browser.name),
        program,
        profile: folder,
        address: format!("{origin}/login"),
        loopback_only: driver.is_loopback_only(),
    };
    let mut owner = ledger.own(context.account(), realm, &context.clock.now())?;
    known_driver::check(context, command.driving, &driver)?;
    announce(context, &owner, (&show, &browser))?;
    let outset = Outset { purpose: Purpose::SignIn, origin, browser };
    runtime
        .block_on(async {
            let (send, stop) = watch::channel(Stop::No);
            let signals = signals::listen(send);
            let desk = Desk { context, owner: &mut owner, pack: &pack, driver, outset, stop };
            let answer = desk.sign_in(&show).await;
            signals.abort();
            answer
        })
        .and_then(|outcome| {
            if closure.is_some() {
                owner.append(&context.clock.now(), &Fact::AccountReopened { how: "login --reopen".to_owned() })?;
            }
            Ok(outcome)
        })
}

/// What going back means, and the sentence that says so.
///
/// # Errors
/// Nobody is at a terminal, or something else was typed.
fn reopens(context: &Context, row: &ClosureRow) -> Result<(), Failure> {
    if !std::io::stdin().is_terminal() {
        return Err(Failure::usage("going back to a closed account needs a person at a terminal", "run it there"));
    }
    let sentence = format!("reopen {}", row.handle);
    context.out.say(closed::in_words(context, row));
    context.out.say("  Signing in may reopen it. The proof of the closure stays what it is.");
    context.out.warn(format!("Type `{}` to go on; anything else stops:", clean(&sentence)));
    let mut typed = String::new();
    let read = std::io::stdin().lock().read_line(&mut typed);
    match read {
        Ok(_) if typed.split_whitespace().eq(sentence.split_whitespace()) => Ok(()),
        _ => Err(Failure::bad_file("that is not the sentence: nothing was done", "run the command again to try again")),
    }
}

fn is_allowed(context: &Context) -> Result<(), Failure> {
    if context.global.headless {
        return Err(Failure::usage("--headless does not go with `login`: a person signs in", "leave it out"));
    }
    if context.settings.browser.webdriver.is_some() {
        return Err(Failure::usage(
            "`login` opens a browser on this computer and uses no driver that runs already",
            "leave --webdriver out",
        ));
    }
    Ok(())
}

fn announce(context: &Context, owner: &Owner, (show, browser): (&Show, &str)) -> Result<(), Failure> {
    let known = owner.ledger().identity(context.account(), owner.realm())?;
    let whose = known.map_or_else(
        || "nobody’s so far; it becomes the account of whoever signs in now".to_owned(),
        |known| account_of(&known.name, &known.handle),
    );
    let out = &context.out;
    let program = browser.split(", ").next().unwrap_or(browser);
    out.say(format!("LOGIN: a browser window opens at {}", clean(&show.address)));
    out.say(format!("  account   {}: {whose}", context.account()));
    out.say(format!(
        "  window    {}, without a driver: no program looks into it, and what you type goes to the site alone",
        clean(program)
    ));
    out.say("  tick      “Keep me signed in”, if the site offers it: without it the session ends with the window");
    out.say("  then      when you see your own start page, close the browser, or press Enter here");
    if let Some(incident) = owner.ledger().open_latch(context.account(), owner.realm())? {
        out.note(format!("  note: incident {} stays open; signing in does not clear it", incident.id));
    }
    Ok(())
}

/// How a window was left.
enum Left {
    /// The person closed it.
    Closed,
    /// The person pressed Enter in the terminal.
    Entered,
    /// A signal asked to stop.
    Stopped,
}

impl Desk<'_> {
    async fn sign_in(mut self, show: &Show) -> Answer {
        let mut window = window::open(show).map_err(|error| self.driver.unavailable(&error))?;
        match left(&mut window, &mut self.stop).await? {
            Left::Closed => {}
            Left::Entered => {
                self.context.out.note("The browser writes what it keeps, then its window is closed: up to a minute …");
                window.close().await;
            }
            Left::Stopped => {
                // Nothing is to be kept: dropping the window ends it.
                drop(window);
                return Err(interrupted());
            }
        }
        self.context.out.note("The window is closed. The browser starts twice more, to see that the session lasts …");
        let (handle, name) = self.prove().await?;
        let browser = show.kind.as_str().to_owned();
        let identity = Identity { handle: handle.clone(), name: name.clone(), photo_sha256: None, photo_src: None };
        if let Adoption::Other(known) = self.owner.adopt_identity(&identity)? {
            return Err(self.is_somebody_else(&known, (&handle, &name))?);
        }
        let fact = Fact::SignedIn { handle: handle.clone(), name: name.clone(), browser: browser.clone() };
        self.owner.append(&self.context.clock.now(), &fact)?;
        let done = format!("signed in as {}, and the session lasts", account_of(&name, &handle));
        Ok(Outcome::done(done)
            .with("account", self.context.account().as_str())
            .with("realm", self.owner.realm().as_str())
            .with("handle", handle.as_str())
            .with("name", name)
            .with("browser", browser))
    }

    /// Reads whose account it is in two driven sessions, one after the other.
    async fn prove(&mut self) -> Result<(Slug, String), Failure> {
        let first = self.session().await?;
        let again = match first {
            Met::Somebody { .. } => self.session().await?,
            _ => return Err(self.nobody(first, "nobody is signed in: the site shows its sign-in page")?),
        };
        match (first, again) {
            (Met::Somebody { handle, name }, Met::Somebody { handle: same, .. }) if handle == same => {
                Ok((handle, name))
            }
            (_, Met::Somebody { handle, .. }) => Err(Failure::new(
                Ending::Stopped,
                format!("the account changed while it was read; at last it was `{}`", clean(handle.as_str())),
                "sign in once more, and let nobody else use that window",
            )),
            (_, again) => {
                Err(self.nobody(again, "the session did not last from one start of the browser to the next")?)
            }
        }
    }

    async fn session(&mut self) -> Result<Met, Failure> {
        let context = self.context;
        let evidence = context.evidence_root();
        let mut errand = Errand::begin(self.owner, (self.pack, &context.clock), &evidence, &self.outset)?;
        gone_there(&mut self.driver, &mut self.stop, async |page| errand.whose(page).await).await
    }

    /// What is said where no account was read; what was signed in here before is signed in no more.
    fn nobody(&mut self, met: Met, what: &str) -> Result<Failure, Failure> {
        if let Met::Stopped(why) = met {
            return Ok(stopped(self.context, &why));
        }
        self.is_over("the session had ended")?;
        Ok(Failure::new(
            Ending::Stopped,
            what,
            format!(
                "`{}` again: sign in until you see your own start page, tick “Keep me signed in”, then close the window",
                profile::login(self.context)
            ),
        ))
    }

    fn is_somebody_else(&mut self, known: &Identity, (handle, name): (&Slug, &str)) -> Result<Failure, Failure> {
        self.is_over("another account was signed in")?;
        let account = self.context.account();
        Ok(Failure::new(
            Ending::Stopped,
            format!(
                "the window is signed in as {}, but account `{account}` is {}",
                account_of(name, handle),
                account_of(&known.name, &known.handle)
            ),
            format!(
                "`{}` again, sign out there and sign in as {}; or give the other one a name of its own: `exeunt login --account other`",
                profile::login(self.context),
                account_of(&known.name, &known.handle)
            ),
        ))
    }

    fn is_over(&mut self, how: &str) -> Result<(), Failure> {
        let row = self.owner.ledger().sign_in(self.context.account(), self.owner.realm())?;
        if row.is_some_and(|row| row.out.is_none()) {
            self.owner.append(&self.context.clock.now(), &Fact::SignedOut { how: how.to_owned() })?;
        }
        Ok(())
    }
}

async fn left(window: &mut Window, stop: &mut watch::Receiver<Stop>) -> Result<Left, Failure> {
    tokio::select! {
        biased;
        () = asked(stop) => Ok(Left::Stopped),
        closed = window.closed() => match closed {
            Ok(()) => Ok(Left::Closed),
            Err(error) => Err(Failure::new(Ending::NoBrowser, clean(&error.to_string()), screen::MEND)),
        },
        () = entered() => Ok(Left::Entered),
    }
}

/// Comes when somebody presses Enter at the terminal; never where there is none.
///
/// It looks now and then instead of reading: a thread that reads could not be ended when the window is closed first.
async fn entered() {
    let stdin = std::io::stdin();
    while stdin.is_terminal() {
        let mut fds = [PollFd::new(&stdin, PollFlags::IN)];
        let is_ready = poll(&mut fds, Some(&Timespec { tv_sec: 0, tv_nsec: 0 })).is_ok_and(|ready| ready > 0);
        let mut line = String::new();
        if is_ready && stdin.lock().read_line(&mut line).is_ok_and(|read| read > 0) {
            return;
        }
        tokio::time::sleep(LOOK).await;
    }
    std::future::pending::<()>().await;
}
