//! Nobody but a test can make the program stand still.

use std::path::Path;
use std::process::Command;

/// How the variables end by which a test tells the program where its crash points are and where browsers are counted; what is
/// for tests only holds their names.
const MARK: &[u8] = b"S_OF_EXEUNT";

/// A program with the two kinds of crash point, as the product's modules use them.
const USER: &str = "#![allow(unused)]
mod crash_point;
fn main() {
    crash_point::crash_point!(\"C1\");
    crash_point::browser_started!(\"chrome\".to_owned());
    let during = async { crash_point::crash_point_during!(\"C2\", async { 7 }) };
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(std::pin::pin!(during).poll(&mut context) == std::task::Poll::Ready(7));
}
";

fn is_marked(program: &Path) -> bool {
    std::fs::read(program).unwrap().windows(MARK.len()).any(|window| window == MARK)
}

/// `scripts/soak` looks into the whole program of a release build as well, which takes too long for every change.
#[test]
fn a_build_for_users_has_no_crash_points() {
    assert!(is_marked(Path::new(env!("CARGO_BIN_EXE_exeunt"))), "the search finds what a build for tests has");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let place = tempfile::tempdir().unwrap();
    std::fs::copy(root.join("src/crash_point.rs"), place.path().join("crash_point.rs")).unwrap();
    std::fs::write(place.path().join("main.rs"), USER).unwrap();
    let program = place.path().join("main");
    let mut compiler = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    compiler.args(["--edition", "2024", "-C", "opt-level=3", "-o"]).arg(&program).arg(place.path().join("main.rs"));
    let compiled = compiler.output().unwrap();
    assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
    assert!(!is_marked(&program), "without debug assertions nothing of a crash point is left");
    // Both points are armed, and the program passes them.
    for point in ["C1", "C2"] {
        std::fs::write(place.path().join(format!("{point}.armed")), "").unwrap();
    }
    let ended = Command::new(&program).env("CRASH_POINTS_OF_EXEUNT", place.path()).output().unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    assert!(place.path().join("C1.armed").exists() && place.path().join("C2.armed").exists());
    // The profile of releases keeps the compiler's default, which is to leave debug assertions out.
    let manifest: toml::Table = std::fs::read_to_string(root.join("Cargo.toml")).unwrap().parse().unwrap();
    let release = manifest.get("profile").and_then(|profiles| profiles.get("release"));
    assert!(release.and_then(|profile| profile.get("debug-assertions")).is_none());
}
