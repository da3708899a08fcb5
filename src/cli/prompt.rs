//! Asks a person at the terminal: a secret without echo, or a sentence to be typed.
//!
//! The terminal is the one of the standard input, or `/dev/tty` where that is something else. While a secret is typed the
//! terminal shows nothing and makes no signals of keys: Ctrl-C restores it first and is then what it always is.

use std::fs::File;
use std::io::{IsTerminal as _, Write as _};
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Signal, getpid, kill_process};
use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};
use secrecy::SecretString;
use tokio::sync::watch;
use zeroize::Zeroizing;

use super::outcome::Failure;
use super::output::Output;
use crate::event::exit::Ending;
use crate::runner::wait::Stop;

/// How often it is looked whether the program is to stop.
const LOOK: Duration = Duration::from_millis(200);
/// No secret is longer; what comes after it is not taken.
const LONGEST: usize = 1024;

/// When to give up asking.
#[derive(Default)]
pub(crate) struct Until<'a> {
    /// This was asked to stop.
    pub(crate) stop: Option<&'a watch::Receiver<Stop>>,
    /// This time is over.
    pub(crate) deadline: Option<Instant>,
}

impl Until<'_> {
    fn is_over(&self) -> bool {
        self.stop.is_some_and(|stop| *stop.borrow() != Stop::No)
            || self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }
}

/// Asks for a secret in these words, without showing what is typed; none where the person typed nothing or gave up, or when
/// it is time to.
///
/// Blocks until Enter, Ctrl-C or Ctrl-D. Ctrl-C is passed on as the signal that it would have been.
///
/// # Errors
/// There is no terminal, or it cannot be kept from showing what is typed.
pub(crate) fn secret(out: Output, words: &str, until: Until<'_>) -> Result<Option<SecretString>, Failure> {
    let terminal = terminal()?;
    out.warn(words);
    let typed = line(&terminal, Echo::Off, &until).map_err(|error| no_terminal(&error.to_string()))?;
    // Enter was not shown either.
    let _ = (&terminal).write_all(b"\r\n");
    Ok(typed.filter(|typed| !typed.is_empty()).map(|typed| SecretString::from(typed.as_str())))
}

/// Shows these words and takes one line, which is shown as it is typed; none where the person gave up.
///
/// # Errors
/// There is no terminal.
pub(crate) fn line_of(out: Output, words: &str, until: &Until<'_>) -> Result<Option<String>, Failure> {
    let terminal = terminal()?;
    out.warn(words);
    let typed = line(&terminal, Echo::On, until).map_err(|error| no_terminal(&error.to_string()))?;
    Ok(typed.map(|typed| typed.trim().to_owned()))
}

/// Shows these words and takes one line; an empty one where the person gave up.
///
/// # Errors
/// There is no terminal, or a signal asked to stop.
pub(crate) fn answer(out: Output, words: &str, stop: &watch::Receiver<Stop>) -> Result<String, Failure> {
    let typed = line_of(out, words, &Until { stop: Some(stop), deadline: None })?;
    if *stop.borrow() != Stop::No {
        return Err(Failure::new(Ending::Interrupted, "interrupted: nothing was done", "the same command asks again"));
    }
    Ok(typed.unwrap_or_default())
}

/// Whether what is typed is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Echo {
    On,
    Off,
}

fn terminal() -> Result<File, Failure> {
    let stdin = std::io::stdin();
    let own = stdin.is_terminal().then(|| stdin.as_fd().try_clone_to_owned().map(File::from));
    let opened = own.unwrap_or_else(|| File::options().read(true).write(true).open("/dev/tty"));
    opened.map_err(|error| no_terminal(&error.to_string()))
}

fn no_terminal(why: &str) -> Failure {
    Failure::usage(
        format!("there is no terminal at which a person can be asked ({why})"),
        "run it at a terminal: secrets are not taken from files, pipes, arguments or variables",
    )
}

/// One line from a terminal; none after Ctrl-C, Ctrl-D on an empty line, the end of the input, or when it is time to give up.
fn line(terminal: &File, echo: Echo, until: &Until<'_>) -> std::io::Result<Option<Zeroizing<String>>> {
    let quiet = match echo {
        Echo::On => None,
        Echo::Off => Some(Quiet::make(terminal)?),
    };
    let mut typed = Typing::default();
    loop {
        if until.is_over() {
            return Ok(None);
        }
        if !is_ready(terminal)? {
            continue;
        }
        let mut byte = Zeroizing::new([0]);
        if read(terminal, &mut byte)? == 0 {
            return Ok(None);
        }
        match typed.take(byte[0]) {
            Taken::More => {}
            Taken::Line => return Ok(Some(typed.text())),
            Taken::End => return Ok(None),
            Taken::Interrupt => {
                drop(quiet);
                kill_process(getpid(), Signal::INT)?;
                return Ok(None);
            }
        }
    }
}

fn is_ready(terminal: &File) -> std::io::Result<bool> {
    let mut polled = [PollFd::new(terminal, PollFlags::IN)];
    let wait = Timespec { tv_sec: 0, tv_nsec: i64::try_from(LOOK.as_nanos()).expect("it is a fraction of a second") };
    match poll(&mut polled, Some(&wait)) {
        Ok(ready) => Ok(ready > 0),
        Err(rustix::io::Errno::INTR) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

fn read(terminal: &File, byte: &mut [u8; 1]) -> std::io::Result<usize> {
    loop {
        match rustix::io::read(terminal, &mut byte[..]) {
            Err(rustix::io::Errno::INTR) => {}
            // What a hung-up terminal answers.
            Err(rustix::io::Errno::IO) => return Ok(0),
            read => return read.map_err(Into::into),
        }
    }
}

/// A terminal that shows nothing and makes no signals of keys, until it is dropped.
struct Quiet<'a> {
    terminal: &'a File,
    before: Termios,
}

impl<'a> Quiet<'a> {
    fn make(terminal: &'a File) -> std::io::Result<Self> {
        let before = tcgetattr(terminal)?;
        let mut quiet = before.clone();
        quiet.local_modes -= LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ICANON | LocalModes::ISIG;
        quiet.special_codes[SpecialCodeIndex::VMIN] = 1;
        quiet.special_codes[SpecialCodeIndex::VTIME] = 0;
        tcsetattr(terminal, OptionalActions::Drain, &quiet)?;
        let made = Self { terminal, before };
        // The system may do a part of what was asked and call it done.
        if tcgetattr(terminal)?.local_modes.intersects(LocalModes::ECHO) {
            return Err(std::io::Error::other("it cannot be kept from showing what is typed"));
        }
        Ok(made)
    }
}

impl Drop for Quiet<'_> {
    fn drop(&mut self) {
        // There is nobody to tell: the terminal is gone.
        let _ = tcsetattr(self.terminal, OptionalActions::Drain, &self.before);
    }
}

/// A line that is being typed.
struct Typing(Zeroizing<Vec<u8>>);

/// What a byte did to the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Taken {
    More,
    Line,
    End,
    Interrupt,
}

impl Default for Typing {
    fn default() -> Self {
        // It never grows, so that no shorter copy is left in memory.
        Self(Zeroizing::new(Vec::with_capacity(LONGEST)))
    }
}

impl Typing {
    fn take(&mut self, byte: u8) -> Taken {
        match byte {
            b'\n' | b'\r' => return Taken::Line,
            0x03 => return Taken::Interrupt,
            0x04 if self.0.is_empty() => return Taken::End,
            0x04 => return Taken::Line,
            0x08 | 0x7f => self.erase(),
            // Ctrl-U.
            0x15 => self.0.clear(),
            0x00..0x20 => {}
            _ if self.0.len() < LONGEST => self.0.push(byte),
            _ => {}
        }
        Taken::More
    }

    /// Takes the last character away, however many bytes it has.
    fn erase(&mut self) {
        while let Some(last) = self.0.pop() {
            if last & 0xc0 != 0x80 {
                return;
            }
        }
    }

    fn text(&self) -> Zeroizing<String> {
        Zeroizing::new(String::from_utf8_lossy(&self.0).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;
    use std::sync::mpsc;

    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

    use super::*;

    /// Both ends of a terminal: the person's and the program's.
    fn terminals() -> (File, File) {
        let person = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&person).unwrap();
        unlockpt(&person).unwrap();
        let name = ptsname(&person, Vec::new()).unwrap();
        let flags = rustix::fs::OFlags::RDWR | rustix::fs::OFlags::NOCTTY;
        let program = rustix::fs::open(name.as_c_str(), flags, rustix::fs::Mode::empty()).unwrap();
        (File::from(person), File::from(program))
    }

    fn shows(terminal: &File) -> bool {
        tcgetattr(terminal).unwrap().local_modes.contains(LocalModes::ECHO)
    }

    /// Types once the terminal is quiet; what was taken, and what the terminal showed of it.
    fn typed(keys: &'static [u8]) -> (Option<String>, String) {
        let (mut person, program) = terminals();
        let watched = program.try_clone().unwrap();
        let mut hand = person.try_clone().unwrap();
        let typist = std::thread::spawn(move || {
            while shows(&watched) {
                std::thread::yield_now();
            }
            hand.write_all(keys).unwrap();
        });
        let taken = line(&program, Echo::Off, &Until::default()).unwrap().map(|typed| typed.to_string());
        typist.join().unwrap();
        assert!(shows(&program), "the terminal shows again what is typed");
        // A mark of ours, so that reading ends.
        (&program).write_all(b"|").unwrap();
        let mut shown = Vec::new();
        let mut byte = [0];
        while byte != *b"|" {
            person.read_exact(&mut byte).unwrap();
            shown.push(byte[0]);
        }
        (taken, String::from_utf8(shown).unwrap())
    }

    #[test]
    fn what_is_typed_is_taken_and_not_shown() {
        for (keys, wanted) in [
            (&b"canary-8812\r"[..], Some("canary-8812")),
            (b"wrong\x15right\n", Some("right")),
            ("kä\u{7f}ey\n".as_bytes(), Some("key")),
            (b"\r", Some("")),
            (b"\x04", None),
            (b"half\x04", Some("half")),
            (b"a\x1b\x00b\r", Some("ab")),
        ] {
            let (taken, shown) = typed(keys);
            assert_eq!((taken.as_deref(), shown.as_str()), (wanted, "|"), "{keys:?}");
        }
    }

    #[test]
    fn asking_ends_with_the_program_and_with_the_time() {
        let (_person, program) = terminals();
        let (send, stop) = watch::channel(Stop::No);
        let (told, tell) = mpsc::channel();
        std::thread::scope(|scope| {
            let program = &program;
            let stop = &stop;
            scope.spawn(move || {
                let until = Until { stop: Some(stop), deadline: None };
                told.send(line(program, Echo::Off, &until).unwrap().is_none()).unwrap();
            });
            while shows(program) {
                std::thread::yield_now();
            }
            send.send(Stop::Asked).unwrap();
            assert!(tell.recv().unwrap());
        });
        assert!(shows(&program));
        let until = Until { stop: None, deadline: Some(Instant::now()) };
        assert!(line(&program, Echo::Off, &until).unwrap().is_none());
    }

    #[test]
    fn a_person_who_hangs_up_has_given_up() {
        let (person, program) = terminals();
        drop(person);
        let asked = line(&program, Echo::Off, &Until::default());
        assert!(!matches!(asked, Ok(Some(_))), "{:?}", asked.map(|typed| typed.is_some()));
    }
}
