//! The gates before the account itself is acted on: a line each, with pass, fail or waived.

use jiff::civil::Date;

use crate::cli::args::Leave;
use crate::cli::context::Context;
use crate::cli::evidence::verdicts;
use crate::cli::outcome::Failure;
use crate::cli::output::{clean, wrapped};
use crate::event::exit::Ending;
use crate::event::fact::{Gate, Verdict};
use crate::event::id::{Action, Realm, RunId};
use crate::evidence::verify::Verdict as Proved;
use crate::ledger::{EffectRow, Ledger, PlanRow};
use crate::policy::closing_gates::{self, Answer, Doubt, Known, Proof};
use crate::report::count::{count, people};

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
        let archive = newest_archive(context, ledger)?;
        let doubtful = ledger.in_doubt(context.account(), realm)?;
        let unfinished = ledger.unfinished_plans(context.account(), realm)?;
        let verdicts = verdicts(context, ledger)?;
        let known = Known {
            action,
            is_live: command.live,
            is_person_there,
            without_archive: command.without_data,
            archive: archive.as_ref().map(|(_, made)| *made),
            doubt: doubt(&doubtful),
            unfinished: unfinished.len() as u64,
            proof: proof(&verdicts),
            last_attempt: ledger.last_attempt(context.account(), realm, action)?,
        };
        let named = Named { archive, doubtful, unfinished, verdicts };
        let answers = closing_gates::answers(&known, context.clock.now().utc, context.today());
        let in_doubt = known.doubt != Doubt::Nothing;
        let all = answers.into_iter().map(|answer| Gate {
            gate: answer.gate().to_owned(),
            verdict: answer.verdict(),
            why: named.why(context, answer),
        });
        Ok(Self { all: all.collect(), in_doubt })
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
                "v": 1, "kind": "gate", "gate": gate.gate, "verdict": gate.verdict, "why": gate.why,
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

/// What the answers name.
struct Named {
    /// The newest archive's file, and the day on which it was made.
    archive: Option<(String, Date)>,
    doubtful: Vec<EffectRow>,
    unfinished: Vec<PlanRow>,
    verdicts: Vec<(RunId, Proved)>,
}

impl Named {
    /// Why a gate is answered so, and for a failed one what to do.
    fn why(&self, context: &Context, answer: Answer) -> String {
        match answer {
            Answer::NoArchive { accepted } => waived(
                "no archive of the account was taken in; a closed account gives none any more".to_owned(),
                accepted,
            ),
            Answer::OldArchive { days, accepted } => waived(self.archive(days), accepted),
            Answer::Archive { days } => self.archive(days),
            Answer::InDoubt(doubt) => self.in_doubt(doubt),
            Answer::Plans(_) => self.plans(),
            Answer::Evidence(proof) => self.evidence(proof),
            Answer::FirstAttempt => "the first in 24 hours".to_owned(),
            Answer::TriedBefore { next } => {
                format!("it was tried less than 24 hours ago; the next attempt may begin at {}", context.time(next))
            }
            Answer::Account => "read from the page before anything is typed".to_owned(),
            Answer::Premium => {
                "Premium, groups and licences of others: the pages say so, and it stops there".to_owned()
            }
            Answer::Password => {
                "the site wants the account's own password; one made with Google or Apple may have none".to_owned()
            }
            Answer::Hibernate => "the way that can be undone is offered first".to_owned(),
            Answer::PersonLater => "a live run needs a person at a terminal".to_owned(),
            Answer::PersonThere => "you are at a terminal".to_owned(),
            Answer::NobodyThere => "nobody is at a terminal: this is never done unattended".to_owned(),
        }
    }

    fn archive(&self, days: i32) -> String {
        let Some((source, made)) = &self.archive else { return String::new() };
        let kind = match crate::export::is_whole(source) {
            true => "the whole archive",
            false => "an archive of chosen files",
        };
        format!("{kind}, `{source}`, made {made}, {} old", count(u64::try_from(days).unwrap_or(0), "day", "days"))
    }

    fn in_doubt(&self, doubt: Doubt) -> String {
        match (doubt, self.doubtful.first()) {
            (Doubt::Account, Some(row)) => format!(
                "whether the account was closed is in doubt: {}; look without signing in, then `exeunt resolve {1} --as done --reason 'what you saw'`, or the same with --as not-done",
                row.reason,
                row.slug.encoded()
            ),
            (Doubt::People(number), _) => {
                format!("{} in doubt; `exeunt status` says how to settle that", people(number))
            }
            _ => "nothing is in doubt".to_owned(),
        }
    }

    fn plans(&self) -> String {
        let names = self.unfinished.iter().map(|plan| plan.id.to_string()).collect::<Vec<_>>().join(", ");
        match self.unfinished.first() {
            None => "no plan is unfinished".to_owned(),
            Some(plan) => format!("not finished: {names}; `exeunt stop {}` ends a plan for good", plan.id),
        }
    }

    fn evidence(&self, proof: Proof) -> String {
        let tampered = self.verdicts.iter().find(|(_, verdict)| matches!(verdict, Proved::Tampered { .. }));
        match (proof, tampered) {
            (Proof::Tampered, Some((run, verdict))) => {
                format!("the evidence of run {run} is {}; `exeunt evidence verify {run}` says where", verdict.as_str())
            }
            (Proof::Incomplete(number), _) => {
                format!("{} incomplete evidence; nothing was changed in it", count(number, "run has", "runs have"))
            }
            _ => format!("of {} whole", count(self.verdicts.len() as u64, "run", "runs")),
        }
    }
}

/// What is missing, and that the person goes on without it or how that is done.
fn waived(why: String, accepted: bool) -> String {
    match accepted {
        true => format!("{why}; you go on without it"),
        false => {
            format!("{why}; `exeunt save-data --wait` asks for one, and --without-data goes on without it")
        }
    }
}

/// The archive of the account that was made last: its file, and the day.
fn newest_archive(context: &Context, ledger: &Ledger) -> Result<Option<(String, Date)>, Failure> {
    let newest = ledger
        .imports(context.account())?
        .into_iter()
        .filter(|import| import.source.to_ascii_lowercase().ends_with(".zip"))
        .max_by_key(|import| import.exported.unwrap_or(import.at));
    let day = |at: jiff::Timestamp| at.to_zoned(context.zone()).date();
    Ok(newest.map(|newest| (newest.source, day(newest.exported.unwrap_or(newest.at)))))
}

fn doubt(rows: &[EffectRow]) -> Doubt {
    match rows.first() {
        None => Doubt::Nothing,
        Some(row) if row.action.is_of_account() => Doubt::Account,
        Some(_) => Doubt::People(rows.len() as u64),
    }
}

/// What the proof of all runs is worth together.
fn proof(verdicts: &[(RunId, Proved)]) -> Proof {
    let number = |is: fn(&Proved) -> bool| verdicts.iter().filter(|(_, verdict)| is(verdict)).count() as u64;
    if number(|verdict| matches!(verdict, Proved::Tampered { .. })) > 0 {
        return Proof::Tampered;
    }
    match number(|verdict| matches!(verdict, Proved::Incomplete { .. })) {
        0 => Proof::Whole(verdicts.len() as u64),
        incomplete => Proof::Incomplete(incomplete),
    }
}
