//! The same of the site's own page, as it is now: opened in the account's browser, read, and left. Nothing is clicked.

use tokio::sync::watch;
use url::Url;

use super::super::args::Checked;
use super::super::browser::Driver;
use super::super::context::Context;
use super::super::errand::{gone_there, runtime, stopped};
use super::super::outcome::{Answer, Failure};
use super::super::output::clean;
use super::super::{interlock, known_driver, profile, signals};
use super::place::{Place, Whence, path_of, place, targets_of};
use super::told;
use crate::event::exit::Ending;
use crate::event::fact::Purpose;
use crate::flow::pack::Pack;
use crate::runner::errand::{Errand, Met, Outset, probe};
use crate::runner::wait::Stop;

/// Carries it out.
pub(super) fn run(context: &Context, asked: &Checked) -> Answer {
    let values = &asked.person.values();
    let pack = context.pack()?;
    let targets = targets_of(&pack, &asked.page)?;
    let place = Place { known: Whence::Live, ..place(&pack, (&targets, values), None, asked.at.as_deref())? };
    let is_nameless = asked.at.is_none() && pack.address_for(&targets, values).is_none();
    is_allowed(&pack, (&asked.page, is_nameless), &place)?;
    let ledger = context.ledger()?;
    let realm = context.realm(&ledger)?;
    interlock::may_begin(context, &ledger, realm)?;
    let runtime = runtime()?;
    let origin = context.site_of(&pack)?;
    let mut driver = Driver::new(context, realm, &origin).covering(&pack.site);
    let mut owner = interlock::begin(context, &ledger, realm)?;
    let browser = runtime.block_on(driver.about())?;
    known_driver::check(context, asked.driving, &driver)?;
    let outset = Outset { purpose: Purpose::Probe, origin, browser };
    let (evidence, look) = (context.evidence_root(), probe::of_all(&pack, values));
    context.out.say(format!("CHECK: opens {} and reads it; nothing is clicked", clean(&place.path)));
    let met = runtime.block_on(async {
        let (send, mut stop) = watch::channel(Stop::No);
        let signals = signals::listen(send);
        let mut errand = Errand::begin(&mut owner, (&pack, &context.clock), &evidence, &outset)?;
        let met = gone_there(&mut driver, &mut stop, async |page| match errand.own(page).await? {
            Met::Somebody { .. } => errand.probe(page, &place.path, &look).await,
            other => Ok(Err(other)),
        });
        let met = met.await;
        signals.abort();
        met
    })?;
    match met {
        Ok(sight) => {
            // Where the site led, which may be another page than the one that was asked for.
            let led = Url::parse(&sight.page.address).map_or_else(|_| place.path.clone(), |url| path_of(&url));
            let place = Place { path: led, known: Whence::Live };
            let told =
                told::Told { pack: &pack, page: &asked.page, targets: &targets, sight: &sight, values, place: &place };
            told::tell(context, &told)
        }
        Err(Met::Stopped(why)) => Err(stopped(context, &why)),
        Err(Met::Nobody { why }) => {
            let why = format!("nobody is signed in: {}", clean(&why));
            Err(Failure::new(Ending::Stopped, why, format!("`{}`", profile::login(context))))
        }
        Err(Met::Somebody { .. }) => Err(Failure::new(Ending::Bug, "the page was not looked at", "")),
    }
}

/// Whether the page may be opened for a look.
///
/// # Errors
/// Its address is not known, or each look at it counts as a view of somebody's profile.
fn is_allowed(pack: &Pack, (page, is_nameless): (&str, bool), place: &Place) -> Result<(), Failure> {
    if is_nameless {
        let why = format!("the pack names no address for `{}`", clean(page));
        return Err(Failure::usage(why, "say which page to open: --at /mynetwork/, for example"));
    }
    if pack.site.is_visit(&place.path) {
        return Err(Failure::usage(
            format!("{} is somebody’s profile, and each look at it counts as a view", clean(&place.path)),
            "the rehearsal of a plan looks at profiles within the limits; or save the page and check the file",
        ));
    }
    Ok(())
}
