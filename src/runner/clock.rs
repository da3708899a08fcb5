//! The one place above the ground that reads clocks for the runner, so that a test can give it another. It
//! waits for nothing.

use std::time::Duration;

use crate::event::stamp::Stamp;

/// Reads the time. A test gives one that follows tokio's paused clock.
pub struct Clock {
    now: Box<dyn Fn() -> Stamp + Send + Sync>,
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Clock")
    }
}

impl Clock {
    /// The machine's clocks: wall, boot time with time asleep, and the kernel's id of this boot.
    #[must_use]
    pub fn system() -> Self {
        let boot_id = boot_id();
        Self {
            now: Box::new(move || Stamp { utc: jiff::Timestamp::now(), boot_ns: boot_ns(), boot_id: boot_id.clone() }),
        }
    }

    /// A clock that starts at `start` and follows tokio's time, paused or not.
    #[must_use]
    pub fn following_tokio(start: jiff::Timestamp) -> Self {
        let origin = tokio::time::Instant::now();
        Self {
            now: Box::new(move || {
                let passed = origin.elapsed();
                let passed = jiff::SignedDuration::try_from(passed).expect("a test does not run for centuries");
                Stamp {
                    utc: start.checked_add(passed).expect("a test stays within the calendar"),
                    boot_ns: i64::try_from(passed.as_nanos()).expect("a test does not run for centuries"),
                    boot_id: "test".to_owned(),
                }
            }),
        }
    }

    /// A clock that shows what `now` says: a test lets the machine sleep, or its wall clock leap.
    #[must_use]
    pub fn showing(now: impl Fn() -> Stamp + Send + Sync + 'static) -> Self {
        Self { now: Box::new(now) }
    }

    /// Now.
    #[must_use]
    pub fn now(&self) -> Stamp {
        (self.now)()
    }
}

/// How long after `then` it was `now`; zero if it was before.
///
/// Within one boot the time since boot decides, which no changed wall clock moves.
#[must_use]
pub fn elapsed(then: &Stamp, now: &Stamp) -> Duration {
    let passed = if then.boot_id.is_empty() || then.boot_id != now.boot_id {
        now.utc.duration_since(then.utc)
    } else {
        jiff::SignedDuration::from_nanos(now.boot_ns.saturating_sub(then.boot_ns))
    };
    Duration::try_from(passed).unwrap_or_default()
}

#[cfg(target_os = "linux")]
fn boot_ns() -> i64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    time.tv_sec * 1_000_000_000 + time.tv_nsec
}

#[cfg(not(target_os = "linux"))]
fn boot_ns() -> i64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    time.tv_sec * 1_000_000_000 + time.tv_nsec
}

/// Linux tells which boot this is; elsewhere the id stays empty, and only the clocks are compared.
fn boot_id() -> String {
    std::fs::read_to_string("/proc/sys/kernel/random/boot_id").map(|id| id.trim().to_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(utc: &str, boot_s: i64, boot_id: &str) -> Stamp {
        Stamp { utc: utc.parse().unwrap(), boot_ns: boot_s * 1_000_000_000, boot_id: boot_id.to_owned() }
    }

    #[test]
    fn a_changed_wall_clock_moves_nothing_within_one_boot() {
        let then = stamp("2026-03-01T09:00:00Z", 100, "a");
        assert_eq!(elapsed(&then, &stamp("2026-03-02T09:00:00Z", 103, "a")), Duration::from_secs(3));
        assert_eq!(elapsed(&then, &stamp("2026-02-01T09:00:00Z", 103, "a")), Duration::from_secs(3));
        assert_eq!(elapsed(&then, &stamp("2026-03-01T09:00:07Z", 3, "b")), Duration::from_secs(7), "another boot");
        assert_eq!(elapsed(&then, &stamp("2026-02-01T09:00:00Z", 3, "b")), Duration::ZERO, "never negative");
    }
}
