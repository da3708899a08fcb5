//! Asking a time stamp authority to have seen a seal: one small request over plain HTTP, and the answer is kept.
//!
//! Nothing depends on it: where no authority answers, the proof is as good as without one, and that is said.

use std::io::{Read as _, Write as _};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::time::Duration;

use crate::cli::context::Context;
use crate::cli::output::{clean, shown};
use crate::evidence::bundle::Bundle;
use crate::evidence::run_folder;
use crate::evidence::time_token;

/// An authority that takes longer is not waited for.
const PATIENCE: Duration = Duration::from_secs(10);
/// No answer with its certificates is larger.
const MAX_ANSWER: u64 = 256 * 1024;

/// Asks the authorities of the settings, in their order, for a token over the seal of a finished run. Says what came of it.
pub(crate) fn stamp(context: &Context, bundle: &Bundle) {
    let authorities = &context.settings.time_stamp;
    if authorities.is_empty() {
        return;
    }
    let Ok(Some(seal)) =
        run_folder::finished(bundle.path()).map(|finished| finished.and_then(|finished| finished.seal))
    else {
        return;
    };
    let request = time_token::request(seal, rand::random());
    for address in authorities {
        let answer = ask(address, &request);
        match answer.and_then(|answer| bundle.keep_token(&answer).map_err(|error| error.to_string())) {
            Ok(token) => {
                let at = context.time(token.at);
                return context.out.note(shown(format!("time stamp: {} saw the seal on {at}", clean(address))));
            }
            Err(why) => context.out.warn(format!("no time stamp from {}: {}", clean(address), clean(&why))),
        }
    }
    context
        .out
        .warn("no authority has confirmed the time of this evidence: `exeunt evidence verify` will say VALID-NO-TIME");
}

/// The body of the answer to a request.
fn ask(address: &str, request: &[u8]) -> Result<Vec<u8>, String> {
    let url = url::Url::parse(address).map_err(|error| error.to_string())?;
    let (host, port) = (url.host_str().ok_or("it has no host")?, url.port_or_known_default().unwrap_or(80));
    let failed = |error: std::io::Error| error.to_string();
    let mut stream = connected(host, port).map_err(failed)?;
    stream.set_read_timeout(Some(PATIENCE)).map_err(failed)?;
    stream.set_write_timeout(Some(PATIENCE)).map_err(failed)?;
    let path = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
    let head = format!(
        "POST {path} HTTP/1.0\r\nHost: {host}:{port}\r\nContent-Type: application/timestamp-query\r\n\
         Accept: application/timestamp-reply\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        request.len()
    );
    stream.write_all(&[head.as_bytes(), request].concat()).map_err(failed)?;
    let mut answer = Vec::new();
    stream.take(MAX_ANSWER).read_to_end(&mut answer).map_err(failed)?;
    let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").ok_or("it did not answer in HTTP")?;
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    let status = head.lines().next().and_then(|line| line.split(' ').nth(1)).unwrap_or_default();
    if status != "200" {
        return Err(format!("it answered {status}"));
    }
    if head.to_lowercase().contains("transfer-encoding: chunked") {
        return Err("it answered in pieces, which HTTP/1.0 does not have".to_owned());
    }
    Ok(answer.split_off(end + 4))
}

fn connected(host: &str, port: u16) -> std::io::Result<TcpStream> {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let mut last = std::io::Error::from(std::io::ErrorKind::NotFound);
    for place in (host, port).to_socket_addrs()? {
        match TcpStream::connect_timeout(&place, PATIENCE) {
            Ok(stream) => return Ok(stream),
            Err(error) => last = error,
        }
    }
    Err(last)
}
