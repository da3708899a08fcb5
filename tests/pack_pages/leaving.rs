//! Hibernating, the archive, and what strangers are shown.

use exeunt::browser::binary::Kind;
use exeunt::flow::tree::Skipped;
use exeunt::practice::scenario::{Language, Scenario};

use super::closing::{Bed, Turns, scenario};
use super::hand::{End, Person};
use crate::support::engines;

#[tokio::test]
async fn the_account_is_hibernated_once() {
    let ways = [
        ("sdui-2026", Language::En, "code@hibernate", 0),
        ("sdui-2025", Language::De, "moved@hibernate", 0),
        ("ember-2020", Language::En, "", 1),
    ];
    for (kind, (variant, language, fault, wrong)) in engines::each("pages of hibernating", ways) {
        let told = format!("{kind}, {variant}, {language}");
        let faults = Some(fault).filter(|fault| !fault.is_empty()).map(|fault| fault.parse().unwrap());
        let ui = format!("settings={variant},hibernate={variant}");
        let mut bed =
            Bed::new(kind, Scenario { language, faults: faults.into_iter().collect(), ..scenario(&ui) }).await;
        let turns = Turns { wrong, rehearses: false, person: Person::Nobody };
        let walked = bed.walk_with("hibernate-account", &[("reason", "break")], turns).await;
        assert_eq!(walked.end, End::Done, "{told}: {:?}", walked.done);
        let kinds: Vec<String> = bed.kinds().into_iter().filter(|kind| kind != "password-wrong").collect();
        assert_eq!(kinds, ["hibernated"], "{told}");
        let settled = bed.walk("is-hibernated", &[]).await;
        assert_eq!(settled.end, End::Done, "{told}");
        assert!(settled.answer["hibernated_page"]["until"].contains("2026"), "{told}: {:?}", settled.answer);
        bed.close().await;
    }
}

#[tokio::test]
async fn the_archive_is_asked_for_and_fetched() {
    let ways = [
        ("sdui-2026", Language::En, "connections"),
        ("sdui-2025", Language::De, "all"),
        ("ember-2020", Language::En, "all"),
    ];
    for (kind, (variant, language, scope)) in engines::each("pages of the archive", ways) {
        let told = format!("{kind}, {variant}, {language}");
        let ui = format!("settings={variant},export={variant}");
        let mut bed = Bed::new(kind, Scenario { language, ..scenario(&ui) }).await;
        let asked = bed.walk("archive-ready", &[]).await;
        assert!(matches!(asked.end, End::Skipped(Skipped::Failed, ..)), "{told}: {:?}", asked.end);
        let walked = bed.walk("request-archive", &[("scope", scope)]).await;
        assert_eq!(walked.end, End::Done, "{told}: {:?}", walked.done);
        assert_eq!(bed.kinds(), ["export-requested"], "{told}");
        let again = bed.walk("request-archive", &[("scope", scope)]).await;
        assert!(matches!(again.end, End::Skipped(Skipped::AlreadyGone, ..)), "{told}: {:?}", again.end);
        // The site's clock goes on without anybody waiting.
        bed.site.control.ask("POST /clock", "2h");
        let ready = bed.walk("archive-ready", &[]).await;
        assert_eq!(ready.end, End::Done, "{told}");
        assert!(ready.saw.contains("archive_download"), "{told}: {:?}", ready.saw);
        let fetched = bed.walk("fetch-archive", &[]).await;
        assert_eq!(fetched.end, End::Done, "{told}");
        bed.close().await;
    }
}

#[tokio::test]
async fn strangers_are_shown_the_profile_or_not_in_chrome() {
    public(Kind::Chrome).await;
}

#[tokio::test]
async fn strangers_are_shown_the_profile_or_not_in_firefox() {
    public(Kind::Firefox).await;
}

async fn public(kind: Kind) {
    // Signed in by nobody: the browser is new, and the site lets nobody in without the form.
    let sign_in = "form".parse().unwrap();
    let mut bed = Bed::new(kind, Scenario { sign_in, ..scenario("public=sdui-2026") }).await;
    let shown = bed.walk("is-public", &[]).await;
    assert_eq!(shown.end, End::Done, "{kind}");
    assert!(shown.saw.contains("public_profile"), "{kind}: {:?}", shown.saw);
    bed.site.control.ask("POST /fault", "authwall@public");
    assert_eq!(bed.walk("is-public", &[]).await.end, End::Sign("signed_out".to_owned()), "{kind}");
    bed.close().await;
}
