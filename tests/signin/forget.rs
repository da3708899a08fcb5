//! `forget`: everything of one account, nothing of another.

use exeunt::browser::binary::Kind;
use exeunt::practice::export::write_export;

use super::bed::Bed;

#[test]
fn an_account_is_forgotten_and_the_other_one_is_not_touched() {
    let bed = Bed::new(Kind::Chrome);
    bed.login();
    let (plan, hash) = bed.plan();
    bed.ok(&["run", &plan, "--live", "--confirm", &hash]);
    let export = bed.path("Connections.csv");
    write_export(&bed.site.scenario, std::fs::File::create(&export).unwrap()).unwrap();
    bed.ok(&["import", export.to_str().unwrap(), "--account", "other"]);
    bed.ok(&["plan", "new", "--people", "people.txt", "--account", "other"]);
    let evidence = bed.data().join("evidence/default");
    assert!(evidence.exists());

    bed.refused(&["forget", "--keep-evidence"], 2, "--confirm");
    bed.refused(&["forget", "--keep-evidence", "--confirm", "other"], 3, "nothing was deleted");
    assert_eq!(bed.run(&["forget", "--confirm", "default"]).code, Some(2), "the evidence is a choice");
    let done = bed.ok(&["forget", "--keep-evidence", "--confirm", "default"]);
    assert_eq!((&done.last()["plans"], &done.last()["evidence"]), (&1.into(), &"kept".into()), "{}", done.told());
    assert!(evidence.exists() && !bed.data().join("browser/default").exists());

    let (ledger, account) = bed.ledger();
    let other = "other".parse().unwrap();
    assert_eq!(ledger.accounts().unwrap().into_iter().map(|(name, _)| name).collect::<Vec<_>>(), [other]);
    let other = "other".parse().unwrap();
    assert_eq!((ledger.people(&account).unwrap().len(), ledger.plans(&account).unwrap().len()), (0, 0));
    assert_eq!((ledger.people(&other).unwrap().len() > 5, ledger.plans(&other).unwrap().len()), (true, 1));
    bed.refused(&["forget", "--with-evidence", "--confirm", "default"], 2, "nothing is kept");
}
