//! A way to a driver on which one command at a time goes wrong.
//!
//! ```text
//! program ──► proxy ──► driver     at the armed spot: dropped before or after, held, cut, garbled, sent twice, …
//! ```
//!
//! It knows commands, not bytes: a click can be told from a look. Each session gets a driver of its own, and the one before
//! ends then, as behind a grid. What went wrong, and so was reached, is told by [`Proxy::reached`].

use std::collections::VecDeque;
use std::io::{BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use exeunt::browser::binary::Kind;
use rustix::process::Signal;

use super::foreign::Foreign;
use super::http::{self, Answer, Request, raw, read_request, refusal, say};

/// What becomes of one command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The driver never hears it; the connection breaks.
    DropBefore,
    /// The driver carries it out; the connection breaks before the answer.
    DropAfter,
    /// The driver hears it so much later, and is answered for.
    Delay(Duration),
    /// The driver never hears it, and nobody answers.
    Hang,
    /// The driver carries it out, and nobody answers.
    Mute,
    /// Carried out; half of the answer.
    Truncate,
    /// Carried out; an answer that is no JSON.
    Garble,
    /// Carried out; an answer that is no text.
    NotText,
    /// Carried out; in place of the answer a gateway's page with this status.
    Status(u16),
    /// Not carried out; answered as a command that the driver does not know, 404.
    Unknown,
    /// Not carried out; answered as Chromium's driver does that has waited for a page as long as a load may take.
    GivenUp,
    /// Carried out twice; the second answer.
    Duplicate,
    /// Sent to a session that is not there; that answer.
    WrongSession,
    /// Carried out; an answer of 100 MB.
    Huge,
    /// Carried out; the answer comes a byte at a time, with so much between.
    Drip(Duration),
    /// Carried out; the driver is killed before its answer is passed on.
    DriverDies,
    /// The driver is stopped as it gets the command, and goes on so much later.
    DriverStands(Duration),
}

/// Which command: the first to `endpoint` that holds `body`, after others that are named by endpoint or by what they hold.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spot {
    /// What must have been sent since it was armed, in this order.
    pub(crate) after: &'static [&'static str],
    /// The path below the session, such as `execute/sync`.
    pub(crate) endpoint: &'static str,
    /// What stands in the body.
    pub(crate) body: &'static str,
}

#[derive(Default)]
struct State {
    armed: Option<(Spot, Fault, VecDeque<&'static str>)>,
    reached: Vec<Fault>,
    driver: Option<Arc<Foreign>>,
    streams: Vec<TcpStream>,
}

/// The proxy. Dropping it ends its connections and its drivers.
pub(crate) struct Proxy {
    /// For `--webdriver`.
    pub(crate) url: String,
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    open: Arc<AtomicBool>,
    accepting: Option<JoinHandle<()>>,
    _temp: tempfile::TempDir,
}

impl Proxy {
    /// Before drivers of this kind.
    pub(crate) fn before(kind: Kind) -> Self {
        let temp = tempfile::tempdir().unwrap();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let (state, open) = (Arc::new(Mutex::new(State::default())), Arc::new(AtomicBool::new(true)));
        let (shared, still, folder) = (Arc::clone(&state), Arc::clone(&open), temp.path().to_owned());
        let accepting = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if !still.load(Ordering::SeqCst) {
                    return;
                }
                let stream = stream.unwrap();
                shared.lock().unwrap().streams.push(stream.try_clone().unwrap());
                let way = Way { kind, temp: folder.clone(), state: Arc::clone(&shared) };
                // A connection that breaks is what this is for.
                std::thread::spawn(move || way.serve(stream));
            }
        });
        Self { url: format!("http://{address}/"), address, state, open, accepting: Some(accepting), _temp: temp }
    }

    /// The next command at this spot goes wrong.
    pub(crate) fn arm(&self, spot: Spot, fault: Fault) {
        self.state.lock().unwrap().armed = Some((spot, fault, spot.after.iter().copied().collect()));
    }

    /// What went wrong so far.
    pub(crate) fn reached(&self) -> Vec<Fault> {
        self.state.lock().unwrap().reached.clone()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.open.store(false, Ordering::SeqCst);
        // Wakes the thread that waits for the next connection.
        let _ = TcpStream::connect(self.address);
        let ended = self.accepting.take().unwrap().join();
        let mut state = self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        for stream in state.streams.drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
        state.driver = None;
        drop(state);
        if !std::thread::panicking() {
            ended.unwrap();
        }
    }
}

/// One connection of the program.
struct Way {
    kind: Kind,
    temp: PathBuf,
    state: Arc<Mutex<State>>,
}

impl Way {
    /// Passes commands on until the program or a fault ends the connection.
    fn serve(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut reader = BufReader::new(stream.try_clone()?);
        loop {
            let Some(request) = read_request(&mut reader)? else { return Ok(()) };
            let goes_on = match self.fault(&request) {
                None => say(&stream, &self.pass(&request)?).map(|()| true)?,
                Some(fault) => self.spoil(fault, &request, &stream)?,
            };
            if !goes_on {
                return stream.shutdown(Shutdown::Both);
            }
        }
    }

    /// What is armed for this command; it is disarmed then.
    fn fault(&self, request: &Request) -> Option<Fault> {
        let mut state = self.state.lock().unwrap();
        let body = String::from_utf8_lossy(&request.body);
        let (spot, fault, before) = state.armed.as_mut()?;
        if let Some(wanted) = before.front() {
            if request.endpoint() == *wanted || body.contains(wanted) {
                before.pop_front();
            }
            return None;
        }
        if request.endpoint() != spot.endpoint || !body.contains(spot.body) {
            return None;
        }
        let fault = *fault;
        state.armed = None;
        state.reached.push(fault);
        Some(fault)
    }

    /// The command goes wrong; answers whether the connection goes on.
    fn spoil(&self, fault: Fault, request: &Request, stream: &TcpStream) -> std::io::Result<bool> {
        match fault {
            Fault::DropBefore => return Ok(false),
            Fault::DropAfter => drop(self.pass(request)?),
            Fault::Delay(time) => {
                pause(time);
                return answered(stream, &self.pass(request)?);
            }
            Fault::Hang => until_closed(stream),
            Fault::Mute => {
                self.pass(request)?;
                until_closed(stream);
            }
            Fault::Truncate => {
                let answer = raw(&self.pass(request)?);
                let mut to = stream;
                to.write_all(&answer[..answer.len() - 5])?;
            }
            Fault::Garble => say(stream, &Answer { body: b"{\"value\": nu".to_vec(), ..self.pass(request)? })?,
            Fault::NotText => {
                say(stream, &Answer { body: b"{\"value\": \"\xff\xfe\"}".to_vec(), ..self.pass(request)? })?
            }
            Fault::Status(status) => {
                self.pass(request)?;
                say(stream, &Answer { status, kind: "text/html", body: b"<html>Bad gateway</html>".to_vec() })?;
            }
            Fault::Unknown => return answered(stream, &refusal("unknown command", "unknown command", 404)),
            Fault::GivenUp => {
                let why = "timeout: Timed out receiving message from renderer: 40.000";
                return answered(stream, &refusal("timeout", why, 500));
            }
            Fault::Duplicate => {
                self.pass(request)?;
                return answered(stream, &self.pass(request)?);
            }
            Fault::WrongSession => {
                let (_, rest) = request.path.trim_start_matches("/session/").split_once('/').unwrap();
                let path = format!("/session/00000000-0000-4000-8000-000000000000/{rest}");
                let elsewhere = Request { method: request.method.clone(), path, body: request.body.clone() };
                return answered(stream, &self.pass(&elsewhere)?);
            }
            Fault::Huge => {
                let mut body = vec![b'a'; 100_000_000];
                body.splice(..0, b"{\"value\":\"".iter().copied());
                body.extend_from_slice(b"\"}");
                return answered(stream, &Answer { body, ..self.pass(request)? });
            }
            Fault::Drip(between) => {
                let mut to = stream;
                for byte in raw(&self.pass(request)?) {
                    to.write_all(&[byte])?;
                    pause(between);
                }
                return Ok(true);
            }
            Fault::DriverDies => {
                self.pass(request)?;
                self.driver().signal(Signal::KILL);
            }
            Fault::DriverStands(time) => {
                let driver = self.driver();
                driver.signal(Signal::STOP);
                let sent = std::thread::scope(|scope| {
                    let sent = scope.spawn(|| send(&driver, request));
                    pause(time);
                    driver.signal(Signal::CONT);
                    sent.join().unwrap()
                });
                return answered(stream, &sent?);
            }
        }
        Ok(false)
    }

    /// Has the driver carry it out. A new session gets a new driver.
    fn pass(&self, request: &Request) -> std::io::Result<Answer> {
        if request.method == "POST" && request.path == "/session" {
            let mut state = self.state.lock().unwrap();
            state.driver = None;
            state.driver = Some(Arc::new(Foreign::start(self.kind, &self.temp)));
        }
        send(&self.driver(), request)
    }

    fn driver(&self) -> Arc<Foreign> {
        Arc::clone(self.state.lock().unwrap().driver.as_ref().expect("a session comes before its commands"))
    }
}

/// Passes an answer on, after which the connection goes on.
fn answered(stream: &TcpStream, answer: &Answer) -> std::io::Result<bool> {
    say(stream, answer).map(|()| true)
}

fn send(driver: &Foreign, request: &Request) -> std::io::Result<Answer> {
    http::send(driver.url.strip_prefix("http://").unwrap(), request, None)
}

/// Holds a connection until the program, or the end of the test, closes it.
fn until_closed(mut stream: &TcpStream) {
    let mut byte = [0];
    while matches!(stream.read(&mut byte), Ok(1)) {}
}

/// Waits on a channel on which nobody speaks.
fn pause(time: Duration) {
    let (_keep, nobody) = mpsc::channel::<()>();
    assert_eq!(nobody.recv_timeout(time), Err(mpsc::RecvTimeoutError::Timeout));
}
