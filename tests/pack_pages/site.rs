//! The practice site beside a test, on threads of its own, with its control listener as the oracle.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use exeunt::practice::scenario::Scenario;
use exeunt::practice::server::serve;
use serde_json::Value;
use tokio::sync::oneshot;

/// No answer of the control listener takes longer than this.
const ANSWER: Duration = Duration::from_secs(10);

/// A site that serves until it is dropped.
pub(crate) struct Site {
    pub(crate) scenario: Scenario,
    pub(crate) control: Control,
    pages: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
}

/// Its control listener.
#[derive(Clone, Copy)]
pub(crate) struct Control(SocketAddr);

impl Site {
    pub(crate) fn start(scenario: Scenario) -> Self {
        let bind = || {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
            listener.set_nonblocking(true).unwrap();
            let address = listener.local_addr().unwrap();
            (listener, address)
        };
        let ((site, pages), (audit, control)) = (bind(), bind());
        let (stop, stopped) = oneshot::channel();
        let served = scenario.clone();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = |listener| tokio::net::TcpListener::from_std(listener).unwrap();
                let until = async {
                    let _ = stopped.await;
                };
                let serving = serve(listener(site), listener(audit), served, std::future::pending());
                tokio::select! { done = serving => done.unwrap(), () = until => {} }
            });
        });
        Self { scenario, control: Control(control), pages, stop: Some(stop) }
    }

    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.pages)
    }

    /// What had an effect or should not have happened.
    pub(crate) fn audit(&self) -> Vec<String> {
        let entries: Vec<Value> = serde_json::from_str(&self.control.ask("GET /audit", "")).unwrap();
        entries.iter().map(|entry| entry["kind"].as_str().unwrap().to_owned()).collect()
    }
}

impl Control {
    /// Asks it, such as `GET /audit`, and answers the body.
    pub(crate) fn ask(self, request: &str, body: &str) -> String {
        let mut stream = TcpStream::connect_timeout(&self.0, ANSWER).unwrap();
        stream.set_read_timeout(Some(ANSWER)).unwrap();
        let length = body.len();
        write!(stream, "{request} HTTP/1.0\r\nHost: {}\r\nContent-Length: {length}\r\n\r\n{body}", self.0).unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.0 2") || head.starts_with("HTTP/1.1 2"), "{request}: {text}");
        body.to_owned()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
    }
}
