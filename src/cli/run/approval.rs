//! The approval of a live run: what it means, and the sentence or hash that lets it begin.

use tokio::sync::watch;

use crate::cli::args::Run;
use crate::cli::context::Context;
use crate::cli::outcome::Failure;
use crate::cli::output::{account_of, wrapped};
use crate::cli::{plan as plans, prompt};
use crate::event::id::Realm;
use crate::ledger::{Owner, PlanRow};
use crate::plan::plan::Plan;
use crate::policy::pace::Pace;
use crate::report::count::people;
use crate::runner::wait::Stop;

/// Shows what a live run means and asks for the sentence, unless the hash was given; then notes the approval.
pub(super) fn approve(
    context: &Context,
    command: &Run,
    (owner, row): (&mut Owner, &PlanRow),
    (plan, pace, whose): (&Plan, &Pace, Option<String>),
    stop: &watch::Receiver<Stop>,
) -> Result<(), Failure> {
    consequences(context, owner, row, (plan, pace, whose))?;
    let how = if command.confirm.is_some() {
        "--confirm"
    } else {
        let left = plans::to_do(context, owner.ledger(), &row.id)?.len();
        ask(context, (row, &plan.sentence_for(left)), stop)?;
        "typed"
    };
    if row.approved.is_none() {
        let approval = owner.approve_plan(&row.id, &row.hash, how, &context.clock.now())?;
        if approval.excluded > 0 {
            context.out.note(format!("  {} of the plan on the keep list: left alone", people(approval.excluded)));
        }
    }
    Ok(())
}

fn consequences(
    context: &Context,
    owner: &Owner,
    row: &PlanRow,
    (plan, pace, read): (&Plan, &Pace, Option<String>),
) -> Result<(), Failure> {
    let noted = owner.ledger().identity(context.account(), row.realm)?.map_or_else(
        || "not yet known; it is read from the page before anything is done".to_owned(),
        |known| account_of(&known.name, &known.handle),
    );
    let whose = read.map_or(noted, |read| format!("{read}, as the site shows it now"));
    let left = plans::to_do(context, owner.ledger(), &row.id)?.len();
    let network = match row.realm {
        Realm::Real => "your real network",
        Realm::Practice => "a practice network",
    };
    let out = &context.out;
    out.say(match left {
        0 => "LIVE: nobody is left to remove; whoever is still open is looked at once more".to_owned(),
        1 => format!("LIVE: a person will be removed from {network}"),
        _ => format!("LIVE: people will be removed from {network}"),
    });
    out.say(format!("  plan      {}: {}", row.id, plan.sentence_for(left)));
    out.say(format!("  whose     {whose}"));
    if let Some(visits) = plans::visits((plan, left as u64), pace) {
        out.say(format!("  visits    {visits}"));
    }
    out.say(format!("  pace      {}", plans::calendar(context, (owner.ledger(), plan), pace)?));
    out.say(format!("  hours     {}", plans::hours(plan)));
    out.say(format!("  left      {}", plans::left(context, owner.ledger(), plan)?));
    out.say(format!("  evidence  {}", plans::evidence(left as u64)));
    for (at, line) in wrapped(plans::AFTERWARDS, out.text_width().max(40), 12).iter().enumerate() {
        let name = if at == 0 { "  after it  " } else { "            " };
        out.say(format!("{name}{}", &line[12..]));
    }
    Ok(())
}

fn ask(context: &Context, (row, sentence): (&PlanRow, &str), stop: &watch::Receiver<Stop>) -> Result<(), Failure> {
    let sentence = if row.approved.is_some() { format!("continue {}", row.id) } else { sentence.to_owned() };
    let words = format!("Type `{sentence}` to go on; anything else stops:");
    let typed = prompt::answer(context.out, &words, stop)?;
    if typed.split_whitespace().eq(sentence.split_whitespace()) {
        Ok(())
    } else {
        Err(Failure::bad_file("that is not the sentence: nothing was done", "run the command again to try again"))
    }
}
