//! `exeunt` without a command: where things stand on every account, and what is due first.

use serde_json::json;

use super::args::Global;
use super::context::Context;
use super::outcome::{Answer, Outcome};
use super::{glance, status};
use crate::event::exit::Ending;
use crate::event::id::{AccountName, Realm};
use crate::report::count::people;

/// Carries out `exeunt` without a command.
pub(crate) fn run(context: &Context, environment: &[(String, String)]) -> Answer {
    // Looking makes nothing.
    if !context.data_dir.join("ledger.sqlite").exists() {
        return Ok(nothing_yet(context));
    }
    let ledger = context.ledger()?;
    let all: Vec<AccountName> = match context.global.is_account_named {
        true => vec![context.account().clone()],
        false => ledger.accounts()?.into_iter().map(|(account, _)| account).collect(),
    };
    if all.is_empty() {
        return Ok(nothing_yet(context));
    }
    let mut ending = Ending::Done;
    for account in all {
        let realm = ledger.realm(&account)?;
        // An address of the practice site is nothing for an account of the real one.
        let origin = context.global.origin.clone().filter(|_| realm != Some(Realm::Real));
        let of = Context::new(Global { account, origin, ..context.global.clone() }, environment.to_vec())?;
        let known = of.people(&ledger)?.len() as u64;
        let realm_said = realm.map(|realm| format!(", {realm} realm")).unwrap_or_default();
        context.out.show(format!("account `{}`{realm_said}: {} known", of.account(), people(known)));
        let (due, ends) = (glance::due(&of, &ledger)?, status::ending(&of, &ledger)?);
        of.out.show(format!("  {}", due.line()));
        context.out.record(&json!({
            "v": 1, "kind": "account", "account": of.account(), "realm": realm, "people": known, "due": due.what, "command": due.command,
        }));
        ending = ending.or(ends);
    }
    context.out.note(format!("`exeunt status{}` says more, `exeunt --help` names every command", context.flags()));
    Ok(Outcome::of(ending, ""))
}

fn nothing_yet(context: &Context) -> Outcome {
    let out = &context.out;
    out.show("nothing is here yet: no export was imported, and no plan was made");
    out.show("  without an account, on a practice site:  exeunt demo");
    out.show(format!("  what this computer lacks for it:         exeunt doctor{}", context.flags()));
    out.show(format!("  with your own export of LinkedIn:        exeunt import Connections.csv{}", context.flags()));
    out.show("  every command:                           exeunt --help");
    out.record(
        &json!({ "v": 1, "kind": "account", "account": null, "due": "an export is to be imported", "command": null }),
    );
    Outcome::done("")
}
