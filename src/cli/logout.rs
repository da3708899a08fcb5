//! `logout`: signs out through the site's own menu, proves it, and deletes the browser profile.

use tokio::sync::watch;

use super::args::Logout;
use super::browser::Driver;
use super::context::Context;
use super::errand::{gone_there, runtime, stopped};
use super::interlock::silence;
use super::outcome::{Answer, Failure, Outcome};
use super::output::{account_of, clean};
use super::{closed, known_driver, profile, signals};
use crate::event::exit::Ending;
use crate::event::fact::{Fact, Purpose};
use crate::event::id::Realm;
use crate::flow::pack::Pack;
use crate::ledger::{Ledger, Owner};
use crate::runner::errand::{Errand, Met, Outset};
use crate::runner::wait::Stop;

/// The flow of the pack that signs out.
const FLOW: &str = "sign-out";
/// What `SignedOut` says of a profile that was deleted without a word to the site.
const LOCAL: &str = "local";

/// Carries out `logout`.
pub(crate) fn run(context: &Context, command: &Logout) -> Answer {
    let ledger = context.ledger()?;
    let account = context.account();
    let realm = match ledger.realm(account)? {
        Some(realm) => realm,
        None => context.realm(&ledger)?,
    };
    let folder = profile::folder(context, realm);
    let row = ledger.sign_in(account, realm)?;
    if !folder.exists() && row.as_ref().is_none_or(|row| row.out.is_some()) {
        return Ok(Outcome::done(format!("account `{account}` is not signed in here; nothing was done")));
    }
    if command.local {
        let mut owner = ledger.own(account, realm, &context.clock.now())?;
        return delete(context, &mut owner, LOCAL);
    }
    if let Some(row) = &row {
        profile::is_of_this_browser(context, row)?;
    }
    closed::refuse(context, &ledger, realm)?;
    let (pack, origin) = place(context, realm)?;
    may_go_there(context, &ledger, realm)?;
    let runtime = runtime()?;
    let mut driver = Driver::new(context, realm, &origin).covering(&pack.site);
    let browser = runtime.block_on(driver.about())?;
    let mut owner = ledger.own(account, realm, &context.clock.now())?;
    known_driver::check(context, command.driving, &driver)?;
    let outset = Outset { purpose: Purpose::SignOut, origin, browser };
    let met = runtime.block_on(async {
        let (send, mut stop) = watch::channel(Stop::No);
        let signals = signals::listen(send);
        let met = sign_out(context, (&mut owner, &pack), &outset, (&mut driver, &mut stop)).await;
        signals.abort();
        met
    })?;
    match met {
        Met::Nobody { .. } => delete(context, &mut owner, "on the site"),
        Met::Somebody { handle, name } => Err(Failure::new(
            Ending::SomeFailed,
            format!("the site still shows {} as signed in", account_of(&name, &handle)),
            local(context),
        )),
        Met::Stopped(why) => {
            let mut failure = stopped(context, &why);
            failure.mend = format!("{}; {}", failure.mend, local(context));
            Err(failure)
        }
    }
}

async fn sign_out(
    context: &Context,
    (owner, pack): (&mut Owner, &Pack),
    outset: &Outset,
    (driver, stop): (&mut Driver, &mut watch::Receiver<Stop>),
) -> Result<Met, Failure> {
    let flow = pack
        .flows
        .get(FLOW)
        .ok_or_else(|| Failure::bad_file(format!("the flow pack has no flow `{FLOW}`"), local(context)))?;
    let evidence = context.evidence_root();
    let mut errand = Errand::begin(owner, (pack, &context.clock), &evidence, outset)?;
    gone_there(driver, stop, async |page| errand.sign_out(page, flow).await).await
}

/// Where the pages are, in the account's own realm.
fn place(context: &Context, realm: Realm) -> Result<(Pack, String), Failure> {
    let pack = context.pack()?;
    let origin = match (realm, &context.origin) {
        (_, Some(origin)) => origin.clone(),
        (Realm::Real, None) => context.site_of(&pack)?,
        (Realm::Practice, None) => {
            return Err(Failure::bad_file(
                "this account belongs to the practice realm",
                "say where the practice site is: --origin http://127.0.0.1:PORT; or delete the profile only: --local",
            ));
        }
    };
    Ok((pack, origin))
}

fn may_go_there(context: &Context, ledger: &Ledger, realm: Realm) -> Result<(), Failure> {
    let held = match ledger.open_latch(context.account(), realm)? {
        Some(incident) => Err(Failure::new(
            Ending::Stopped,
            format!("incident {} is open: {}", incident.id, clean(&incident.why)),
            format!("`exeunt incident show {}{}` says what to do", incident.id, context.flags()),
        )),
        None => silence(context, ledger, realm),
    };
    held.map_err(|mut failure| {
        failure.mend = format!("{}; {}", failure.mend, local(context));
        failure
    })
}

fn local(context: &Context) -> String {
    format!("`exeunt logout --local{}` deletes the browser profile and does not contact the site", context.flags())
}

fn delete(context: &Context, owner: &mut Owner, how: &str) -> Answer {
    profile::delete(&profile::folder(context, owner.realm()))?;
    owner.append(&context.clock.now(), &Fact::SignedOut { how: how.to_owned() })?;
    let account = context.account();
    let done = if how == LOCAL {
        context
            .out
            .note("The site was not told: it counts this browser as signed in until the session ends by itself.");
        context.out.note("In its settings, under “Where you’re signed in”, you can end it from any other browser.");
        format!("the browser profile of account `{account}` is deleted")
    } else {
        format!("account `{account}` is signed out, as a fresh page showed; its browser profile is deleted")
    };
    Ok(Outcome::done(done).with("account", account.as_str()).with("how", how))
}
