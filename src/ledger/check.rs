//! Whether the chain holds, and whether the rows are what it says.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rusqlite::{Connection, OptionalExtension as _};

use super::cell;
use super::chain::{ENTRY_VERSION, head, piece, run_of};
use super::head::Head;
use super::ledger_error::LedgerError;
use super::scope::Scope;
use super::shadow::{Shadow, changed};
use super::store::Ledger;
use crate::event::fact::{Fact, Moved};
use crate::event::id::{AccountName, Digest, PlanId, Realm, RunId, Slug};
use crate::event::link::{Link, check_chain};
use crate::event::state::EffectState;

/// How many links are held in memory while a chain is checked.
const PIECE: u64 = 500;

impl Ledger {
    /// Checks the whole chain, and that every row that follows from it is what the chain says. Answers its head.
    ///
    /// # Errors
    /// `Damaged` with the first thing that does not fit; else what the database says.
    pub fn check(&self, account: &AccountName, realm: Realm) -> Result<Head, LedgerError> {
        self.read(|tx| {
            let mut replay = Replay::new()?;
            let mut last: Option<Link> = None;
            loop {
                let from = last.as_ref().map_or(1, |link| link.seq + 1);
                let piece = piece(tx, Scope { account, realm }, from, from.saturating_add(PIECE - 1))?;
                if piece.is_empty() {
                    break;
                }
                check_chain(last.iter().chain(piece.iter().map(|(link, _)| link))).map_err(|broken| {
                    LedgerError::damaged(format!(
                        "the chain of account `{account}` ({realm}) is broken at entry {}: {}",
                        broken.seq, broken.why
                    ))
                })?;
                for (link, run) in &piece {
                    replay.take(Scope { account, realm }, link, run.as_deref())?;
                }
                last = piece.into_iter().next_back().map(|(link, _)| link);
            }
            let head = head(tx, account, realm)?;
            replay.compare(tx, Scope { account, realm }, last.as_ref(), &head)?;
            Ok(head)
        })
    }
}

/// What the rows must be, worked out from the chain alone.
struct Replay {
    begun: bool,
    effects: HashMap<(PlanId, Slug), (EffectState, u32)>,
    charged: Vec<Charge>,
    /// The zone of each run.
    zones: HashMap<RunId, String>,
    owner: Seen,
    last_seen: Option<Timestamp>,
    shadow: Shadow,
}

/// An intention and what it was charged as.
struct Charge {
    seq: u64,
    at: Timestamp,
    key: (PlanId, Slug),
    zone: Option<String>,
}

/// Whose account the site showed: the ledger's own is one of these. That another one latched does not tell it apart here, since
/// an incident may be about a later page.
#[derive(Default)]
struct Seen {
    handles: Vec<Slug>,
    /// The run in which it was read last.
    last: Option<RunId>,
    /// Something was done that needs to know whose account it is.
    is_needed: bool,
}

impl Seen {
    fn take(&mut self, fact: &Fact) {
        match fact {
            Fact::AccountSeen { run, handle, .. } => {
                self.handles.push(handle.clone());
                self.last = Some(run.clone());
            }
            Fact::SignedIn { handle, .. } => self.handles.push(handle.clone()),
            Fact::Moved(moved) if moved.to == EffectState::Intent => {
                self.is_needed |= self.last.is_some() && self.last == moved.run;
            }
            _ => {}
        }
    }

    /// Holds the account's own handle against it.
    fn compare(&self, tx: &Connection, Scope { account, realm }: Scope<'_>) -> Result<(), LedgerError> {
        let kept: Option<String> = tx
            .query_row(
                "SELECT handle FROM identity WHERE account = ?1 AND realm = ?2",
                [account.as_str(), realm.as_str()],
                |row| row.get(0),
            )
            .optional()?;
        match kept {
            Some(kept) if !self.handles.iter().any(|handle| handle.as_str() == kept) => Err(changed(format!(
                "whose account it is reads `{}`, which the site never showed",
                kept.escape_debug()
            ))),
            None if self.is_needed => Err(changed("whose account it is is missing".to_owned())),
            _ => Ok(()),
        }
    }
}

impl Replay {
    fn new() -> Result<Self, LedgerError> {
        Ok(Self {
            begun: false,
            effects: HashMap::new(),
            charged: vec![],
            zones: HashMap::new(),
            owner: Seen::default(),
            last_seen: None,
            shadow: Shadow::new()?,
        })
    }

    fn take(&mut self, whose: Scope<'_>, link: &Link, run: Option<&str>) -> Result<(), LedgerError> {
        let broken = |why: String| Err(LedgerError::damaged(format!("entry {} of the chain: {why}", link.seq)));
        let begun = std::mem::replace(&mut self.begun, true);
        if !begun && (link.seq, link.prev) != (1, Digest::ZERO) {
            return broken("the entries before it are missing".to_owned());
        }
        let Ok(entry) = link.entry() else { return broken("it is not readable".to_owned()) };
        if entry.v != ENTRY_VERSION {
            return broken(format!("it has version {}, this program knows {ENTRY_VERSION}", entry.v));
        }
        if run_of(&entry.fact).map(RunId::as_str) != run {
            return broken("the row names another run than its content".to_owned());
        }
        self.last_seen = self.last_seen.max(Some(entry.at.utc));
        self.owner.take(&entry.fact);
        match &entry.fact {
            Fact::Moved(moved) => self.follow(moved, (link.seq, entry.at.utc)).or_else(broken)?,
            Fact::RunStarted(started) => {
                self.zones.insert(started.run.clone(), started.zone.clone());
            }
            _ => {}
        }
        self.shadow.note(whose, link, &entry).or_else(|error| broken(error.what))
    }

    fn follow(&mut self, moved: &Moved, (seq, at): (u64, Timestamp)) -> Result<(), String> {
        let key = (moved.plan.clone(), moved.slug.clone());
        let stands = self.effects.get(&key).map_or(EffectState::Planned, |(state, _)| *state);
        if stands != moved.from {
            return Err(format!("`{}` moves from {}, but it is {stands}", moved.slug, moved.from));
        }
        stands.step(moved.to).map_err(|illegal| illegal.to_string())?;
        if moved.to == EffectState::Intent {
            let zone = moved.run.as_ref().and_then(|run| self.zones.get(run)).cloned();
            self.charged.push(Charge { seq, at, key: key.clone(), zone });
        }
        self.effects.insert(key, (moved.to, moved.attempt));
        Ok(())
    }

    fn compare(
        &self,
        tx: &Connection,
        Scope { account, realm }: Scope<'_>,
        last: Option<&Link>,
        head: &Head,
    ) -> Result<(), LedgerError> {
        let end = last.map_or((0, Digest::ZERO), |link| (link.seq, link.hash));
        if end != (head.seq, head.hash) {
            return Err(LedgerError::damaged(format!(
                "the chain of account `{account}` ({realm}) ends at entry {}, but {} were written",
                end.0, head.seq
            )));
        }
        if head.last_seen.map(cell::micros) != self.last_seen.map(cell::micros) {
            return Err(changed("the time of the last entry is another one than the chain says".to_owned()));
        }
        self.compare_charges(tx, Scope { account, realm })?;
        self.compare_effects(tx, Scope { account, realm })?;
        self.owner.compare(tx, Scope { account, realm })?;
        self.shadow.compare(tx, Scope { account, realm })
    }

    /// Each intention is charged once, at its own moment and on its own day.
    fn compare_charges(&self, tx: &Connection, Scope { account, realm }: Scope<'_>) -> Result<(), LedgerError> {
        let mut statement = tx.prepare(
            "SELECT d.seq, d.at_us, d.local_date, d.zone, e.plan, e.slug
               FROM quota_debit d LEFT JOIN effect e ON e.key = d.effect
              WHERE d.account = ?1 AND d.realm = ?2 ORDER BY d.seq",
        )?;
        let mut rows = statement.query([account.as_str(), realm.as_str()])?;
        for charge in &self.charged {
            let who = format!("the intention about `{}` of plan {}, entry {}", charge.key.1, charge.key.0, charge.seq);
            let Some(row) = rows.next()? else {
                return Err(changed(format!("{who}, was not counted against the limits")));
            };
            let text = |column: usize| row.get::<_, Option<String>>(column).map(Option::unwrap_or_default);
            let (plan, slug) = (text(4)?, text(5)?);
            let is_same = cell::count(row.get(0)?)? == charge.seq
                && row.get::<_, i64>(1)? == cell::micros(charge.at)
                && (plan.as_str(), slug.as_str()) == (charge.key.0.as_str(), charge.key.1.as_str());
            if !is_same {
                return Err(changed(format!(
                    "{who}, is counted against the limits as another one, or at another time"
                )));
            }
            let (day, zone) = (text(2)?, text(3)?);
            // Rules of zones change, so that no day is worked out again; none is farther from that in UTC than one.
            let utc = charge.at.to_zoned(TimeZone::UTC).date();
            let is_day =
                day.parse::<Date>().is_ok_and(|day| (utc.yesterday().ok()..=utc.tomorrow().ok()).contains(&Some(day)));
            if !is_day || charge.zone.as_ref().is_some_and(|run| *run != zone) {
                return Err(changed(format!("{who}, is counted against the limits on another day")));
            }
        }
        if rows.next()?.is_some() {
            return Err(changed("something is counted against the limits that was never intended".to_owned()));
        }
        Ok(())
    }

    fn compare_effects(&self, tx: &Connection, Scope { account, realm }: Scope<'_>) -> Result<(), LedgerError> {
        let mut statement =
            tx.prepare("SELECT plan, slug, state, attempt FROM effect WHERE account = ?1 AND realm = ?2")?;
        let mut rows = statement.query([account.as_str(), realm.as_str()])?;
        let mut seen = 0;
        while let Some(row) = rows.next()? {
            let plan: PlanId = cell::parsed(&row.get::<_, String>(0)?)?;
            let slug: Slug = cell::parsed(&row.get::<_, String>(1)?)?;
            let state: EffectState = cell::parsed(&row.get::<_, String>(2)?)?;
            let stands = (state, row.get::<_, u32>(3)?);
            if self.effects.get(&(plan.clone(), slug.clone())) != Some(&stands) {
                return Err(LedgerError::damaged(format!(
                    "`{slug}` of plan {plan} stands at {state}, which the chain does not say"
                )));
            }
            seen += 1;
        }
        if seen != self.effects.len() {
            return Err(LedgerError::damaged(format!(
                "the chain has {} effects, but there are {seen}",
                self.effects.len()
            )));
        }
        Ok(())
    }
}
