//! A free port, and the proof that it is our own child that listens there.

use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// A port of the loopback interface that was free a moment ago.
///
/// # Errors
/// The system has none, or refuses sockets.
pub(super) fn free() -> io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// What a driver answers to `GET <prefix>status`, or none where nobody answers in its form yet.
pub(super) fn status(port: u16, prefix: &str) -> Option<Value> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(2))).ok()?;
    let request = format!("GET {prefix}status HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = Vec::new();
    // A driver that keeps the connection open ends the reading by the timeout; what came until then counts.
    let _ = stream.take(64 * 1024).read_to_end(&mut answer);
    let text = String::from_utf8(answer).ok()?;
    if !text.starts_with("HTTP/1.1 200") {
        return None;
    }
    let body = &text[text.find('{')?..=text.rfind('}')?];
    serde_json::from_str(body).ok()
}

/// Whether one of these processes listens on `port`; none where this system cannot tell.
#[cfg(target_os = "linux")]
pub(super) fn listens(pids: &[u32], port: u16) -> Option<bool> {
    let inodes = listeners(port);
    Some(pids.iter().any(|pid| holds(*pid, &inodes)))
}

/// Whether a process holds one of these sockets.
#[cfg(target_os = "linux")]
fn holds(pid: u32, inodes: &[String]) -> bool {
    let Ok(entries) = std::fs::read_dir(format!("/proc/{pid}/fd")) else { return false };
    let own = entries.flatten().filter_map(|entry| std::fs::read_link(entry.path()).ok());
    let mut sockets =
        own.filter_map(|target| target.to_str()?.strip_prefix("socket:[")?.strip_suffix(']').map(str::to_owned));
    sockets.any(|inode| inodes.contains(&inode))
}

/// Whether one of these processes listens on `port`; none where this system cannot tell.
#[cfg(not(target_os = "linux"))]
pub(super) fn listens(_pids: &[u32], _port: u16) -> Option<bool> {
    None
}

/// The inodes of all sockets that listen on `port`.
#[cfg(target_os = "linux")]
fn listeners(port: u16) -> Vec<String> {
    let mut inodes = Vec::new();
    for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
        let text = std::fs::read_to_string(table).unwrap_or_default();
        for line in text.lines().skip(1) {
            let fields: Vec<&str> = line.split_whitespace().collect();
            // Fields: number, local address, remote address, state (0A: listening), …, inode.
            let (Some(local), Some(&"0A"), Some(inode)) = (fields.get(1), fields.get(3), fields.get(9)) else {
                continue;
            };
            let own = local.rsplit(':').next().and_then(|hex| u16::from_str_radix(hex, 16).ok());
            if own == Some(port) {
                inodes.push((*inode).to_owned());
            }
        }
    }
    inodes
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn our_own_listener_is_ours_and_nobody_elses() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        assert_eq!(listens(&[std::process::id()], port), Some(true));
        assert_eq!(listens(&[std::os::unix::process::parent_id()], port), Some(false));
        drop(listener);
        assert_eq!(listens(&[std::process::id()], port), Some(false));
    }

    #[test]
    fn a_stranger_that_answers_nonsense_has_no_status() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let stranger = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 512];
            let _ = stream.read(&mut request).unwrap();
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\nhello").unwrap();
        });
        assert_eq!(status(port, "/"), None);
        stranger.join().unwrap();
    }
}
