//! `forget`: deletes what is kept of an account. Other accounts stay as they are, and so does everything on the site.

use std::io::{BufRead as _, IsTerminal as _};
use std::path::Path;

use super::args::Forget;
use super::context::Context;
use super::outcome::{Answer, Failure, Outcome};
use super::output::shown;
use super::profile;
use crate::event::exit::Ending;
use crate::event::id::Realm;
use crate::ledger::Ledger;
use crate::report::count::{count, people};

/// Carries out `forget`.
pub(crate) fn run(context: &Context, command: &Forget) -> Answer {
    let ledger = context.ledger()?;
    let account = context.account();
    let known = ledger.accounts()?.into_iter().find(|(name, _)| name == account);
    let Some((_, realm)) = known else {
        return Err(Failure::usage(
            format!("nothing is kept of an account `{account}`"),
            "name another with --account; `exeunt status` shows what is known of one",
        ));
    };
    let realm = realm.unwrap_or(Realm::Real);
    is_settled(context, command, (&ledger, realm))?;
    is_confirmed(context, command)?;
    // Nobody else may work on it, from here to the end.
    let owner = ledger.own(account, realm, &context.clock.now())?;
    let browsers = context.data_dir.join("browser").join(account.as_str());
    let evidence = context.evidence_root().join(account.as_str());
    announce(context, command, (&ledger, &browsers, &evidence))?;
    confirmed(context, command)?;
    // The files first: where one of them resists, the ledger still knows the account, and the command can be repeated.
    for realm in [Realm::Real, Realm::Practice] {
        profile::delete(&browsers.join(realm.as_str()))?;
    }
    remove(&browsers)?;
    if command.with_evidence {
        remove(&evidence)?;
    }
    super::schedule::install::take_all_away(context);
    let forgotten = owner.forget()?;
    if command.keep_evidence && evidence.exists() {
        context.out.note(shown(format!("The evidence stays in {}.", evidence.display())));
        context.out.note("Its files can be compared with their own manifests; no ledger vouches for them any more.");
    }
    Ok(Outcome::done(format!(
        "account `{account}` is forgotten: {}, {}",
        people(forgotten.people),
        count(forgotten.plans, "plan", "plans")
    ))
    .with("account", account.as_str())
    .with("people", forgotten.people)
    .with("plans", forgotten.plans)
    .with("rows", forgotten.rows)
    .with("evidence", if command.with_evidence { "deleted" } else { "kept" }))
}

fn is_settled(context: &Context, command: &Forget, (ledger, realm): (&Ledger, Realm)) -> Result<(), Failure> {
    let doubtful = ledger.in_doubt(context.account(), realm)?.len() as u64;
    if doubtful == 0 || command.even_in_doubt {
        return Ok(());
    }
    Err(Failure::new(
        Ending::InDoubt,
        format!("{} in doubt: whether they were removed would never be known", people(doubtful)),
        format!("`exeunt status{}` says how to settle it; --even-in-doubt forgets them all the same", context.flags()),
    ))
}

/// Whether the name that was given is the account's; without one somebody has to be there to type it.
fn is_confirmed(context: &Context, command: &Forget) -> Result<(), Failure> {
    match &command.confirm {
        Some(name) if name.trim() == context.account().as_str() => Ok(()),
        Some(_) => Err(Failure::bad_file("--confirm is not the account’s name", "nothing was deleted")),
        None if std::io::stdin().is_terminal() => Ok(()),
        None => Err(Failure::usage(
            "forgetting an account needs somebody who types its name, or --confirm with it",
            format!("`exeunt forget --confirm {} --keep-evidence`", context.account()),
        )),
    }
}

fn announce(
    context: &Context,
    command: &Forget,
    (ledger, browsers, evidence): (&Ledger, &Path, &Path),
) -> Result<(), Failure> {
    let account = context.account();
    let out = &context.out;
    let (known, plans) = (ledger.people(account)?.len() as u64, ledger.plans(account)?.len() as u64);
    out.say(format!("FORGET: everything that is kept of account `{account}` is deleted"));
    out.say(format!("  ledger    {}, {}, runs, incidents, budgets", people(known), count(plans, "plan", "plans")));
    if browsers.exists() {
        out.say(shown(format!(
            "  browser   {}; `exeunt logout` before this also signs out on the site",
            browsers.display()
        )));
    }
    let fate = if command.with_evidence { "deleted" } else { "kept" };
    if evidence.exists() {
        out.say(shown(format!("  evidence  {}: {fate}", evidence.display())));
    }
    let archives = super::save_data::folder(context);
    if archives.exists() {
        out.say(shown(format!("  kept      {}: the archives that you downloaded", archives.display())));
    }
    if ledger.realm(account)? == Some(Realm::Real) {
        out.say("  kept      outside of the data directory: when this program acted last on the account, without its name; another");
        out.say("            start removes nobody until the month's limits are over");
    }
    out.say("  kept      what was done on the site: that cannot be undone from here");
    Ok(())
}

fn confirmed(context: &Context, command: &Forget) -> Result<(), Failure> {
    if command.confirm.is_some() {
        return Ok(());
    }
    let account = context.account();
    context.out.warn(format!("Type the account’s name, `{account}`, to go on; anything else stops:"));
    let mut typed = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut typed)
        .map_err(|error| Failure::usage(format!("nothing could be read: {error}"), "type it at a terminal"))?;
    if typed.trim() == account.as_str() {
        return Ok(());
    }
    Err(Failure::bad_file("that is not the account’s name: nothing was deleted", "run the command again to try again"))
}

fn remove(folder: &Path) -> Result<(), Failure> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Failure::new(
            Ending::Damaged,
            shown(format!("{} cannot be deleted: {error}", folder.display())),
            "mend its permissions, then run the command again: the ledger still knows the account",
        )),
        _ => Ok(()),
    }
}
