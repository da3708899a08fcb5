//! Addresses that may be named on the command line: loopback, and nothing else.

use std::net::IpAddr;

use super::outcome::Failure;

/// The practice site's origin: scheme, host and port, without a slash at the end.
///
/// # Errors
/// It is no address, has a path, a user or a query, or its host is not loopback: a usage mistake.
pub(crate) fn loopback(text: &str) -> Result<String, Failure> {
    let bad = |what: &str| {
        Failure::usage(
            format!("`--origin {}` is refused: {what}", super::output::clean(text)),
            "--origin is for the practice site on this computer, such as http://127.0.0.1:8000; the real site needs no --origin",
        )
    };
    let (scheme, rest) = text.split_once("://").ok_or_else(|| bad("it has no scheme"))?;
    if !matches!(scheme, "http" | "https") {
        return Err(bad("its scheme is neither http nor https"));
    }
    let authority = rest.strip_suffix('/').unwrap_or(rest);
    if authority.is_empty()
        || authority.contains(['/', '?', '#', '@', '\\'])
        || authority.chars().any(char::is_whitespace)
    {
        return Err(bad("it must be scheme, host and port only"));
    }
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => rest.split_once(']').ok_or_else(|| bad("the bracket of its host is not closed"))?,
        None => authority.find(':').map_or((authority, ""), |at| authority.split_at(at)),
    };
    let port_fits =
        port.is_empty() || port.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok_and(|port| port > 0));
    if !port_fits {
        return Err(bad("its port is no number from 1 to 65535"));
    }
    let is_loopback =
        host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    if !is_loopback {
        return Err(bad("its host is not this computer"));
    }
    Ok(format!("{scheme}://{}", authority.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_passes() {
        for (given, origin) in [
            ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
            ("http://127.0.0.1:8000/", "http://127.0.0.1:8000"),
            ("http://LOCALHOST", "http://localhost"),
            ("https://[::1]:9", "https://[::1]:9"),
            ("http://127.8.9.1:1", "http://127.8.9.1:1"),
        ] {
            assert_eq!(loopback(given).unwrap(), origin, "{given}");
        }
    }

    #[test]
    fn everything_else_is_a_usage_mistake() {
        for given in [
            "https://example.com",
            "https://www.linkedin.com",
            "http://127.0.0.1@example.com",
            "http://127.0.0.1.example.com",
            "http://localhost.example.com:80",
            "file:///etc/passwd",
            "127.0.0.1:80",
            "http://127.0.0.1:80/x",
            "http://127.0.0.1:0",
            "http://127.0.0.1:99999",
            "http://[::1",
            "http://0.0.0.0:1",
            "http://10.0.0.1",
            "http://",
            "http://127.0.0.1\\@x",
            "javascript://127.0.0.1",
        ] {
            assert_eq!(loopback(given).unwrap_err().ending.code(), 2, "{given}");
        }
    }
}
