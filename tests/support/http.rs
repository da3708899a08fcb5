//! The little of HTTP that stands between a WebDriver client and a driver: messages with a length, one after another.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// What every driver answers with.
pub(crate) const JSON: &str = "application/json; charset=utf-8";

/// A command as a client sends it.
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) body: Vec<u8>,
}

/// What a driver answers.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) kind: &'static str,
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// The path below the session.
    pub(crate) fn endpoint(&self) -> &str {
        self.path.trim_start_matches("/session/").split_once('/').map_or("", |(_, rest)| rest)
    }
}

/// Has the driver at this `host:port` carry a command out; at most `within` passes between two parts of its answer.
pub(crate) fn send(authority: &str, request: &Request, within: Option<Duration>) -> std::io::Result<Answer> {
    let stream = TcpStream::connect(authority)?;
    stream.set_read_timeout(within)?;
    exchange(&mut BufReader::new(stream), authority, request)
}

/// Sends a command on a connection to this `host:port`, and reads its answer.
pub(crate) fn exchange(
    connection: &mut BufReader<TcpStream>,
    authority: &str,
    request: &Request,
) -> std::io::Result<Answer> {
    let Request { method, path, body } = request;
    let length = body.len();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {authority}\r\nContent-Type: {JSON}\r\nContent-Length: {length}\r\n\r\n"
    );
    connection.get_mut().write_all(&[head.as_bytes(), body].concat())?;
    let (line, body) = read_message(connection)?.ok_or(std::io::ErrorKind::UnexpectedEof)?;
    let status = line.split(' ').nth(1).and_then(|status| status.parse().ok());
    Ok(Answer { status: status.expect("a driver answers with a status"), kind: JSON, body })
}

/// The next command on a connection; none where the client has closed it.
pub(crate) fn read_request(reader: &mut BufReader<TcpStream>) -> std::io::Result<Option<Request>> {
    let Some((line, body)) = read_message(reader)? else { return Ok(None) };
    let mut words = line.split(' ');
    let mut word = || words.next().unwrap_or_default().to_owned();
    Ok(Some(Request { method: word(), path: word(), body }))
}

/// The first line and the body of a message; none where the connection ended before it.
fn read_message(reader: &mut BufReader<TcpStream>) -> std::io::Result<Option<(String, Vec<u8>)>> {
    let mut first = String::new();
    if reader.read_line(&mut first)? == 0 {
        return Ok(None);
    }
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        let line = line.to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().expect("a length is a number");
        } else if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(Some((first.trim_end().to_owned(), body)))
}

/// The bytes of an answer.
pub(crate) fn raw(answer: &Answer) -> Vec<u8> {
    let Answer { status, kind, body } = answer;
    let length = body.len();
    let head = format!("HTTP/1.1 {status} Answer\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n");
    [head.as_bytes(), body].concat()
}

/// Sends an answer.
pub(crate) fn say(mut stream: &TcpStream, answer: &Answer) -> std::io::Result<()> {
    stream.write_all(&raw(answer))
}

/// An error as a driver words it.
pub(crate) fn refusal(name: &str, message: &str, status: u16) -> Answer {
    let body =
        serde_json::json!({"value": {"error": name, "message": message, "stacktrace": ""}}).to_string().into_bytes();
    Answer { status, kind: JSON, body }
}
