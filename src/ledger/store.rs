//! The database: opening, migrating, and one transaction at a time.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension as _, Transaction, TransactionBehavior};

use super::home::Home;
use super::ledger_error::{LedgerError, LedgerErrorKind};
use super::memory::Memory;
use crate::event::id::{AccountName, SAYABLE};

/// Says in the file's header whose database it is: "Exnt".
const APPLICATION_ID: i32 = 0x4578_6e74;

/// Numbered from 1, in order, never edited once released.
pub(super) const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001.sql"),
    include_str!("migrations/0002.sql"),
    include_str!("migrations/0003.sql"),
    include_str!("migrations/0004.sql"),
    include_str!("migrations/0005.sql"),
    include_str!("migrations/0006.sql"),
    include_str!("migrations/0007.sql"),
];

/// How long a write waits for the write of another process.
const PATIENCE: Duration = Duration::from_secs(10);

/// How many ids of one length are tried before a longer one is taken.
const ID_TRIES: usize = 8;

/// The ledger as any process may open it: reads everything, writes what is nobody's alone.
///
/// A value belongs to one thread at a time; another thread opens its own. Dropping it closes the database.
#[derive(Debug)]
pub struct Ledger {
    pub(super) db: Connection,
    pub(super) home: Home,
    /// Where the ends of its chains are remembered; none: nowhere.
    pub(super) memory: Option<Memory>,
}

impl Ledger {
    /// Opens the ledger in this data directory; makes both, for this user alone, if they are missing.
    ///
    /// # Errors
    /// `Permissions` or `ReadOnly` with the mend, `NewerSchema`, `Damaged` if the file is no ledger, `Busy`, or what
    /// the disk says.
    pub fn open(dir: &Path) -> Result<Self, LedgerError> {
        let home = Home::open(dir)?;
        let _alone = home.lock_opening()?;
        home.prepare_database()?;
        let flags =
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NOFOLLOW | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(home.database(), flags)?;
        db.busy_timeout(PATIENCE)?;
        let version = check_header(&db, &home)?;
        configure(&db)?;
        let ledger = Self { db, home, memory: None };
        ledger.migrate(version)?;
        Ok(ledger)
    }

    /// A number that is another one after any other process, or another value of this type, wrote something. It is made
    /// to be asked every second.
    ///
    /// # Errors
    /// What the database says.
    pub fn version(&self) -> Result<i64, LedgerError> {
        Ok(self.db.pragma_query_value(None, "data_version", |row| row.get(0))?)
    }

    /// The data directory, without symbolic links.
    #[must_use]
    pub fn dir(&self) -> &Path {
        self.home.dir()
    }

    /// What was mended in the data directory when it was opened, as a sentence for its user; none most of the time.
    #[must_use]
    pub fn mended(&self) -> Option<&str> {
        self.home.mended()
    }

    /// Does all of `work` or nothing of it, on disk before it answers.
    pub(super) fn write<T>(&self, work: impl FnOnce(&Connection) -> Result<T, LedgerError>) -> Result<T, LedgerError> {
        let transaction = Transaction::new_unchecked(&self.db, TransactionBehavior::Immediate)?;
        let done = work(&transaction)?;
        transaction.commit()?;
        Ok(done)
    }

    /// Reads several things as they were at one moment.
    pub(super) fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, LedgerError>) -> Result<T, LedgerError> {
        let transaction = Transaction::new_unchecked(&self.db, TransactionBehavior::Deferred)?;
        work(&transaction)
    }

    /// The id that ties the database to its data directory.
    pub(super) fn install_id(&self) -> Result<String, LedgerError> {
        self.db
            .query_row("SELECT id FROM install", [], |row| row.get(0))
            .optional()?
            .ok_or_else(|| LedgerError::damaged("the ledger has no install id"))
    }

    /// Brings an older schema up to this version's, all steps or none.
    fn migrate(&self, version: usize) -> Result<(), LedgerError> {
        if version == MIGRATIONS.len() {
            return Ok(());
        }
        let id = self.new_install(version)?;
        self.write(|tx| {
            for migration in &MIGRATIONS[version..] {
                tx.execute_batch(migration)?;
            }
            if let Some(id) = &id {
                tx.execute("INSERT INTO install (one, id) VALUES (1, ?1)", [id])?;
            }
            tx.pragma_update(None, "application_id", APPLICATION_ID)?;
            tx.pragma_update(None, "user_version", i64::try_from(MIGRATIONS.len()).expect("there are few migrations"))?;
            Ok(())
        })
    }

    /// Ties a new database to its directory before the first row is written: a crash in between leaves an empty
    /// database, for which this is done again.
    fn new_install(&self, version: usize) -> Result<Option<String>, LedgerError> {
        if version != 0 {
            return Ok(None);
        }
        self.home.must_hold_no_proof()?;
        let id = format!("{:032x}", rand::random::<u128>());
        self.home.write_install(&id)?;
        Ok(Some(id))
    }
}

/// Answers the schema's version; writes nothing.
fn check_header(db: &Connection, home: &Home) -> Result<usize, LedgerError> {
    let number = |pragma: &str| db.pragma_query_value(None, pragma, |row| row.get::<_, i32>(0));
    let (application, version) = (number("application_id")?, number("user_version")?);
    let shown = home.database();
    let tables: i64 = db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if tables == 0 && application == 0 && version == 0 {
        return Ok(0);
    }
    if application != APPLICATION_ID {
        return Err(LedgerError::damaged(format!("`{}` is not a ledger of exeunt", shown.display())));
    }
    match usize::try_from(version) {
        Ok(version) if (1..=MIGRATIONS.len()).contains(&version) => Ok(version),
        Ok(version) if version > MIGRATIONS.len() => Err(LedgerError::new(
            LedgerErrorKind::NewerSchema,
            format!("`{}` has schema {version}; this version knows {}", shown.display(), MIGRATIONS.len()),
        )),
        _ => Err(LedgerError::damaged(format!("`{}` has schema {version}", shown.display()))),
    }
}

/// Sets what SQLite does not remember by itself.
fn configure(db: &Connection) -> Result<(), LedgerError> {
    let journal: String = db.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    if journal != "wal" {
        return Err(LedgerError::new(
            LedgerErrorKind::Io,
            format!("the file system of the data directory cannot hold a write-ahead log (journal mode `{journal}`)"),
        ));
    }
    // A commit answers only when the log is on the disk; `fullfsync` means that on macOS too.
    db.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON;
         PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;",
    )?;
    Ok(())
}

/// Makes sure that rows may name this account.
pub(super) fn name_account(tx: &Connection, account: &AccountName) -> Result<(), LedgerError> {
    tx.prepare_cached("INSERT INTO account (name) VALUES (?1) ON CONFLICT DO NOTHING")?.execute([account.as_str()])?;
    Ok(())
}

/// Draws an id that `taken` does not know: `first` and two letters or digits, more when those run out.
pub(super) fn draw_id(
    first: char,
    mut taken: impl FnMut(&str) -> Result<bool, LedgerError>,
) -> Result<String, LedgerError> {
    for length in 2..=8 {
        for _ in 0..ID_TRIES {
            let mut id = String::from(first);
            id.extend((0..length).map(|_| char::from(SAYABLE[rand::random_range(0..SAYABLE.len())])));
            if !taken(&id)? {
                return Ok(id);
            }
        }
    }
    Err(LedgerError::bug("no free id was found"))
}
