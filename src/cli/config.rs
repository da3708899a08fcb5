//! `config`: shows the settings, says where they come from, and checks them. It works without a ledger, and `path` works also
//! while the settings are wrong.

use serde_json::json;

use super::args::{Config, Global};
use super::context::{self, settings_failure};
use super::outcome::{Answer, Outcome};
use super::output::{Output, clean, shown};
use crate::event::id::Realm;
use crate::report::count::count;
use crate::report::terminal::table;
use crate::settings::{Layers, Place, Settings, listed};

/// Carries out `config`.
pub(crate) fn run(out: Output, global: &Global, environment: &[(String, String)], command: Config) -> Answer {
    match command {
        Config::Path => path(out, global),
        Config::Show => show(out, &context::layers(global, environment)?),
        Config::Check => check(&context::layers(global, environment)?),
    }
}

fn path(out: Output, global: &Global) -> Answer {
    let Some(path) = context::settings_path(global) else {
        return Ok(Outcome::done("there is no home folder, so no settings file is read; --config names one"));
    };
    let is_there = path.exists();
    out.show(shown(path.display()));
    out.record(&json!({ "v": 1, "kind": "settings-file", "path": path.display().to_string(), "exists": is_there }));
    if !is_there {
        out.note("there is no file of that name yet; the defaults hold");
    }
    Ok(Outcome::done(""))
}

fn show(out: Output, layers: &Layers) -> Answer {
    let all = listed(layers).map_err(|mistakes| settings_failure(&mistakes, layers.file.as_ref()))?;
    let mut rows = vec![["setting", "value", "from"].map(str::to_owned).to_vec()];
    for one in &all {
        let from = if one.place == Place::Defaults { "default".to_owned() } else { one.place.to_string() };
        rows.push(vec![one.key.clone(), clean(&one.value), clean(&from)]);
        out.record(&json!({ "v": 1, "kind": "setting", "setting": one.key, "value": one.value, "from": from }));
    }
    table(&rows, out.columns.unwrap_or(usize::MAX)).iter().for_each(|line| out.show(line));
    Ok(Outcome::done(""))
}

fn check(layers: &Layers) -> Answer {
    let failure = |mistakes: Vec<_>| settings_failure(&mistakes, layers.file.as_ref());
    let settings = Settings::load(layers).map_err(failure)?;
    settings.pace_in(Realm::Real).map_err(failure)?;
    context::zone_of(&settings)?;
    let all = listed(layers).map_err(failure)?;
    let own = all.iter().filter(|one| one.place != Place::Defaults).count() as u64;
    let from = layers.file.as_ref().map_or_else(|| "no settings file".to_owned(), |file| clean(&file.name));
    Ok(Outcome::done(format!(
        "the settings are right: {from}, {} not the default",
        count(own, "setting is", "settings are")
    ))
    .with("changed", own))
}
