//! The gates before the account itself is acted on: a line each, with pass, fail or waived.

use crate::cli::args::Leave;
use crate::cli::context::Context;
use crate::cli::evidence::verdicts;
use crate::cli::outcome::Failure;
use crate::cli::output::{clean, wrapped};
use crate::event::exit::Ending;
use crate::event::fact::{Gate, Verdict};
use crate::event::id::{Action, Realm};
use crate::evidence::verify::Verdict as Proof;
use crate::ledger::{Ledger, PlanRow};
use crate::report::count::{count, people};

/// An archive older than this says little about the account of today.
const ARCHIVE_DAYS: i32 = 30;
/// Between two attempts at least so much time passes.
const BETWEEN: jiff::SignedDuration = jiff::SignedDuration::from_hours(24);

/// What can be told before a page is loaded, and what will be told later.
pub(super) struct Gates {
    /// In the order in which they are shown.
    pub(super) all: Vec<Gate>,
    /// Something is in doubt: that outranks every other failure.
    in_doubt: bool,
}

impl Gates {
    /// Asks them all; loads nothing.
    ///
    /// # Errors
    /// What the ledger says.
    pub(super) fn read(
        context: &Context,
        (ledger, realm): (&Ledger, Realm),
        (command, action): (&Leave, Action),
        is_person_there: bool,
    ) -> Result<Self, Failure> {
        let doubt = in_doubt(context, ledger, realm)?;
        let in_doubt = doubt.verdict == Verdict::Fail;
        let mut all = vec![
            archive(context, ledger, command)?,
            doubt,
            plans(context, ledger, realm)?,
            evidence(context, ledger)?,
            once_a_day(context, (ledger, realm), action)?,
        ];
        let later = |gate: &str, why: &str| of(gate, Verdict::Later, why);
        all.push(later("account", "read from the page before anything is typed"));
        if action == Action::Close {
            all.push(later("premium", "Premium, groups and licences of others: the pages say so, and it stops there"));
            all.push(later(
                "password",
                "the site wants the account's own password; one made with Google or Apple may have none",
            ));
            all.push(later("hibernate", "the way that can be undone is offered first"));
        }
        all.push(match (command.live, is_person_there) {
            (false, _) => later("person", "a live run needs a person at a terminal"),
            (true, true) => of("person", Verdict::Pass, "you are at a terminal"),
            (true, false) => of("person", Verdict::Fail, "nobody is at a terminal: this is never done unattended"),
        });
        Ok(Self { all, in_doubt })
    }

    /// Shows them, a line each.
    pub(super) fn show(&self, context: &Context) {
        for gate in &self.all {
            let verdict = word(gate.verdict);
            for (at, line) in wrapped(&clean(&gate.why), context.out.text_width(), 20).iter().enumerate() {
                let name = if at == 0 { format!("  {verdict:<7} {:<9} ", gate.gate) } else { " ".repeat(20) };
                context.out.say(format!("{name}{}", line.get(20..).unwrap_or_default()));
            }
            context.out.record(&serde_json::json!({
                "v": 1, "gate": gate.gate, "verdict": gate.verdict, "why": gate.why,
            }));
        }
    }

    /// Why nothing is done live, where a gate failed.
    ///
    /// # Errors
    /// One did.
    pub(super) fn must_pass(&self) -> Result<(), Failure> {
        let failed: Vec<&Gate> = self.all.iter().filter(|gate| gate.verdict == Verdict::Fail).collect();
        if failed.is_empty() {
            return Ok(());
        }
        let ending = if self.in_doubt { Ending::InDoubt } else { Ending::Usage };
        let names = failed.iter().map(|gate| gate.gate.as_str()).collect::<Vec<_>>().join(", ");
        let mend = failed.iter().map(|gate| format!("{}: {}", gate.gate, gate.why)).collect::<Vec<_>>().join("\n");
        let gates = count(failed.len() as u64, "gate fails", "gates fail");
        Err(Failure::new(ending, format!("{gates}, and nothing was done: {names}"), clean_lines(&mend)))
    }

    /// Notes how a gate was answered that could be told only later.
    pub(super) fn answer(&mut self, name: &str, verdict: Verdict, why: &str) {
        if let Some(gate) = self.all.iter_mut().find(|gate| gate.gate == name) {
            gate.verdict = verdict;
            gate.why = why.to_owned();
        }
    }
}

fn clean_lines(text: &str) -> String {
    text.lines().map(clean).collect::<Vec<_>>().join("\n")
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "pass",
        Verdict::Fail => "FAIL",
        Verdict::Waived => "waived",
        Verdict::Later => "later",
    }
}

fn of(gate: &str, verdict: Verdict, why: impl Into<String>) -> Gate {
    Gate { gate: gate.to_owned(), verdict, why: why.into() }
}

/// Whether the account's archive was taken, which kind it is, and how old.
fn archive(context: &Context, ledger: &Ledger, command: &Leave) -> Result<Gate, Failure> {
    let waived = |why: String| match command.without_data {
        true => of("archive", Verdict::Waived, format!("{why}; you go on without it")),
        false => of(
            "archive",
            Verdict::Fail,
            format!("{why}; `exeunt save-data --wait` asks for one, and --without-data goes on without it"),
        ),
    };
    let zone = context.zone();
    let day = |at: jiff::Timestamp| at.to_zoned(zone.clone()).date();
    let newest = ledger
        .imports(context.account())?
        .into_iter()
        .filter(|import| is_archive(&import.source))
        .max_by_key(|import| import.exported.unwrap_or(import.at));
    let Some(newest) = newest else {
        return Ok(waived("no archive of the account was taken in; a closed account gives none any more".to_owned()));
    };
    let made = day(newest.exported.unwrap_or(newest.at));
    let days = context.today().since(made).map_or(0, |span| span.get_days());
    let kind = match crate::export::is_whole(&newest.source) {
        true => "the whole archive",
        false => "an archive of chosen files",
    };
    let why = format!("{kind}, `{}`, made {made}, {} old", newest.source, count(days.max(0) as u64, "day", "days"));
    Ok(if days > ARCHIVE_DAYS { waived(why) } else { of("archive", Verdict::Pass, why) })
}

fn is_archive(source: &str) -> bool {
    source.to_ascii_lowercase().ends_with(".zip")
}

fn in_doubt(context: &Context, ledger: &Ledger, realm: Realm) -> Result<Gate, Failure> {
    let rows = ledger.in_doubt(context.account(), realm)?;
    Ok(match rows.first() {
        None => of("in-doubt", Verdict::Pass, "nothing is in doubt"),
        Some(row) if row.action.is_of_account() => of(
            "in-doubt",
            Verdict::Fail,
            format!(
                "whether the account was closed is in doubt: {}; look without signing in, then `exeunt resolve {} --as done|not-done --reason TEXT`",
                row.reason, row.slug
            ),
        ),
        Some(_) => of(
            "in-doubt",
            Verdict::Fail,
            format!("{} in doubt; `exeunt status` says how to settle that", people(rows.len() as u64)),
        ),
    })
}

/// The plans that are approved and not finished.
pub(super) fn unfinished(context: &Context, ledger: &Ledger, realm: Realm) -> Result<Vec<PlanRow>, Failure> {
    let open = |plan: &PlanRow| -> Result<bool, Failure> {
        let is_begun = plan.realm == realm && plan.approved.is_some() && plan.dropped.is_none();
        Ok(is_begun && ledger.effects(&plan.id)?.iter().any(|effect| effect.state.is_open()))
    };
    let mut found = vec![];
    for plan in ledger.plans(context.account())? {
        if !plan.action.is_of_account() && open(&plan)? {
            found.push(plan);
        }
    }
    Ok(found)
}

fn plans(context: &Context, ledger: &Ledger, realm: Realm) -> Result<Gate, Failure> {
    let open = unfinished(context, ledger, realm)?;
    let names = open.iter().map(|plan| plan.id.to_string()).collect::<Vec<_>>().join(", ");
    Ok(match open.first() {
        None => of("plans", Verdict::Pass, "no plan is unfinished"),
        Some(plan) => {
            of("plans", Verdict::Fail, format!("not finished: {names}; `exeunt stop {}` ends a plan for good", plan.id))
        }
    })
}

/// Whether all proof so far is whole.
fn evidence(context: &Context, ledger: &Ledger) -> Result<Gate, Failure> {
    let verdicts = verdicts(context, ledger)?;
    let tampered = verdicts.iter().find(|(_, verdict)| matches!(verdict, Proof::Tampered { .. }));
    if let Some((run, verdict)) = tampered {
        let why =
            format!("the evidence of run {run} is {}; `exeunt evidence verify {run}` says where", verdict.as_str());
        return Ok(of("evidence", Verdict::Fail, why));
    }
    let incomplete = verdicts.iter().filter(|(_, verdict)| matches!(verdict, Proof::Incomplete { .. })).count();
    Ok(if incomplete > 0 {
        let runs = count(incomplete as u64, "run has", "runs have");
        of("evidence", Verdict::Waived, format!("{runs} incomplete evidence; nothing was changed in it"))
    } else {
        of("evidence", Verdict::Pass, format!("of {} whole", count(verdicts.len() as u64, "run", "runs")))
    })
}

fn once_a_day(context: &Context, (ledger, realm): (&Ledger, Realm), action: Action) -> Result<Gate, Failure> {
    let last = ledger.last_attempt(context.account(), realm, action)?;
    let next = last.and_then(|last| last.checked_add(BETWEEN).ok()).filter(|next| *next > context.clock.now().utc);
    Ok(match next {
        None => of("attempt", Verdict::Pass, "the first in 24 hours"),
        Some(next) => of(
            "attempt",
            Verdict::Fail,
            format!("it was tried less than 24 hours ago; the next attempt may begin at {}", context.time(next)),
        ),
    })
}
