//! What happened, durably: the closed set of facts that ledger, terminal, report and tests read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::comparison::Compared;
use super::exit::Ending;
use super::id::{AccountName, Action, Digest, IncidentId, PlanId, Realm, Route, RunId, Slug};
use super::kept_file::KeptFile;
use super::shot::Shot;
use super::state::EffectState;

/// Something that happened. Once written it is never changed; its bytes are hashed into the chain.
///
/// Facts carry slugs and hashes, names of people only where a page showed them, and never a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Fact {
    /// A plan was made and shown.
    PlanMade {
        /// The plan.
        plan: PlanId,
        /// What its approval binds.
        hash: Digest,
        /// How many people it holds.
        people: u64,
    },
    /// A person approved the plan's hash.
    PlanApproved {
        /// The plan.
        plan: PlanId,
        /// The hash as typed or as shown.
        hash: Digest,
        /// How: `typed` or `--confirm`.
        how: String,
    },
    /// The plan was dropped; what was not begun will not be.
    PlanDropped {
        /// The plan.
        plan: PlanId,
    },
    /// The plan was renewed: what was left of it went into another plan, which nobody approved yet; it is closed.
    PlanRenewed {
        /// The plan that is closed.
        plan: PlanId,
        /// The plan that goes on.
        into: PlanId,
    },
    /// The site is looked at outside of a run, which moves no effect.
    ErrandStarted {
        /// Its id, drawn like a run's: what belongs to it names it.
        errand: RunId,
        /// What for.
        purpose: Purpose,
        /// Where the pages are: scheme, host, port.
        origin: String,
        /// Browser and driver, with versions, as they say it.
        browser: String,
    },
    /// A person signed in, and browsers that were started anew showed that it lasts.
    SignedIn {
        /// Whose account it is, from the "View profile" address of the Me menu.
        handle: Slug,
        /// The name beside it, as shown.
        name: String,
        /// Whose profile it is in: `chrome` or `firefox`.
        browser: String,
    },
    /// The account is signed in no more, and its browser profile was deleted.
    SignedOut {
        /// How: `on the site`, or `local` where only the profile was deleted.
        how: String,
    },
    /// A person answered the note on the site's User Agreement.
    AgreementNoted {
        /// `yes`, or `no` for everything else that was typed.
        answer: String,
    },
    /// A run began.
    RunStarted(Box<RunStarted>),
    /// The account as read from the page, once a session.
    AccountSeen {
        /// The run.
        run: RunId,
        /// Whose account it is, from the "View profile" address of the Me menu.
        handle: Slug,
        /// The name beside it, as shown.
        name: String,
    },
    /// A person's profile was opened, or was about to be: written before the page is loaded, and counted.
    ProfileVisited {
        /// The run.
        run: RunId,
        /// The person whose profile it is.
        slug: Slug,
    },
    /// A rehearsal walked to the first irreversible step of one person and stopped there.
    Rehearsed {
        /// The run.
        run: RunId,
        /// The person.
        slug: Slug,
        /// What a live run would have met.
        outcome: Rehearsal,
        /// Why, in words.
        why: String,
        /// The pictures.
        shots: Vec<Shot>,
    },
    /// Before the first person of a day one person's pages were walked up to the last click, and left again: what did not fit
    /// would have been met before anybody was touched.
    Probed {
        /// The run.
        run: RunId,
        /// The person whose pages they were.
        slug: Slug,
        /// What a live run would have met.
        outcome: Rehearsal,
        /// Why, in words.
        why: String,
        /// The pictures.
        shots: Vec<Shot>,
    },
    /// Somebody who was removed on an earlier day was read once more. It moves no effect.
    Reread {
        /// The run.
        run: RunId,
        /// The person.
        slug: Slug,
        /// Whether the person is still gone; none where the page did not say.
        gone: Option<bool>,
        /// What was seen, in words.
        why: String,
        /// The pictures.
        shots: Vec<Shot>,
    },
    /// The site showed less patience, short of a stop sign: the gaps are longer from here on, in later runs too.
    Slowed {
        /// The run.
        run: RunId,
        /// Why, in words.
        why: String,
        /// How much longer, as an intention records it: name and value.
        read: Vec<(String, String)>,
    },
    /// A reading of the whole connections list began.
    ScanStarted(Box<ScanStarted>),
    /// A reading of the connections list ended.
    Scanned(Box<Scanned>),
    /// An effect moved from one state to another.
    Moved(Box<Moved>),
    /// One step of a walk of which every step is kept: closing, hibernating, and replays of them.
    Walked(Box<Walked>),
    /// What was asked before the account itself is acted on, and how each question was answered.
    GatesRead {
        /// The run.
        run: RunId,
        /// Every gate, in the order in which they were shown.
        gates: Vec<Gate>,
        /// The inputs of the flow that are no secrets, so that the run can be walked again; `comment` is the user's own text.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        inputs: BTreeMap<String, String>,
    },
    /// The run walks the flow of an earlier one again, as a rehearsal, and is held against it.
    Repeats {
        /// The run.
        run: RunId,
        /// The earlier run.
        of: RunId,
        /// The hash of the earlier run's manifest.
        manifest_sha256: Digest,
        /// Whether the pack is the one kept with the earlier run; else it is the one of today.
        kept_pack: bool,
        /// The earlier run's browser and driver: another one draws other pictures.
        browser: String,
    },
    /// What came of that, step by step.
    Compared(Box<Compared>),
    /// The account's public address was read without signing in. It decides only where the end page is in words that nobody knows.
    PublicRead {
        /// The run.
        run: RunId,
        /// What a visitor sees there.
        answer: Public,
        /// Why, in words.
        why: String,
        /// The address without query and fragment.
        address: String,
        /// The pictures.
        shots: Vec<Shot>,
    },
    /// The site closed the account, or hides it: from here on nothing of this program loads the site with it.
    AccountClosed {
        /// The run that proved it; none where a person said so.
        run: Option<RunId>,
        /// Closed or hibernated.
        action: Action,
        /// Whose account it was.
        handle: Slug,
        /// The last day on which signing in reopens it, as the page said; none where it named none.
        until: Option<jiff::civil::Date>,
        /// The page named so many days, and this program counted them from the day of the closure.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        counted: bool,
        /// The page's own words about it.
        words: String,
    },
    /// A person decided to go back to an account that is closed or hidden.
    AccountReopened {
        /// How: `login --reopen`.
        how: String,
    },
    /// The run's own state changed.
    RunMoved {
        /// The run.
        run: RunId,
        /// Its state now.
        state: RunState,
        /// Why, in words.
        why: String,
    },
    /// A stop sign: the account is latched until a person clears it.
    Incident {
        /// Its id.
        incident: IncidentId,
        /// The run that met it.
        run: RunId,
        /// Which sign: `captcha`, `checkpoint`, `drift`, …
        sign: String,
        /// What was seen, in words.
        why: String,
        /// The page's address without query and fragment.
        address: String,
        /// The pictures.
        shots: Vec<Shot>,
        /// The moment before which nobody may clear it, where the site named one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<jiff::Timestamp>,
    },
    /// A person cleared an incident.
    IncidentCleared {
        /// The incident.
        incident: IncidentId,
        /// The person's reason.
        reason: String,
    },
    /// A person said that whom the site calls so is the one whom a plan called otherwise.
    SamePerson {
        /// Who.
        slug: Slug,
        /// What the page called them.
        name: String,
        /// How the person knows.
        reason: String,
    },
    /// A person read what the dialog before the last click says, which no known text says, and accepted it: with this pack, on
    /// pages of this language, it may say so from then on.
    TextAccepted {
        /// The run in which it was read.
        run: RunId,
        /// The person whose dialog it was.
        slug: Slug,
        /// The language of the page, as the page says it.
        language: String,
        /// The digest of the whole pack.
        pack_sha256: Digest,
        /// What it says, folded, with `{first}` wherever it names the person.
        text: String,
    },
    /// A run ended.
    RunEnded {
        /// The run.
        run: RunId,
        /// How it ended.
        result: Ending,
        /// Why, in words.
        why: String,
    },
    /// The run's manifest was written; from here on a changed file is found.
    ManifestWritten {
        /// The run.
        run: RunId,
        /// The hash of `manifest.json`.
        sha256: Digest,
        /// The hash of `seal.json`; none where the manifest was not sealed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seal: Option<Digest>,
    },
    /// A person added a file to a run's proof: a confirmation mail, for example.
    Attached {
        /// The run.
        run: RunId,
        /// Where it lies, relative to the run's folder.
        path: String,
        /// The hash of its exact bytes.
        sha256: Digest,
        /// How many bytes it has.
        bytes: u64,
        /// The file's name as the person had it.
        name: String,
    },
    /// A run's pictures, snapshots and readings are deleted; their hashes stay in its manifests.
    Purged {
        /// The run.
        run: RunId,
        /// How many files.
        files: u64,
        /// Why: a person asked for this run, or its age.
        why: String,
    },
    /// The site was asked for the archive of the account's data, and shows that it is being made or is there.
    ArchiveAsked {
        /// The errand.
        errand: RunId,
        /// How much was asked for.
        scope: ArchiveScope,
    },
    /// The archive was fetched, and lies where the user was told.
    ArchiveTaken {
        /// The errand.
        errand: RunId,
        /// The file's name in the folder of the account's archives.
        name: String,
        /// The hash of its exact bytes.
        sha256: Digest,
        /// How many bytes it has.
        bytes: u64,
    },
}

/// How much of the account's data an archive holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ArchiveScope {
    /// The connections alone, some ten minutes later.
    Connections,
    /// Everything, up to a day later.
    All,
}

impl ArchiveScope {
    /// The word that flows know.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Connections => "connections",
            Self::All => "all",
        }
    }
}

/// Why the site is looked at outside of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// To prove that a sign-in lasts and whose account it is.
    SignIn,
    /// To sign out.
    SignOut,
    /// To name the account to a person who is about to approve a plan.
    Approval,
    /// To ask the site for the account's archive, or to take it in.
    Archive,
    /// To hold a pack against one of the site's pages.
    Probe,
}

/// One step of a walk of which every step is kept. What was read is in the file `record`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Walked {
    /// The run.
    pub run: RunId,
    /// Its place in the walk, from 1.
    pub number: u32,
    /// The flow.
    pub flow: String,
    /// The step's id.
    pub step: String,
    /// Where the step stands: file, line, column.
    pub place: String,
    /// How it ended, in words.
    pub outcome: String,
    /// The pictures; none where one could not be taken or was not allowed.
    pub shots: Vec<Shot>,
    /// The step's other files: its record, and the page's snapshot where one was kept.
    pub files: Vec<KeptFile>,
}

/// One question that is asked before the account itself is acted on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gate {
    /// Its name: `archive`, `in-doubt`, …
    pub gate: String,
    /// How it was answered.
    pub verdict: Verdict,
    /// Why, in words; and for a failed one what to do.
    pub why: String,
}

/// How a gate was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It is as it must be.
    Pass,
    /// It is not: nothing is done.
    Fail,
    /// It is not, and the person goes on knowing it.
    Waived,
    /// It can be told only later, from the pages or from the person.
    Later,
}

/// What a visitor who is not signed in sees at the account's public address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Public {
    /// The profile is not there.
    Gone,
    /// The profile is there.
    StillThere,
    /// A wall for visitors, a refusal, or a page that says neither.
    CannotTell,
}

/// What is fixed for the whole of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunStarted {
    /// The run.
    pub run: RunId,
    /// The plan that it carries out.
    pub plan: PlanId,
    /// The plan's hash.
    pub hash: Digest,
    /// Rehearsal or live.
    pub mode: Mode,
    /// The account.
    pub account: AccountName,
    /// Real or practice.
    pub realm: Realm,
    /// Where the pages are: scheme, host, port.
    pub origin: String,
    /// What is done.
    pub action: Action,
    /// Through which pages.
    pub route: Route,
    /// The pack's own version.
    pub pack: String,
    /// The digest of all files of the pack.
    pub pack_sha256: Digest,
    /// Browser and driver, with versions, as they say it.
    pub browser: String,
    /// This program's version.
    pub program: String,
    /// The civil time zone.
    pub zone: String,
}

/// What is fixed for the whole of a scan: a run of its own kind, without a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScanStarted {
    /// The scan; its id is one of a run.
    pub run: RunId,
    /// The account.
    pub account: AccountName,
    /// Real or practice.
    pub realm: Realm,
    /// Where the pages are: scheme, host, port.
    pub origin: String,
    /// The pack's own version.
    pub pack: String,
    /// The digest of all files of the pack.
    pub pack_sha256: Digest,
    /// Browser and driver, with versions, as they say it.
    pub browser: String,
    /// This program's version.
    pub program: String,
    /// The civil time zone.
    pub zone: String,
}

/// What a scan read, held against the page's own number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scanned {
    /// The scan.
    pub run: RunId,
    /// People that were read, each once.
    pub rows: u64,
    /// Rows that name nobody: members who are hidden or closed.
    pub nameless: u64,
    /// The page's own number before, if it was read.
    pub total: Option<u64>,
    /// The page's own number afterwards on a fresh load, if it was read.
    pub total_after: Option<u64>,
    /// Rows and nameless rows are exactly what the page counted, before and afterwards.
    pub complete: bool,
    /// Why it is not complete, in words; empty where it is.
    pub why: String,
    /// People who were not known before.
    pub new: u64,
    /// People who were known and are not on the site any more; nobody where it is not complete.
    pub gone: u64,
    /// Who is probably the same person under another address: the one that is gone, the one that is new.
    pub perhaps_renamed: Vec<(Slug, Slug)>,
    /// The pictures: one of the beginning, one of the end.
    pub shots: Vec<Shot>,
}

/// Rehearsal or deed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Walks to the first irreversible step and stops.
    Rehearsal,
    /// Acts.
    Live,
}

/// What a rehearsal found for one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rehearsal {
    /// Found, the same person, and the irreversible target resolved.
    Ready,
    /// Not in the network any more.
    AlreadyGone,
    /// Not found under the name of the plan, which says nothing of the network.
    NotFound,
    /// On the keep list.
    Kept,
    /// The page shows somebody else.
    Mismatch,
    /// Could not be walked.
    Failed,
}

/// One step of one effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// The run, or none where a person or a command moved it.
    pub run: Option<RunId>,
    /// The plan.
    pub plan: PlanId,
    /// The person.
    pub slug: Slug,
    /// What is done.
    pub action: Action,
    /// From where.
    pub from: EffectState,
    /// To where.
    pub to: EffectState,
    /// Which attempt, from 1.
    pub attempt: u32,
    /// Why, in words.
    pub why: String,
    /// Pictures taken for this step; the intention carries "before", the outcome "after".
    pub shots: Vec<Shot>,
    /// What was read from the page: what, value.
    pub read: Vec<(String, String)>,
}

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum RunState {
    /// Working.
    Running,
    /// Waiting until a time because of a limit.
    Waiting {
        /// Until when.
        until: jiff::Timestamp,
    },
    /// A 429 or 999 page: silence until then.
    Cooling {
        /// Until when.
        until: jiff::Timestamp,
    },
    /// Stopped by a sign that only a person clears.
    Latched,
    /// All people of the plan are settled.
    Complete,
    /// Ended early.
    Aborted,
}
