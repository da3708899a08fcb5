//! A system that gives too little: few open files, a tiny shared memory.
//!
//! Whatever the program or the browser makes of it: it ends in time and says why, nobody is touched twice, and with what it
//! needs the same command goes on.

use std::process::{Command, Stdio};

use exeunt::browser::binary::Kind;
use exeunt::event::state::EffectState;

use super::bed::{Bed, Done, Planned, Running, quick};
use super::invariants::{Last, invariants};
use super::removals::{all_in, each_once, first, same_people};
use crate::support::engines::BOTH;

/// Runs the plan in a shell that prepares the limits first.
fn limited(bed: &Bed, plan: &Planned, prepare: &str) -> Done {
    let inner = bed.command(&bed.site.origin(), &["run", &plan.id, "--live", "--confirm", &plan.hash]);
    let mut command = Command::new("bash");
    command.args(["-c", &format!("{prepare}; exec \"$0\" \"$@\"")]).arg(inner.get_program()).args(inner.get_args());
    for (key, value) in inner.get_envs() {
        match value {
            Some(value) => command.env(key, value),
            None => command.env_remove(key),
        };
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    Running::of(command, |_, _| {}).end()
}

fn goes_on(bed: &Bed, plan: &Planned) {
    let live = bed.live(plan);
    assert_eq!(live.code, Some(0), "{}", live.told());
    assert_eq!(bed.site.removed(), each_once(&plan.slugs));
    same_people(bed.states(plan), all_in(plan, EffectState::Confirmed));
}

/// F50: with fewer and fewer open files it ends with a code of its own, never by a panic.
#[test]
fn a_program_that_may_open_few_files_ends_with_words_and_touches_nobody_twice() {
    let bed = Bed::new(Kind::Chrome, quick(40));
    let plan = bed.plan(&first(&bed.site.scenario, 1));
    let mut refused = 0;
    for files in [8, 16, 24] {
        let done = limited(&bed, &plan, &format!("ulimit -n {files}"));
        let told = format!("{files} files: {}", done.told());
        println!("{files} open files: exit {:?}, {}", done.code, done.last());
        assert!(matches!(done.code, Some(0 | 4 | 6 | 7 | 8)), "{told}");
        refused += u32::from(done.code != Some(0));
        invariants(&bed, &plan, Last::Cut, &told);
    }
    assert!(refused > 0, "no limit was ever felt");
    goes_on(&bed, &plan);
}

/// F50: the browser draws in shared memory; where that is tiny, its pages may crash.
#[test]
fn a_browser_with_a_tiny_shared_memory_takes_nobody_out_twice() {
    if !rustix::process::geteuid().is_root() {
        println!("not run: only root may give a program a shared memory of its own");
        return;
    }
    for kind in BOTH {
        let bed = Bed::new(kind, quick(40));
        let plan = bed.plan(&first(&bed.site.scenario, 1));
        let prepare = "mount -t tmpfs -o size=64k tmpfs /dev/shm || exit 99";
        let alone = format!("exec unshare --mount bash -c '{prepare}; exec \"$0\" \"$@\"' \"$0\" \"$@\"");
        let inner = limited(&bed, &plan, &alone);
        println!("{kind}: exit {:?}, {}", inner.code, inner.last());
        assert!(matches!(inner.code, Some(0 | 6 | 8)), "{}", inner.told());
        invariants(&bed, &plan, if inner.code == Some(0) { Last::Ended } else { Last::Cut }, &inner.told());
        goes_on(&bed, &plan);
    }
}
