//! The account's own browser profile: where it lies, whose it is, and with which browser it may be used.
//!
//! Whoever has the folder is signed in to the account; it is made by `login` and deleted by `logout` and `forget`.

use std::path::{Path, PathBuf};

use super::context::Context;
use super::outcome::Failure;
use super::output::{clean, shown};
use super::programs::kind;
use crate::browser::binary::Kind;
use crate::browser::profile as browser;
use crate::browser::profile_lock::Lock;
use crate::event::exit::Ending;
use crate::event::id::Realm;
use crate::ledger::SignInRow;

/// Names of folders whose content other programs copy to other machines.
const SYNCED: [&str; 11] = [
    "Dropbox",
    "Google Drive",
    "GoogleDrive",
    "iCloud Drive",
    "Mobile Documents",
    "CloudStorage",
    "MEGA",
    "Nextcloud",
    "ownCloud",
    "pCloudDrive",
    "Sync",
];
/// Files that such programs leave in the folder that they copy.
const SYNC_MARKS: [&str; 5] = [".dropbox", ".dropbox.cache", ".stfolder", ".owncloudsync.log", ".nextcloudsync.log"];

/// Where the profile lies, there or not.
pub(crate) fn folder(context: &Context, realm: Realm) -> PathBuf {
    context.data_dir.join("browser").join(context.account().as_str()).join(realm.as_str())
}

/// The command that signs in, for advice: it needs a window.
pub(crate) fn login(context: &Context) -> String {
    format!("exeunt login{}", context.flags().replace(" --headless", ""))
}

/// Whether the profile belongs to the browser that the command line and the settings name.
///
/// # Errors
/// It is the other one's.
pub(crate) fn is_of_this_browser(context: &Context, row: &SignInRow) -> Result<(), Failure> {
    if row.browser == kind(context.settings.browser.name).as_str() {
        return Ok(());
    }
    Err(other_browser(context, &row.browser))
}

/// Why a profile cannot be used that another browser signed in with.
pub(crate) fn other_browser(context: &Context, signed_in: &str) -> Failure {
    let chosen = kind(context.settings.browser.name).as_str();
    let (account, own) = (context.account(), clean(signed_in));
    Failure::usage(
        format!("account `{account}` is signed in with {own}; {chosen} cannot read that profile"),
        format!(
            "say `--browser {own}`, or set browser.name = \"{own}\" in the settings; to change over, `exeunt logout` and then `exeunt login --browser {chosen}`"
        ),
    )
}

/// The process that uses the profile right now, whichever browser it is.
pub(crate) fn user(folder: &Path) -> Option<u32> {
    [Kind::Chrome, Kind::Firefox].into_iter().find_map(|kind| match browser::lock(kind, folder) {
        Lock::Held { pid, .. } => Some(pid),
        _ => None,
    })
}

/// Deletes the profile. There may be none.
///
/// # Errors
/// A browser uses it, or the disk refuses.
pub(crate) fn delete(folder: &Path) -> Result<(), Failure> {
    if let Some(pid) = user(folder) {
        return Err(Failure::new(
            Ending::NoBrowser,
            shown(format!("the profile {} is in use by process {pid}", folder.display())),
            "close that browser, then run the command again",
        ));
    }
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Failure::new(
            Ending::Damaged,
            shown(format!("{} cannot be deleted: {error}", folder.display())),
            "mend its permissions, then run the command again",
        )),
        _ => Ok(()),
    }
}

/// The program that copies a folder to other machines, as far as names and marks above it tell.
pub(crate) fn syncer_of(folder: &Path) -> Option<String> {
    let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned());
    let is_known = |name: &String| SYNCED.contains(&name.as_str()) || name.starts_with("OneDrive");
    folder.ancestors().find_map(|above| {
        let marked =
            || SYNC_MARKS.iter().find(|mark| above.join(mark).exists()).map(|mark| format!("whoever wrote {mark}"));
        name(above).filter(is_known).or_else(marked)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_that_are_copied_elsewhere_are_known_by_name_and_mark() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("a/data");
        std::fs::create_dir_all(&data).unwrap();
        assert_eq!(syncer_of(&data), None);
        std::fs::create_dir(folder.path().join(".stfolder")).unwrap();
        assert_eq!(syncer_of(&data), Some("whoever wrote .stfolder".to_owned()));
        for (path, name) in [
            ("/home/u/Dropbox/x/data", "Dropbox"),
            ("/Users/u/Library/Mobile Documents/data", "Mobile Documents"),
            ("/home/u/OneDrive - Firm/data", "OneDrive - Firm"),
        ] {
            assert_eq!(syncer_of(Path::new(path)), Some(name.to_owned()));
        }
        assert_eq!(syncer_of(Path::new("/home/u/.local/share/exeunt")), None);
    }
}
