//! The lock of a profile: whether a browser of this machine holds it, or one that is gone has left it.
//!
//! A lock names a host and a process. Neither says enough: a computer gets another name, and a number gets another process.
//! A browser holds a lock of another host name for held, whoever that was; this program looks whether anybody is there. It can,
//! because a data directory belongs to one machine, which the ledger checks.

use std::fs::{self, File};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use rustix::process::{Flock, FlockType, fcntl_getlk};

use super::binary::Kind;
use super::process::{BETWEEN, command_line, command_lines, program};

/// The lock of a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lock {
    /// Nobody uses the profile.
    None,
    /// A lock lies there, and no process of this machine uses the profile.
    Left {
        /// The lock, a symbolic link.
        link: PathBuf,
        /// Whom it names: `host-1234`, `192.168.1.7:+1234`.
        names: String,
    },
    /// A browser uses it.
    Held {
        /// The browser's process.
        pid: u32,
        /// The name of its program; empty where the system does not tell.
        program: String,
    },
}

/// The lock of a profile as it is now.
pub(super) fn lock(kind: Kind, profile: &Path) -> Lock {
    let link = profile.join(match kind {
        Kind::Chrome => "SingletonLock",
        Kind::Firefox => "lock",
    });
    // Both are links that lead nowhere.
    let names = fs::read_link(&link).ok().map(|target| target.to_string_lossy().into_owned());
    let named = names.as_ref().and_then(|names| names.rsplit(['-', '+', ':']).next()?.parse::<u32>().ok());
    let held = named.filter(|pid| command_line(*pid).is_some_and(|line| mentions(&line, profile)));
    let held = held.or_else(|| match kind {
        Kind::Firefox => locker(&profile.join(".parentlock"), named),
        Kind::Chrome => named.filter(|_| UnixStream::connect(profile.join("SingletonSocket")).is_ok()),
    });
    // Only beside a lock: a browser that is just ending has taken its own away.
    let held = held.or_else(|| names.as_ref().and_then(|_| user(profile)));
    match (held, names) {
        (Some(pid), _) => Lock::Held { pid, program: program(pid).unwrap_or_default() },
        (None, Some(names)) => Lock::Left { link, names },
        (None, None) => Lock::None,
    }
}

/// The process that holds the system's lock on a file. It goes with its process, whatever a name or a number says.
fn locker(file: &Path, named: Option<u32>) -> Option<u32> {
    let file = File::open(file).ok()?;
    let other = fcntl_getlk(&file, &Flock::from(FlockType::WriteLock)).ok()??;
    let pid = other.pid.and_then(|pid| u32::try_from(pid.as_raw_nonzero().get()).ok());
    // A process of another container has no number here.
    pid.or(named)
}

/// A process of this machine that was started on the profile, whatever the lock says.
fn user(profile: &Path) -> Option<u32> {
    let real = fs::canonicalize(profile).ok();
    let spellings: Vec<String> =
        [Some(profile), real.as_deref()].into_iter().flatten().map(|path| path.display().to_string()).collect();
    let uses = |line: &str| {
        // Helpers end with their browser, or soon after it.
        !["--type=", "-contentproc"].iter().any(|helper| line.contains(&format!("{BETWEEN}{helper}")))
            && spellings.iter().any(|spelling| is_started_on(line, spelling))
    };
    command_lines().into_iter().find_map(|(pid, line)| uses(&line).then_some(pid))
}

/// Whether a browser's command line names exactly this profile; a path may hold spaces.
fn is_started_on(line: &str, profile: &str) -> bool {
    [format!("--user-data-dir={profile}"), format!("-profile{BETWEEN}{profile}")].iter().any(|named| {
        let mut rest = line.split(named.as_str()).skip(1).map(|rest| rest.trim_start_matches('/'));
        rest.any(|rest| rest.is_empty() || rest.starts_with(BETWEEN))
    })
}

fn mentions(line: &str, profile: &Path) -> bool {
    profile.to_str().is_some_and(|profile| line.contains(profile))
        || fs::canonicalize(profile).is_ok_and(|real| real.to_str().is_some_and(|real| line.contains(real)))
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;
    use std::process::{Child, Command, Stdio};

    use super::super::profile::free;
    use super::*;

    /// A process with these words on its command line, until it is dropped.
    struct User(Child);

    impl User {
        fn with(words: &[&str]) -> Self {
            let mut command = Command::new("sh");
            command.args(["-c", "echo here; read _; exit"]).args(words);
            let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
            // Its command line can be read only once the kernel has set it up, which is after `spawn` returns.
            child.stdout.take().unwrap().read_exact(&mut [0; 5]).unwrap();
            Self(child)
        }

        fn pid(&self) -> u32 {
            self.0.id()
        }
    }

    impl Drop for User {
        fn drop(&mut self) {
            self.0.kill().unwrap();
            self.0.wait().unwrap();
        }
    }

    const LOCKS: [(Kind, &str, &str, &str); 2] =
        [(Kind::Chrome, "SingletonLock", "-", "--user-data-dir="), (Kind::Firefox, "lock", ":+", "-profile")];

    /// Who holds the profile.
    fn holder(kind: Kind, profile: &Path) -> Option<u32> {
        match lock(kind, profile) {
            Lock::Held { pid, .. } => Some(pid),
            _ => None,
        }
    }

    fn point(link: &Path, target: &str) {
        let _ = fs::remove_file(link);
        symlink(target, link).unwrap();
    }

    fn words(flag: &str, profile: &Path) -> Vec<String> {
        let profile = profile.display().to_string();
        if flag.ends_with('=') { vec![format!("{flag}{profile}")] } else { vec![flag.to_owned(), profile] }
    }

    #[test]
    fn a_profile_is_in_use_while_its_lock_names_a_living_process_that_has_it() {
        for (kind, name, between, _) in LOCKS {
            let place = tempfile::tempdir().unwrap();
            let link = place.path().join(name);
            assert_eq!(lock(kind, place.path()), Lock::None);
            let user = User::with(&[&place.path().display().to_string()]);
            point(&link, &format!("host{between}{}", user.pid()));
            let program = "sh".to_owned();
            assert_eq!(lock(kind, place.path()), Lock::Held { pid: user.pid(), program });
            for pid in [std::process::id(), 999_999_999] {
                let names = format!("host{between}{pid}");
                point(&link, &names);
                assert_eq!(lock(kind, place.path()), Lock::Left { link: link.clone(), names });
            }
        }
    }

    #[test]
    fn a_lock_of_another_host_name_is_cleared_only_where_no_process_uses_the_profile() {
        for (kind, name, between, flag) in LOCKS {
            let place = tempfile::tempdir().unwrap();
            let profile = place.path().join("a profile");
            fs::create_dir(&profile).unwrap();
            let link = profile.join(name);
            let of_old_name = || point(&link, &format!("old-name{between}999999999"));
            // By another spelling of the path, as behind a linked home.
            let linked = place.path().join("linked");
            symlink(&profile, &linked).unwrap();
            let spelled: Vec<String> = words(flag, &profile);
            let user = User::with(&spelled.iter().map(String::as_str).collect::<Vec<_>>());
            for seen in [&profile, &linked] {
                of_old_name();
                assert_eq!(holder(kind, seen), Some(user.pid()));
                let error = free(kind, seen).unwrap_err();
                assert!(error.to_string().contains(&format!("in use by process {}", user.pid())), "{error}");
                assert!(link.is_symlink(), "a lock that is held stays");
            }
            drop(user);
            // Another profile whose name begins like this one, and a helper that outlives its browser, do not use it.
            let longer = words(flag, &place.path().join("a profile of another"));
            let _other = User::with(&longer.iter().map(String::as_str).collect::<Vec<_>>());
            let helper = [vec!["--type=gpu-process".to_owned()], words(flag, &profile)].concat();
            let _helper = User::with(&helper.iter().map(String::as_str).collect::<Vec<_>>());
            of_old_name();
            assert_eq!(free(kind, &profile), Ok(()));
            assert!(!link.is_symlink(), "the lock is cleared");
        }
    }

    #[test]
    fn a_browser_that_answers_on_its_socket_holds_the_profile_whatever_the_processes_say() {
        let place = tempfile::tempdir().unwrap();
        point(&place.path().join("SingletonLock"), "elsewhere-4711");
        let socket = place.path().join("socket");
        let listener = UnixListener::bind(&socket).unwrap();
        symlink(&socket, place.path().join("SingletonSocket")).unwrap();
        assert_eq!(holder(Kind::Chrome, place.path()), Some(4711));
        drop(listener);
        assert!(matches!(lock(Kind::Chrome, place.path()), Lock::Left { .. }));
    }
}
