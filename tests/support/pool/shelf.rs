//! Who has which session, and which are free.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use rustix::process::Pid;

use super::slot::Slot;

/// How many free sessions of a kind are kept.
const FREE: usize = 4;
/// How long a client may be without a connection before it counts as gone.
const AWAY: Duration = Duration::from_secs(10);

/// What became of sessions.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Browsers that were started.
    pub(crate) started: u32,
    /// Sessions that clients were given.
    pub(crate) handed: u32,
    /// Sessions that came back and were reset.
    pub(crate) reset: u32,
    /// Why each of the others ended.
    pub(crate) dropped: Vec<String>,
}

#[derive(Default)]
struct State {
    clients: BTreeMap<String, Arc<Client>>,
    kinds: BTreeMap<String, Kind>,
    counts: Counts,
    closed: bool,
}

/// The sessions of one kind.
#[derive(Default)]
struct Kind {
    free: Vec<Slot>,
    resetting: usize,
    waiting: usize,
}

/// All sessions.
#[derive(Default)]
pub(super) struct Shelf {
    state: Mutex<State>,
    changed: Condvar,
}

/// One client and its session.
pub(super) struct Client {
    /// What its session has in common with others; none for a session of its own.
    pub(super) key: Option<String>,
    /// The process group of the session's driver.
    pub(super) group: Pid,
    slot: Mutex<Option<Slot>>,
    notes: Mutex<Notes>,
}

#[derive(Default)]
struct Notes {
    connections: usize,
    /// How many connections there ever were.
    ever: usize,
    doubt: Option<String>,
    ended: bool,
}

/// A reset that is under way.
pub(super) struct Resetting(String);

impl Client {
    /// Why the session must not go to another client.
    pub(super) fn doubts(&self) -> Option<String> {
        self.notes.lock().unwrap().doubt.clone()
    }

    /// The session must not go to another client.
    pub(super) fn doubt(&self, why: &str) {
        self.notes.lock().unwrap().doubt.get_or_insert_with(|| why.to_owned());
    }

    /// One more connection serves the client.
    pub(super) fn holds_on(&self) {
        let mut notes = self.notes.lock().unwrap();
        notes.connections += 1;
        notes.ever += 1;
    }

    /// One connection less. After the last one of a client that did not delete its session: how many there ever were.
    pub(super) fn lets_go(&self) -> Option<usize> {
        let mut notes = self.notes.lock().unwrap();
        notes.connections -= 1;
        (notes.connections == 0 && !notes.ended).then_some(notes.ever)
    }

    /// Whether it has had no other connection since.
    fn is_away(&self, since: usize) -> bool {
        let notes = self.notes.lock().unwrap();
        notes.connections == 0 && notes.ever == since && !notes.ended
    }

    /// Does something with the session; none where it is the client's no more.
    pub(super) fn with<T>(&self, act: impl FnOnce(&Slot) -> T) -> Option<T> {
        let mut slot = self.slot.lock().unwrap();
        let done = slot.as_ref().map(act);
        if self.notes.lock().unwrap().ended {
            // Whoever took the session away could not while this went on.
            *slot = None;
        }
        done
    }

    /// Takes the session away; none while a command is under way, which then ends it.
    pub(super) fn take(&self) -> Option<Slot> {
        self.notes.lock().unwrap().ended = true;
        self.slot.try_lock().ok().and_then(|mut slot| slot.take())
    }
}

impl Shelf {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// What became of sessions so far.
    pub(super) fn counts(&self) -> Counts {
        self.state().counts.clone()
    }

    /// A browser is about to be started; its number.
    pub(super) fn begun(&self) -> u32 {
        let mut state = self.state();
        state.counts.started += 1;
        state.counts.started
    }

    /// A free session of this kind. One that is being reset is waited for where it is not another's.
    pub(super) fn take(&self, key: &str) -> Option<Slot> {
        let mut state = self.state();
        state.kinds.entry(key.to_owned()).or_default().waiting += 1;
        loop {
            let kind = state.kinds.get_mut(key).unwrap();
            let free = kind.free.pop();
            if free.is_some() || kind.resetting < kind.waiting {
                kind.waiting -= 1;
                return free;
            }
            state = self.changed.wait(state).unwrap();
        }
    }

    /// A client has a session from now on, on one connection; its id.
    pub(super) fn hand_out(&self, mut slot: Slot, key: Option<String>) -> (String, Arc<Client>) {
        slot.uses += 1;
        let id = format!("{:032x}", rand::random::<u128>());
        let notes = Mutex::new(Notes { connections: 1, ..Notes::default() });
        let client = Arc::new(Client { key, group: slot.group(), slot: Mutex::new(Some(slot)), notes });
        let mut state = self.state();
        state.counts.handed += 1;
        state.clients.insert(id.clone(), Arc::clone(&client));
        (id, client)
    }

    /// The client of this id.
    pub(super) fn client(&self, id: &str) -> Option<Arc<Client>> {
        self.state().clients.get(id).map(Arc::clone)
    }

    /// The client of this id gives its session back.
    pub(super) fn back(&self, id: &str) -> Option<Arc<Client>> {
        self.state().clients.remove(id)
    }

    /// A session of this kind is being reset.
    pub(super) fn resetting(&self, key: &str) -> Resetting {
        self.state().kinds.entry(key.to_owned()).or_default().resetting += 1;
        Resetting(key.to_owned())
    }

    /// The reset is over.
    pub(super) fn reset(&self, Resetting(key): Resetting, slot: Slot, done: Result<(), String>) {
        let mut state = self.state();
        let closed = state.closed;
        let kind = state.kinds.entry(key).or_default();
        // What was cleared away meanwhile is not counted any more.
        kind.resetting = kind.resetting.saturating_sub(1);
        let done = done.and_then(|()| match closed || kind.free.len() >= FREE {
            true => Err("enough sessions are free".to_owned()),
            false => Ok(()),
        });
        let over = match done {
            Ok(()) => {
                kind.free.push(slot);
                state.counts.reset += 1;
                None
            }
            Err(why) => {
                state.counts.dropped.push(why);
                Some(slot)
            }
        };
        drop(state);
        self.changed.notify_all();
        // Ending a browser takes a moment, in which nobody should have to wait.
        drop(over);
    }

    /// A session ends.
    pub(super) fn dropped(&self, slot: Slot, why: String) {
        self.ended(why);
        drop(slot);
    }

    /// A session ended.
    pub(super) fn ended(&self, why: String) {
        self.state().counts.dropped.push(why);
    }

    /// A client has no connection any more. It may only have opened another one; if not, its session ends.
    pub(super) fn orphaned(&self, id: &str, client: &Client, since: usize) {
        let until = Instant::now() + AWAY;
        let mut state = self.state();
        while !state.closed && client.is_away(since) {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            state = self.changed.wait_timeout(state, left).unwrap().0;
        }
        let is_gone = client.is_away(since) && state.clients.remove(id).is_some();
        if is_gone {
            state.counts.dropped.push("the client went away".to_owned());
        }
        drop(state);
        self.changed.notify_all();
        if is_gone {
            drop(client.take());
        }
    }

    /// Waits until no reset is under way.
    pub(super) fn settle(&self) {
        let busy = |state: &mut State| state.kinds.values().any(|kind| kind.resetting > 0);
        drop(self.changed.wait_while(self.state(), busy).unwrap());
    }

    /// Ends all sessions, and keeps none from now on.
    pub(super) fn clear(&self) {
        let mut state = self.state();
        state.closed = true;
        let (clients, kinds) = (std::mem::take(&mut state.clients), std::mem::take(&mut state.kinds));
        drop(state);
        self.changed.notify_all();
        drop((clients.values().map(|client| client.take()).collect::<Vec<_>>(), kinds));
    }
}
