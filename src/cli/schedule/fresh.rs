//! Starts the program anew within the same process, so that a wait of days does not hold the memory of the share before it.
//!
//! An allocator would keep most of what a share needed. The process keeps its number and its streams; nothing is lost,
//! because it does this only where it would wait, and everything that it knows is in the ledger.

use std::os::unix::process::CommandExt as _;
use std::process::Command;

use super::install;
use crate::cli::args::PaceArg;
use crate::cli::context::Context;
use crate::event::id::PlanId;

/// Goes on as `schedule run PLAN` of the same program with the same flags. Where that cannot be, it comes back, and the wait
/// goes on as it is.
pub(super) fn begin(context: &Context, (plan, pace, timings): (&PlanId, Option<PaceArg>, bool)) {
    // Where the program was replaced or taken away meanwhile, the one that runs goes on.
    let Ok(line) = install::line(context) else { return };
    let Some((program, flags)) = line.split_first() else { return };
    let mut command = Command::new(program);
    command.args(flags).args(["schedule", "run", plan.as_str()]);
    let pace = pace.map(|pace| if pace == PaceArg::Off { "off" } else { "real" });
    command.args(pace.into_iter().flat_map(|pace| ["--pace", pace]));
    let global = &context.global;
    let flags = [(timings, "--timings"), (global.json, "--json"), (global.quiet, "--quiet")];
    command.args(flags.iter().filter(|(is_given, _)| *is_given).map(|(_, flag)| flag));
    command.args((0..global.verbose).map(|_| "--verbose"));
    let error = command.exec();
    tracing::info!(%error, "the program could not be started anew; it goes on as it is");
}
