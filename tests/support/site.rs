//! The practice site inside a test, with its control listener as the oracle.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use exeunt::practice::scenario::Scenario;
use exeunt::practice::server::serve;
use serde_json::Value;

/// No answer of the control listener takes longer than this.
const ANSWER: Duration = Duration::from_secs(60);

/// A site that serves until it is dropped.
pub(crate) struct Site {
    pub(crate) scenario: Scenario,
    pages: SocketAddr,
    control: SocketAddr,
    /// Dropping it ends the site.
    _runtime: tokio::runtime::Runtime,
}

impl Site {
    pub(crate) fn start(scenario: Scenario) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let bind = || {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
            listener.set_nonblocking(true).unwrap();
            let address = listener.local_addr().unwrap();
            (listener, address)
        };
        let ((site, pages), (audit, control)) = (bind(), bind());
        let served = scenario.clone();
        runtime.spawn(async move {
            let listener = |listener| tokio::net::TcpListener::from_std(listener).unwrap();
            serve(listener(site), listener(audit), served, std::future::pending()).await.unwrap();
        });
        Self { scenario, pages, control, _runtime: runtime }
    }

    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.pages)
    }

    /// Asks the control listener, such as `GET /audit`, and answers the body.
    pub(crate) fn ask(&self, request: &str, body: &str) -> String {
        let mut stream = TcpStream::connect_timeout(&self.control, ANSWER).unwrap();
        stream.set_read_timeout(Some(ANSWER)).unwrap();
        let length = body.len();
        write!(stream, "{request} HTTP/1.0\r\nHost: {}\r\nContent-Length: {length}\r\n\r\n{body}", self.control)
            .unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.0 2") || head.starts_with("HTTP/1.1 2"), "{request}: {text}");
        body.to_owned()
    }

    /// What had an effect or should not have happened: kind and person.
    pub(crate) fn audit(&self) -> Vec<(String, String)> {
        let entries: Vec<Value> = serde_json::from_str(&self.ask("GET /audit", "")).unwrap();
        let text = |entry: &Value, key: &str| entry[key].as_str().unwrap_or_default().to_owned();
        entries.iter().map(|entry| (text(entry, "kind"), text(entry, "slug"))).collect()
    }

    /// How often each person was taken out of the network; fails if anything else had an effect.
    pub(crate) fn removed(&self) -> BTreeMap<String, u32> {
        let mut removed = BTreeMap::new();
        for (kind, slug) in self.audit() {
            assert_eq!(kind, "removed", "something else happened to `{slug}`");
            *removed.entry(slug).or_default() += 1;
        }
        removed
    }
}
