//! A systemd user timer and the service that it starts.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Output;

use super::installed::Installed;
use super::job::{HEADER, Job, Start, name};
use super::tool;
use crate::cli::args::TimerKind;
use crate::cli::context::Context;
use crate::cli::outcome::Failure;
use crate::cli::output::{clean, shown};

/// Whether the user has a systemd manager that answers.
pub(super) fn is_there() -> bool {
    tool::done("systemctl", &["--user", "show-environment"]).is_ok()
}

/// Runs a command line as a unit of the user's with these variables, and waits for its end.
///
/// # Errors
/// `systemd-run` is not there.
pub(super) fn within(line: &[String], variables: &[(&str, String)]) -> Result<Output, String> {
    // A dollar would name a variable of the manager.
    let line: Vec<String> = line.iter().map(|part| part.replace('$', "$$")).collect();
    let variables: Vec<String> = variables.iter().map(|(name, value)| format!("--setenv={name}={value}")).collect();
    let mut arguments = vec!["--user", "--wait", "--pipe", "--quiet", "--collect"];
    arguments.extend(variables.iter().map(String::as_str));
    arguments.push("--");
    arguments.extend(line.iter().map(String::as_str));
    tool::ran("systemd-run", &arguments)
}

/// Writes both units and starts the timer; answers the files.
///
/// # Errors
/// Somebody else's file is in the way, the disk, or systemd refuses: then nothing is left behind.
pub(super) fn install(context: &Context, job: &Job) -> Result<Vec<String>, Failure> {
    let folder = folder(context).ok_or_else(|| {
        Failure::usage("there is no home folder, so no place for user units", "set HOME, or use --with cron")
    })?;
    let units = [("service", service(job)), ("timer", timer(job))];
    let path = |ending: &str| folder.join(format!("{}.{ending}", job.name));
    for (ending, _) in &units {
        is_free(&path(ending), &job.data_dir)?;
    }
    let started = fs::create_dir_all(&folder)
        .and_then(|()| units.iter().try_for_each(|(ending, text)| written(&path(ending), text)))
        .map_err(|error| format!("{}: {error}", folder.display()))
        .and_then(|()| tool::done("systemctl", &["--user", "daemon-reload"]))
        .and_then(|_| tool::done("systemctl", &["--user", "enable", "--now", &format!("{}.timer", job.name)]));
    if let Err(why) = started {
        for (ending, _) in &units {
            // The first error is the one to tell.
            let _ = fs::remove_file(path(ending));
        }
        let _ = tool::ran("systemctl", &["--user", "daemon-reload"]);
        return Err(Failure::usage(shown(why), "nothing was left behind; `--with cron` is another way"));
    }
    Ok(units.iter().map(|(ending, _)| path(ending).display().to_string()).collect())
}

/// Stops the timer and deletes both units.
///
/// # Errors
/// A file resists.
pub(super) fn remove(context: &Context, name: &str) -> Result<(), Failure> {
    let Some(folder) = folder(context) else { return Ok(()) };
    // What systemd does not know any more needs no stop.
    let _ = tool::ran("systemctl", &["--user", "disable", "--now", &format!("{name}.timer")]);
    for ending in ["timer", "service"] {
        let path = folder.join(format!("{name}.{ending}"));
        match fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                let what = shown(format!("{}: {error}", path.display()));
                return Err(Failure::usage(what, "delete it by hand, then `systemctl --user daemon-reload`"));
            }
            _ => {}
        }
    }
    let _ = tool::ran("systemctl", &["--user", "daemon-reload"]);
    Ok(())
}

/// The timers of this account and data directory.
pub(super) fn installed(context: &Context) -> Vec<Installed> {
    let Some(folder) = folder(context) else { return vec![] };
    let data_dir = quoted(&context.data_dir.display().to_string());
    files_of(context, &folder, ".service")
        .into_iter()
        .filter(|(_, path)| is_ours(path, &data_dir))
        .map(|(name, path)| Installed {
            place: path.with_extension("timer").display().to_string(),
            name,
            kind: TimerKind::Systemd,
        })
        .collect()
}

/// What a user manager does when its user logs out, where that concerns the timer.
pub(super) fn lingering() -> String {
    let user = rustix::process::getuid().as_raw().to_string();
    let shown = tool::done("loginctl", &["show-user", &user, "--property=Linger"]);
    match shown {
        Ok(said) if String::from_utf8_lossy(&said.stdout).contains("Linger=yes") => String::new(),
        _ => "It runs while you are logged in. `loginctl enable-linger` lets it run after you log out and before you log in, \
              too; `loginctl disable-linger` undoes that. Asleep, the computer starts nothing; it goes on when it wakes."
            .to_owned(),
    }
}

/// The files of the account in a folder, by their names.
pub(super) fn files_of(context: &Context, folder: &Path, ending: &str) -> Vec<(String, PathBuf)> {
    let Ok(entries) = fs::read_dir(folder) else { return vec![] };
    let prefix = name(context.account(), "");
    let mut files: Vec<(String, PathBuf)> = entries
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let name = path.file_name()?.to_str()?.strip_suffix(ending)?.to_owned();
            // An account's name may begin like another's; what follows it here is a plan's id, or the reminder.
            let of = name.strip_prefix(&prefix)?;
            (of == super::job::REVIEW || of.parse::<crate::event::id::PlanId>().is_ok()).then_some((name, path))
        })
        .collect();
    files.sort();
    files
}

/// Whether a file was written by us for this data directory, as the text has it.
pub(super) fn is_ours(path: &Path, data_dir: &str) -> bool {
    fs::read_to_string(path).is_ok_and(|text| text.contains(HEADER) && text.contains(data_dir))
}

/// Writes a file that only its owner reads, on the disk when it answers.
pub(super) fn written(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = fs::File::options().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn is_free(path: &Path, data_dir: &str) -> Result<(), Failure> {
    if path.symlink_metadata().is_err()
        || is_ours(path, &quoted(data_dir))
        || is_ours(path, HEADER) && path.extension().is_some_and(|of| of == "timer")
    {
        return Ok(());
    }
    let what = format!("`{}` is there already, and belongs to another data directory", path.display());
    Err(Failure::usage(shown(what), "look at it, and move it away if nothing needs it"))
}

fn folder(context: &Context) -> Option<PathBuf> {
    context.config_home.as_ref().map(|config| config.join("systemd/user"))
}

fn service(job: &Job) -> String {
    let line: Vec<String> = job.line().iter().map(|part| quoted(part)).collect();
    // A dollar in an assignment is no variable.
    let variable = |(name, value): &(&str, String)| {
        format!("Environment={}\n", quoted(&format!("{name}={value}")).replace("$$", "$"))
    };
    let variables: String = job.variables.iter().map(variable).collect();
    format!(
        "# {HEADER}; `exeunt schedule remove {word}` takes it away.\n\
         [Unit]\n\
         Description=Exeunt: {about}\n\
         \n\
         [Service]\n\
         Type=oneshot\n\
         {variables}ExecStart={line}\n\
         # 9: all that is allowed now was done, and more is due later.\n\
         SuccessExitStatus=9\n\
         # 6: browser or site could not be reached, such as right after waking. Whatever else ended it wants a person first.\n\
         Restart=on-failure\n\
         RestartSec=15min\n\
         RestartPreventExitStatus=1 2 3 4 5 7 8 10 130\n\
         # Only the program itself is asked to stop: it brings the person in hand to a safe point and closes the browser.\n\
         KillMode=mixed\n\
         TimeoutStopSec=180\n",
        word = job.word,
        about = job.about.replace('%', "%%"),
        line = line.join(" "),
        variables = variables,
    )
}

fn timer(job: &Job) -> String {
    let when = match job.start {
        Start::Shares => "# If it is too early it ends at once: the program itself decides what is due, from what was done before.\n\
                          # By UTC, since by local time systemd passes over the hour that autumn repeats.\n\
                          OnCalendar=*:00/30 UTC\n\
                          RandomizedDelaySec=5min\n\
                          # A look that was missed is not made up for: the next one comes soon, and nothing is ever doubled.\n\
                          Persistent=false\n"
            .to_owned(),
        Start::Review(months) => format!("OnCalendar=*-01/{}-01 10:00:00\nPersistent=true\n", months.0),
    };
    format!(
        "# {HEADER}; `exeunt schedule remove {word}` takes it away.\n\
         [Unit]\n\
         Description=Exeunt: {about}\n\
         \n\
         [Timer]\n\
         {when}\
         \n\
         [Install]\n\
         WantedBy=timers.target\n",
        word = job.word,
        about = job.about.replace('%', "%%"),
    )
}

/// One word of a command line in a unit: no specifier, no variable, nothing that ends the quotes.
fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace('%', "%%").replace('$', "$$");
    format!("\"{}\"", clean(&escaped))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_of_a_unit_means_itself() {
        assert_eq!(quoted("/a b/c"), r#""/a b/c""#);
        assert_eq!(quoted(r#"100% "x" \ $HOME"#), r#""100%% \"x\" \\ $$HOME""#);
    }
}
