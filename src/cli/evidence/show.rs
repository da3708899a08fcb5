//! `evidence show`: what the proof of a run holds, in a few lines.

use serde_json::json;

use super::proof::Proof;
use crate::cli::context::Context;
use crate::cli::outcome::{Answer, Outcome};
use crate::cli::output::{clean, shown};
use crate::event::fact::Fact;
use crate::event::link::Entry;
use crate::evidence::manifest::Manifest;
use crate::evidence::run_folder::{self, Finished};
use crate::report::count::{bytes as sized, count};
use crate::report::{replay, words};

/// Carries out `evidence show`.
pub(super) fn show(context: &Context, proof: &Proof) -> Answer {
    let out = &context.out;
    let Some(Finished { manifest, sha256, seal }) = run_folder::finished(&proof.folder)? else {
        out.show(format!("run {} was never finished: it has no manifest", proof.id));
        out.record(&json!({ "v": 1, "kind": "proof", "run": proof.id, "manifest": null, "folder": proof.folder }));
        return Ok(Outcome::done(""));
    };
    let links = run_folder::events(&proof.folder)?;
    let entries: Vec<Entry> = links.iter().filter_map(|link| link.entry().ok()).collect();
    let result = proof.result.map_or("not ended", |ending| words::of_ending(ending).short);
    let ended = proof.ended.map_or_else(String::new, |ended| format!(" to {}", context.time(ended)));
    out.show(format!("run {}  {}  {}{ended}  {result}", proof.id, proof.what, context.time(proof.started)));
    out.show(shown(format!("  folder    {}", proof.folder.display())));
    for line in held(&manifest) {
        out.show(line);
    }
    out.show(format!("  chain     entries {} to {}", manifest.chain_before.seq + 1, manifest.chain_head.seq));
    out.show(format!("  manifest  {sha256}"));
    match (seal, manifest.sealed_by()) {
        (Some(seal), Some(key)) => out.show(format!("  seal      {seal}, by key {}", key.short())),
        _ => out.show("  seal      none"),
    }
    for line in entries.iter().filter_map(|entry| told(context, entry)) {
        out.show(line);
    }
    out.record(&json!({
        "v": 1, "kind": "proof", "run": proof.id, "what": proof.what, "started": proof.started, "ended": proof.ended,
        "result": proof.result, "folder": proof.folder, "manifest": sha256, "seal": seal,
        "key": manifest.sealed_by(), "purged": manifest.purged.as_ref().map(|purged| purged.at),
        "files": manifest.files,
    }));
    Ok(Outcome::done(""))
}

/// How many files of which kind.
fn held(manifest: &Manifest) -> Vec<String> {
    let is_picture = |media: &str| media.starts_with("image/");
    let pictures = manifest.files.iter().filter(|file| is_picture(&file.media_type)).count() as u64;
    let roles = |role: &str| manifest.files.iter().filter(|file| file.role == role).count() as u64;
    let size = manifest.files.iter().map(|file| file.bytes).sum();
    let parts = [
        count(manifest.files.len() as u64, "file", "files"),
        sized(size),
        count(pictures, "picture", "pictures"),
        count(roles("record"), "step", "steps"),
        count(roles("snapshot"), "page", "pages"),
        count(roles("attached"), "added file", "added files"),
    ];
    let purged = manifest.purged.iter().map(|purged| {
        format!("  purged    {}, on {}", count(purged.files.len() as u64, "file", "files"), purged.at.strftime("%F"))
    });
    std::iter::once(format!("  holds     {}", parts.join(", "))).chain(purged).collect()
}

/// What is worth a line of what happened to the account itself, or to the proof later.
fn told(context: &Context, entry: &Entry) -> Option<String> {
    let at = context.time(entry.at.utc);
    match &entry.fact {
        Fact::Walked(walked) => Some(format!(
            "  step {:>2}   {at}  {}: {}{}",
            walked.number,
            clean(&walked.step),
            clean(&walked.outcome),
            if walked.shots.is_empty() { "  (no picture)" } else { "" }
        )),
        Fact::Repeats { of, .. } => Some(format!("  repeats   {at}  run {of}")),
        Fact::Compared(compared) => {
            Some(format!("  compared  {at}  with run {}, {}", compared.with, replay::counted(compared)))
        }
        Fact::AccountClosed { action, words: said, until, counted, .. } => {
            let day = if *counted { "about " } else { "" };
            let until = until.map_or_else(String::new, |date| format!(", can be reopened until {day}{date}"));
            Some(format!("  {action}d    {at}  {}{until}", clean(said)))
        }
        Fact::Attached { name, sha256, bytes, .. } => {
            Some(format!("  added     {at}  {} ({}, {})", clean(name), sized(*bytes), sha256.short()))
        }
        _ => None,
    }
}
