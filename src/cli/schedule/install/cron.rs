//! A line in the user's crontab, between two comments that name it. Every other line stays as it is, byte for byte.

use super::installed::Installed;
use super::job::{Job, Start, name};
use super::tool;
use crate::cli::args::TimerKind;
use crate::cli::context::Context;
use crate::cli::outcome::Failure;
use crate::cli::output::shown;
use crate::event::id::PlanId;

/// Where cron looks for programs.
pub(super) const PATH: &str = "/usr/bin:/bin";

/// Whether there is a crontab here.
pub(super) fn is_there() -> bool {
    tool::ran("crontab", &["-l"]).is_ok()
}

/// Adds the line, or puts it in the place of an older one of the same name; answers where.
///
/// # Errors
/// The crontab cannot be read or written, or has a line of that name for another data directory.
pub(super) fn install(job: &Job) -> Result<Vec<String>, Failure> {
    let before = read().map_err(refused)?;
    let after = match block(&before, &job.name) {
        Some(at) if !holds(&before[at.clone()], &job.data_dir) => {
            let what = format!("the crontab has a line {} for another data directory", job.name);
            return Err(Failure::usage(what, "look at it with `crontab -l`"));
        }
        Some(at) => [&before[..at.start], lines(job).as_bytes(), &before[at.end..]].concat(),
        None => {
            let gap: &[u8] = if before.is_empty() || before.ends_with(b"\n") { b"" } else { b"\n" };
            [&before, gap, lines(job).as_bytes()].concat()
        }
    };
    tool::fed("crontab", &["-"], &after).map_err(refused)?;
    Ok(vec![format!("crontab: {}", line(job))])
}

/// Takes the line and its two comments out.
///
/// # Errors
/// The crontab cannot be read or written.
pub(super) fn remove(_: &Context, name: &str) -> Result<(), Failure> {
    let before = read().map_err(refused)?;
    let Some(at) = block(&before, name) else { return Ok(()) };
    let after = [&before[..at.start], &before[at.end..]].concat();
    tool::fed("crontab", &["-"], &after).map_err(refused)
}

/// The lines of this account and data directory.
pub(super) fn installed(context: &Context) -> Vec<Installed> {
    let Ok(text) = read() else { return vec![] };
    let data_dir = context.data_dir.display().to_string();
    let prefix = format!("# exeunt {} ", context.account());
    let shown = String::from_utf8_lossy(&text).into_owned();
    let is_one = |of: &&str| *of == super::job::REVIEW || of.parse::<PlanId>().is_ok();
    let found = shown.lines().filter_map(|line| line.strip_prefix(&prefix)).filter(is_one);
    let names = found.map(|of| name(context.account(), of));
    let ours = names.filter(|name| block(&text, name).is_some_and(|at| holds(&text[at], &data_dir)));
    ours.map(|name| Installed { name, kind: TimerKind::Cron, place: "crontab".to_owned() }).collect()
}

/// The crontab as it is; nothing where the user has none.
fn read() -> Result<Vec<u8>, String> {
    let said = tool::ran("crontab", &["-l"])?;
    if said.status.success() {
        return Ok(said.stdout);
    }
    let why = String::from_utf8_lossy(&said.stderr).trim().to_owned();
    // Every cron ends with 1 and says nothing on standard output where there is no crontab yet, each in words of its own. A
    // crontab that cannot be read must not be taken for an empty one, and be written over.
    let refusals = ["denied", "not allowed", "not permitted", "input/output"];
    let is_refused = refusals.iter().any(|words| why.to_lowercase().contains(words));
    let is_none = said.status.code() == Some(1) && said.stdout.is_empty() && !is_refused;
    if is_none { Ok(vec![]) } else { Err(format!("`crontab -l` refused: {why}")) }
}

/// From where to where the lines of that name stand.
fn block(text: &[u8], name: &str) -> Option<std::ops::Range<usize>> {
    let find = |what: &str, from: usize| {
        let what = what.as_bytes();
        let is_here = |at: &usize| (*at == 0 || text[at - 1] == b'\n') && text[*at..].starts_with(what);
        (from..text.len()).find(is_here).map(|at| (at, at + what.len()))
    };
    let (begin, end) = marks(name);
    let (start, begun) = find(&begin, 0)?;
    let (_, end) = find(&end, begun)?;
    Some(start..end)
}

/// The comments before and after the line of that name: `# exeunt default P4K`.
fn marks(name: &str) -> (String, String) {
    let (account, of) = name.rsplit_once('-').unwrap_or((name, ""));
    let account = account.strip_prefix("exeunt-").unwrap_or(account);
    (format!("# exeunt {account} {of}\n"), format!("# exeunt {account} {of} end\n"))
}

fn holds(lines: &[u8], data_dir: &str) -> bool {
    String::from_utf8_lossy(lines).contains(&word(data_dir))
}

fn lines(job: &Job) -> String {
    let (begin, end) = marks(&job.name);
    format!("{begin}{}\n{end}", line(job))
}

fn line(job: &Job) -> String {
    let when = match job.start {
        Start::Shares => "*/30 * * * *".to_owned(),
        Start::Review(months) => format!("0 10 1 */{} *", months.0),
    };
    // The shell takes what stands before the program as its variables; the names are ours.
    let variables = job.variables.iter().map(|(name, value)| format!("{name}={}", word(value)));
    let words: Vec<String> = variables.chain(job.line().iter().map(|part| word(part))).collect();
    // What it says is in the ledger, and notify.command tells what matters: no mail every half an hour.
    format!("{when} {} >/dev/null 2>&1", words.join(" "))
}

/// One word of a command line in a crontab: quoted for the shell, and without a line break in cron's own sense.
fn word(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''")).replace('%', r"\%")
}

fn refused(why: String) -> Failure {
    Failure::usage(shown(why), "nothing was changed; `crontab -l` shows what is there")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_of_a_crontab_means_itself() {
        assert_eq!(word("it's 100%"), r"'it'\''s 100\%'");
    }

    #[test]
    fn a_block_is_whole_lines_of_its_own_name() {
        let text = b"x # exeunt a P22\n# exeunt a P22\nline\n# exeunt a P22 end\n# exeunt a P22 ends\nrest";
        let at = block(text, "exeunt-a-P22").unwrap();
        assert_eq!(&text[at], b"# exeunt a P22\nline\n# exeunt a P22 end\n");
        assert_eq!(block(text, "exeunt-a-P2"), None);
        assert_eq!(block(b"# exeunt a P22\nno end", "exeunt-a-P22"), None, "what has no end is not touched");
    }
}
