//! The packs that plans were made with, kept so that a plan can show what changed since.

use std::path::PathBuf;

use super::context::Context;
use super::outcome::Failure;
use super::output::{clean, shown};
use crate::event::exit::Ending;
use crate::event::id::Digest;
use crate::flow::kept::KeptPack;
use crate::flow::pack::Pack;

/// Keeps a pack under the digest that plans bind. What is kept already stays as it is.
///
/// # Errors
/// The data directory cannot be written.
pub(crate) fn keep(context: &Context, digest: &Digest, pack: &Pack) -> Result<(), Failure> {
    let path = path(context, digest);
    let failed = |error: std::io::Error| {
        Failure::new(
            Ending::Damaged,
            shown(format!("{}: {error}", path.display())),
            "make room or mend the folder's permissions, then run the command again",
        )
    };
    if path.exists() {
        return Ok(());
    }
    std::fs::create_dir_all(path.parent().expect("the path has a folder and a name")).map_err(failed)?;
    // Two commands may keep the same pack at once; each moves a whole file into place.
    let draft = path.with_extension(format!("{}.tmp", std::process::id()));
    std::fs::write(&draft, KeptPack::of(pack).to_bytes()).map_err(failed)?;
    std::fs::rename(&draft, &path).map_err(failed)
}

/// What is different between the pack of that digest and this one, line by line: first what a flow does, then the files.
///
/// Empty if the older pack is not kept, for example because another data directory was used.
pub(crate) fn changes(context: &Context, digest: &Digest, (pack, flow): (&Pack, &str)) -> Vec<String> {
    load(context, digest).map(|older| difference(&older, pack, flow)).unwrap_or_default()
}

/// The same for two packs of which both are kept.
pub(crate) fn changes_between(context: &Context, (older, newer): (&Digest, &Digest), flow: &str) -> Vec<String> {
    load(context, newer).map(|newer| changes(context, older, (&newer, flow))).unwrap_or_default()
}

fn difference(older: &Pack, pack: &Pack, flow: &str) -> Vec<String> {
    let steps = |pack: &Pack| -> Vec<String> {
        pack.flows.get(flow).map(|flow| pack.explain(flow).lines().map(clean).collect()).unwrap_or_default()
    };
    let (before, now) = (steps(older), steps(pack));
    let gone = before.iter().filter(|line| !now.contains(line)).map(|line| format!("  - {line}"));
    let new = now.iter().filter(|line| !before.contains(line)).map(|line| format!("  + {line}"));
    let (files_before, files_now) = (older.files(), pack.files());
    let names: std::collections::BTreeSet<&str> = files_before.keys().chain(files_now.keys()).copied().collect();
    let files = names.into_iter().filter_map(|name| {
        let what = match (files_before.get(name), files_now.get(name)) {
            (Some(before), Some(now)) if before == now => return None,
            (Some(_), Some(_)) => "changed",
            (Some(_), None) => "gone",
            _ => "new",
        };
        Some(format!("  file {}: {what}", clean(name)))
    });
    gone.chain(new).chain(files).collect()
}

fn load(context: &Context, digest: &Digest) -> Option<Pack> {
    let bytes = std::fs::read(path(context, digest)).ok()?;
    Pack::load(KeptPack::read(&bytes)?.sources()).ok().map(|loaded| loaded.pack)
}

fn path(context: &Context, digest: &Digest) -> PathBuf {
    context.data_dir.join("packs").join(format!("{digest}.json"))
}
