//! The keyring: for the real site only, and said plainly where there is none.

use super::stage::Stage;

const PRACTICE: &str = "http://127.0.0.1:9";

#[test]
fn a_practice_site_gets_no_password_from_the_keyring() {
    let stage = Stage::new();
    let words = "a practice site never gets a password";
    for command in [&["password", "keep"][..], &["password", "forget"]] {
        stage.refused(&[command, &["--origin", PRACTICE]].concat(), 2, words);
    }
    stage.refused(&["close", "--live", "--password-from-keyring", "--origin", PRACTICE], 2, words);
}

#[test]
#[cfg(not(target_os = "macos"))]
fn a_machine_without_a_keyring_says_so_and_what_to_do() {
    let stage = Stage::new();
    let mut command = stage.command(&["password", "forget"]);
    command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/bus").stdin(std::process::Stdio::null());
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("no keyring that answers") && said.contains("leave it out"), "{said}");
}
