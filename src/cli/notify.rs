//! `notify.command`: a program of the user's that is told what happened, without names.

use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;

use super::context::Context;
use super::tilde;

/// How long the program may take; it is ended after that.
const PATIENCE: Duration = Duration::from_secs(10);

/// Runs the program of the settings, if there is one, with the text on its standard input. What comes of it changes
/// nothing: a program that fails is mentioned once.
pub(crate) async fn tell(context: &Context, text: &str) {
    let command = context.settings.notify_command.iter();
    let command: Vec<String> = command.map(|word| tilde::of_home(word, context.home.as_deref())).collect();
    let Some((program, arguments)) = command.split_first() else { return };
    let started = tokio::process::Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn();
    let told = match started {
        Ok(mut child) => {
            let line = format!("{text}\n");
            let told = async {
                if let Some(mut input) = child.stdin.take() {
                    // A program that reads nothing is told nothing.
                    let _ = input.write_all(line.as_bytes()).await;
                }
                child.wait().await.map(|status| status.success())
            };
            tokio::time::timeout(PATIENCE, told).await.is_ok_and(|done| done.unwrap_or(false))
        }
        Err(_) => false,
    };
    if !told {
        context.out.note("  note: the program of notify.command failed");
    }
}
