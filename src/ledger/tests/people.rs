//! Imports, and SQL of the user's on them.

use super::*;
use crate::plan::person::{NotRead, Person};
use crate::plan::tally::Column;

fn row(text: &str, company: &str) -> Person {
    Person {
        slug: slug(text),
        first_name: text.to_owned(),
        last_name: "Doe".into(),
        company: company.into(),
        position: "Engineer".into(),
        connected_on: Some(date(2019, 5, 4)),
    }
}

fn import(seconds: i64) -> Import {
    Import { source: "Connections.csv".into(), at: stamp(seconds).utc, exported: None }
}

fn slugs(people: &[Person]) -> Vec<&str> {
    people.iter().map(|person| person.slug.as_str()).collect()
}

#[test]
fn an_import_is_an_upsert_by_slug() {
    let ledger_home = Desk::new();
    let ledger = ledger_home.open();
    let account = account();
    let first = [row("ann", "Acme"), row("bob", "Acme"), row("ann", "Acme Ltd"), row("carol", "Init")];
    let count = ledger.import_people(&account, &first, &import(1)).unwrap();
    assert_eq!(count, ImportCount { new: 3, changed: 0, unchanged: 0, absent: 0, left: 0 });
    assert_eq!(ledger.person(&account, &slug("ann")).unwrap().unwrap().person.company, "Acme Ltd");

    let second = [row("ann", "Acme Ltd"), row("bob", "Other"), row("dave", "Acme")];
    let count = ledger.import_people(&account, &second, &import(2)).unwrap();
    assert_eq!(count, ImportCount { new: 1, changed: 1, unchanged: 1, absent: 1, left: 0 });
    let carol = ledger.person(&account, &slug("carol")).unwrap().unwrap();
    assert_eq!((carol.absent_since, carol.last_seen), (Some(stamp(2).utc), stamp(1).utc));

    let count = ledger.import_people(&account, &first, &import(3)).unwrap();
    assert_eq!(
        count,
        ImportCount { new: 0, changed: 2, unchanged: 1, absent: 1, left: 0 },
        "carol is back, dave is gone"
    );
    let carol = ledger.person(&account, &slug("carol")).unwrap().unwrap();
    assert_eq!((carol.absent_since, carol.first_seen, carol.last_seen), (None, stamp(1).utc, stamp(3).utc));
    assert_eq!(carol.source, "Connections.csv");
    assert_eq!(ledger.people(&account).unwrap().len(), 4);
    assert_eq!(slugs(&ledger.query_people(&account, "1").unwrap().people), ["ann", "bob", "carol"]);
}

#[test]
fn an_older_export_changes_nobody_and_an_empty_one_is_refused() {
    let desk = Desk::new();
    let ledger = desk.open();
    let account = account();
    let dated = |seconds, exported| Import { exported: Some(stamp(exported).utc), ..import(seconds) };
    ledger.import_people(&account, &[row("ann", "New")], &dated(1, 100)).unwrap();
    let old = [row("ann", "Old"), row("bob", "Old")];
    let count = ledger.import_people(&account, &old, &dated(2, 50)).unwrap();
    assert_eq!(count, ImportCount { new: 1, changed: 0, unchanged: 1, absent: 0, left: 0 });
    let people = ledger.people(&account).unwrap();
    assert_eq!((people[0].person.company.as_str(), people[0].absent_since), ("New", None));
    assert_eq!(people[1].absent_since, Some(stamp(2).utc));
    let error = ledger.import_people(&account, &[], &import(3)).unwrap_err();
    assert_eq!(error.kind, LedgerErrorKind::BadInput);
}

#[test]
fn what_was_not_understood_is_no_statement() {
    let desk = Desk::new();
    let ledger = desk.open();
    let account = account();
    let day = Some(jiff::civil::date(2016, 3, 3));
    let dated = |name: &str| Person { connected_on: day, ..row(name, "Acme") };
    ledger.import_people(&account, &[dated("ann"), dated("bob"), dated("carol"), dated("dave")], &import(1)).unwrap();

    let bobs = NotRead { slugs: [slug("bob")].into(), anybody: 0 };
    let again = [Person { connected_on: None, ..row("ann", "Acme") }, dated("dave")];
    let count = ledger.import_people_but(&account, (&again, &bobs), &import(2)).unwrap();
    assert_eq!(count, ImportCount { new: 0, changed: 0, unchanged: 2, absent: 1, left: 1 });
    let known = |name: &str| ledger.person(&account, &slug(name)).unwrap().unwrap();
    assert_eq!((known("ann").person.connected_on, known("ann").last_seen), (day, stamp(2).utc));
    assert_eq!((known("bob").absent_since, known("bob").last_seen), (None, stamp(1).utc), "as of the first export");
    assert_eq!(known("carol").absent_since, Some(stamp(2).utc));

    let anybodys = NotRead { anybody: 1, ..NotRead::default() };
    let moved = [Person { connected_on: None, ..row("ann", "Other") }];
    let count = ledger.import_people_but(&account, (&moved, &anybodys), &import(3)).unwrap();
    assert_eq!(count, ImportCount { new: 0, changed: 1, unchanged: 0, absent: 0, left: 2 });
    assert_eq!((known("ann").person.company.as_str(), known("ann").person.connected_on), ("Other", day));
    assert_eq!((known("dave").absent_since, known("dave").last_seen), (None, stamp(2).utc));
    assert_eq!(known("carol").absent_since, Some(stamp(2).utc), "whom an earlier export lacked is not back by that");
}

#[test]
fn thirty_thousand_people_are_an_ordinary_day() {
    let desk = Desk::new();
    let ledger = desk.open();
    let account = account();
    let mut rows: Vec<Person> = (0..30_000).map(|n| row(&format!("person-{n:05}"), "Acme")).collect();
    let count = ledger.import_people(&account, &rows, &import(1)).unwrap();
    assert_eq!(count, ImportCount { new: 30_000, ..ImportCount::default() });
    rows.truncate(29_990);
    for person in &mut rows[..7] {
        person.position = "Boss".into();
    }
    rows.push(row("newcomer", "Acme"));
    let count = ledger.import_people(&account, &rows, &import(2)).unwrap();
    assert_eq!(count, ImportCount { new: 1, changed: 7, unchanged: 29_983, absent: 10, left: 0 });
    let bosses = ledger.query_people(&account, "position = 'Boss'").unwrap().people;
    assert_eq!(bosses, rows[..7]);
    assert_eq!(ledger.query_people(&account, "1").unwrap().people.len(), 29_991);
}

#[test]
fn values_are_kept_as_they_are() {
    let desk = Desk::new();
    let ledger = desk.open();
    let hostile = Person {
        slug: slug("o'brien-\u{202e}x"),
        first_name: "Robert'); DROP TABLE person;--".into(),
        last_name: "\u{1b}[2J\"é👩‍🚀\0z".into(),
        company: String::new(),
        position: "=HYPERLINK()".into(),
        connected_on: None,
    };
    ledger.import_people(&account(), std::slice::from_ref(&hostile), &import(1)).unwrap();
    assert_eq!(ledger.person(&account(), &hostile.slug).unwrap().unwrap().person, hostile);
    assert_eq!(ledger.query_people(&account(), "connected_on IS NULL").unwrap().people, [hostile]);
}

/// Two accounts with people, and a keep list.
fn two_accounts() -> (Desk, Ledger) {
    let desk = Desk::new();
    let ledger = desk.open();
    let mine = [row("ann", "Acme"), row("bob", "Bolt"), Person { connected_on: None, ..row("carol", "acme") }];
    ledger.import_people(&account(), &mine, &import(1)).unwrap();
    ledger.import_people(&"work".parse().unwrap(), &[row("secret", "Acme")], &import(1)).unwrap();
    ledger.keep(&account(), &KeepRow { slug: slug("bob"), reason: "why".into(), at: stamp(1).utc }).unwrap();
    (desk, ledger)
}

#[test]
fn conditions_choose_people_of_the_account() {
    let (_desk, ledger) = two_accounts();
    for (condition, wanted) in [
        ("company = 'Acme'", &["ann"][..]),
        ("company LIKE 'acme'", &["ann", "carol"]),
        ("lower(company) = 'acme' AND connected_on < '2020-01-01'", &["ann"]),
        ("connected_on IS NULL OR slug = 'bob' -- both", &["bob", "carol"]),
        ("slug IN (SELECT slug FROM people WHERE company GLOB 'B*')", &["bob"]),
        ("(SELECT count(*) FROM PEOPLE) = 3", &["ann", "bob", "carol"]),
        ("connected_on < date('2019-06-01', '-1 month')", &[]),
        ("strftime('%Y', connected_on) = '2019'", &["ann", "bob"]),
        ("1", &["ann", "bob", "carol"]),
        ("0", &[]),
    ] {
        let people = ledger.query_people(&account(), condition).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(slugs(&people.people), wanted, "{condition}");
    }
}

/// Texts that are no condition, or reach for more than the people of the account.
const REFUSED: &[&str] = &[
    "",
    " \n",
    "1) or (1",
    "1) OR EXISTS (SELECT 1 FROM people WHERE 1",
    "0 UNION SELECT slug, '', '', '', '', '' FROM person",
    "0) UNION SELECT slug, '', '', '', '', '' FROM main.person WHERE (1",
    "1 LIMIT 1",
    "1 ORDER BY slug",
    "1; DELETE FROM keep",
    "1); DELETE FROM keep; --",
    "1 /*",
    "1) /*",
    "1) --",
    "EXISTS (SELECT 1 FROM person)",
    "EXISTS (SELECT 1 FROM main.person WHERE account = 'work')",
    "EXISTS (WITH people AS (SELECT * FROM person) SELECT 1 FROM people)",
    "EXISTS (WITH people AS (SELECT 1 FROM person) SELECT 1 FROM people)",
    "EXISTS (WITH people(x) AS (SELECT account FROM person) SELECT 1 FROM people WHERE x = 'work')",
    "EXISTS (SELECT 1 FROM person AS people)",
    "EXISTS (SELECT 1 FROM (SELECT * FROM person) AS people)",
    "EXISTS (SELECT 1 FROM keep)",
    "EXISTS (SELECT 1 FROM event)",
    "EXISTS (SELECT 1 FROM sqlite_schema)",
    "EXISTS (SELECT 1 FROM temp.sqlite_schema)",
    "EXISTS (SELECT 1 FROM pragma_table_info('person'))",
    "EXISTS (SELECT 1 FROM json_each('[1]'))",
    "EXISTS (WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT 1 FROM n WHERE x < 0)",
    "load_extension('x')",
    "writefile('x', 'y')",
    "length(randomblob(1000000000))",
    "length(zeroblob(1000000000))",
    "printf('%1000000d', 1)",
    "hex(slug)",
    "sqlite_version()",
    "nosuchcolumn = 1",
    "slug = \"Acme\0\"",
    "count(*) > 1",
    "ATTACH 'x' AS y",
    "PRAGMA user_version",
    "SELECT 1",
    "VACUUM INTO 'x'",
    "fts3_tokenizer('simple') IS NULL",
    "load_extension('x', 'y') IS NULL",
    "readfile('/etc/passwd') IS NOT NULL",
    "edit(slug) = ''",
    "people.account = 'work'",
    "EXISTS (SELECT 1 FROM temp.people UNION SELECT slug FROM main.person)",
    "slug REGEXP 'a'",
    "slug -> 'a'",
    "company LIKE (WITH p(x) AS (SELECT 'a') SELECT x FROM p, (SELECT account FROM account))",
    "replace(slug, '', slug) = ''",
    "group_concat(slug) = ''",
    "last_insert_rowid() = 0",
    "changes() = 0",
    "random() > 0",
];

/// Conditions that are made to eat memory or time before anybody looks at the clock.
#[test]
fn a_condition_that_makes_giants_is_refused() {
    let (_desk, ledger) = two_accounts();
    let mut doubled = "SELECT 'aaaaaaaaaaaaaaaa' AS x".to_owned();
    for _ in 0..40 {
        doubled = format!("SELECT x || x AS x FROM ({doubled})");
    }
    let pattern = format!("company LIKE '{}'", "%a".repeat(2_000));
    let nested = format!("{}1{}", "(".repeat(2_000), ")".repeat(2_000));
    let many = (0..60).map(|_| "SELECT 1").collect::<Vec<_>>().join(" UNION ALL ");
    for condition in [&format!("length(({doubled})) > 0"), &pattern, &nested, &format!("1 IN ({many})")] {
        let error = ledger.query_people(&account(), condition).expect_err(condition);
        assert_eq!(error.kind, LedgerErrorKind::Where, "{condition}: {error}");
    }
}

#[test]
fn a_condition_says_which_columns_it_looks_at() {
    let (_desk, ledger) = two_accounts();
    for (condition, columns) in [
        ("company LIKE '%a%' AND last_name <> ''", &[Column::Company, Column::Name][..]),
        ("connected_on < '2020-01-01' OR slug = 'x'", &[Column::ConnectedOn, Column::Slug]),
        ("1", &[]),
    ] {
        assert_eq!(ledger.query_people(&account(), condition).unwrap().columns, columns, "{condition}");
    }
}

#[test]
fn conditions_reach_nothing_else() {
    let (_desk, ledger) = two_accounts();
    for condition in REFUSED {
        let error = ledger.query_people(&account(), condition).expect_err(condition);
        assert_eq!(error.kind, LedgerErrorKind::Where, "{condition}: {error}");
    }
    assert_eq!(ledger.kept(&account()).unwrap().len(), 1);
}

#[test]
fn a_condition_that_never_ends_is_stopped() {
    let desk = Desk::new();
    let ledger = desk.open();
    let rows: Vec<Person> = (0..400).map(|n| row(&format!("p{n}"), "Acme")).collect();
    ledger.import_people(&account(), &rows, &import(1)).unwrap();
    let endless = "(SELECT count(*) FROM people a, people b, people c, people d, people e WHERE a.slug > e.slug) > 0";
    let error = ledger.query_people(&account(), endless).unwrap_err();
    assert!(error.what.contains("longer than 2 seconds"), "{error}");
    let long = format!("slug = '{}'", "x".repeat(20_000));
    assert_eq!(ledger.query_people(&account(), &long).unwrap_err().kind, LedgerErrorKind::Where);
}
