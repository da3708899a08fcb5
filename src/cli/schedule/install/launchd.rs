//! A launchd agent of the user's.

use std::fs;
use std::path::PathBuf;

use maud::{Escaper, html};

use super::installed::Installed;
use super::job::{HEADER, Job, Start};
use super::systemd::{files_of, is_ours, written};
use super::tool;
use crate::cli::args::TimerKind;
use crate::cli::context::Context;
use crate::cli::outcome::Failure;
use crate::cli::output::shown;

/// Where an agent's programs are looked for.
pub(super) const PATH: &str = "/usr/bin:/bin:/usr/sbin:/sbin";

/// Half an hour, in seconds.
const HALF_AN_HOUR: u32 = 1_800;

/// Writes the agent and loads it; answers its file.
///
/// # Errors
/// Somebody else's file is in the way, the disk, or launchd refuses: then nothing is left behind.
pub(super) fn install(context: &Context, job: &Job) -> Result<Vec<String>, Failure> {
    let folder = folder(context).ok_or_else(|| {
        Failure::usage("there is no home folder, so no place for an agent", "set HOME, or use --with cron")
    })?;
    let path = folder.join(format!("{}.plist", job.name));
    if path.symlink_metadata().is_ok() && !is_ours(&path, &escaped(&job.data_dir)) {
        let what = format!("`{}` is there already, and belongs to another data directory", path.display());
        return Err(Failure::usage(shown(what), "look at it, and move it away if nothing needs it"));
    }
    let (user, file) = (session(), path.display().to_string());
    // An agent that is loaded already keeps its old text until it is loaded anew.
    let _ = tool::ran("launchctl", &["bootout", &format!("{user}/{}", job.name)]);
    let loaded = fs::create_dir_all(&folder)
        .and_then(|()| written(&path, &plist(job)))
        .map_err(|error| format!("{file}: {error}"))
        .and_then(|()| tool::done("launchctl", &["bootstrap", &user, &file]));
    if let Err(why) = loaded {
        // The first error is the one to tell.
        let _ = fs::remove_file(&path);
        return Err(Failure::usage(shown(why), "nothing was left behind; `--with cron` is another way"));
    }
    Ok(vec![file])
}

/// Unloads the agent and deletes its file.
///
/// # Errors
/// The file resists.
pub(super) fn remove(context: &Context, name: &str) -> Result<(), Failure> {
    let Some(folder) = folder(context) else { return Ok(()) };
    // What launchd does not know any more needs no unloading.
    let _ = tool::ran("launchctl", &["bootout", &format!("{}/{name}", session())]);
    let path = folder.join(format!("{name}.plist"));
    match fs::remove_file(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Failure::usage(shown(format!("{}: {error}", path.display())), "delete it by hand"))
        }
        _ => Ok(()),
    }
}

/// The agents of this account and data directory.
pub(super) fn installed(context: &Context) -> Vec<Installed> {
    let Some(folder) = folder(context) else { return vec![] };
    let data_dir = escaped(&context.data_dir.display().to_string());
    files_of(context, &folder, ".plist")
        .into_iter()
        .filter(|(_, path)| is_ours(path, &data_dir))
        .map(|(name, path)| Installed { name, kind: TimerKind::Launchd, place: path.display().to_string() })
        .collect()
}

fn folder(context: &Context) -> Option<PathBuf> {
    context.home.as_ref().map(|home| home.join("Library/LaunchAgents"))
}

fn session() -> String {
    format!("gui/{}", rustix::process::getuid().as_raw())
}

fn plist(job: &Job) -> String {
    let body = html! {
        dict {
            key { "Label" } string { (job.name) }
            key { "ProgramArguments" }
            array { @for part in job.line() { string { (part) } } }
            @if !job.variables.is_empty() {
                key { "EnvironmentVariables" }
                dict { @for (name, value) in &job.variables { key { (name) } string { (value) } } }
            }
            @match job.start {
                Start::Shares => { key { "StartInterval" } integer { (HALF_AN_HOUR) } }
                Start::Review(months) => {
                    key { "StartCalendarInterval" }
                    array {
                        @for month in (1..=12).step_by(usize::from(months.0)) {
                            dict {
                                key { "Month" } integer { (month) }
                                key { "Day" } integer { "1" }
                                key { "Hour" } integer { "10" }
                                key { "Minute" } integer { "0" }
                            }
                        }
                    }
                }
            }
            key { "ExitTimeOut" } integer { "180" }
            key { "ProcessType" } string { "Background" }
        }
    };
    let dict = body.into_string().replace("<key>", "\n  <key>").replace("</dict>", "\n</dict>");
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n\
         <!-- {HEADER} -->\n\
         <plist version=\"1.0\">\n{dict}\n</plist>\n"
    )
}

/// Text as it stands between two tags.
fn escaped(text: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::new();
    Escaper::new(&mut out).write_str(text).expect("a text takes every text");
    out
}
