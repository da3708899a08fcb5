//! The built-in pack as the engine uses it: what is asked of a page, what a plan binds, and that no text makes it panic.

use std::collections::BTreeMap;
use std::time::Duration;

use exeunt::flow::compile::{Arming, Ask, Known};
use exeunt::flow::load::Loaded;
use exeunt::flow::mistake::{Kind, Severity};
use exeunt::flow::pack::Pack;
use exeunt::flow::picture::{Style, json_line, picture};
use exeunt::flow::query::{Condition, Count};
use exeunt::flow::site::SignKind;
use exeunt::flow::span::Source;
use exeunt::flow::tree::{Flow, Holds};
use exeunt::pack::embedded;
use proptest::prelude::*;

fn load(sources: Vec<Source>) -> Pack {
    match Pack::load(sources) {
        Ok(Loaded { pack, .. }) => pack,
        Err(refused) => {
            let said: Vec<_> =
                refused.mistakes.iter().map(|mistake| picture(&refused.sources, mistake, Style::Ascii)).collect();
            panic!("{}", said.join("\n"));
        }
    }
}

fn built_in() -> Pack {
    load(embedded::sources())
}

/// The built-in pack with one text replaced in one file; the text must be there.
fn changed(file: &str, old: &str, new: &str) -> Pack {
    let mut sources = embedded::sources();
    let source = sources.iter_mut().find(|source| source.name == file).unwrap();
    assert!(source.text.contains(old), "{file} has no `{old}`");
    source.text = source.text.replace(old, new);
    load(sources)
}

fn removal(pack: &Pack) -> &Flow {
    &pack.flows["remove-from-list"]
}

fn values() -> BTreeMap<String, String> {
    BTreeMap::from([("slug".to_owned(), "jane-doe".to_owned()), ("name".to_owned(), "Jane Doe".to_owned())])
}

fn ask<'a>(wants: &'a [Holds], values: &'a BTreeMap<String, String>) -> Ask<'a> {
    Ask {
        handles: &[],
        choices: vec![],
        wants,
        arm: None,
        arm_when: Vec::new(),
        read: Vec::new(),
        within: Duration::from_secs(4),
        values,
        armed_before: None,
        redraws: None,
        aftermath: false,
        stood: None,
        identity: Known::default(),
    }
}

#[test]
fn a_look_holds_what_it_needs_and_nothing_else() {
    let pack = built_in();
    let flow = removal(&pack);
    let values = values();
    let wants = &flow.steps[2].expect.as_ref().unwrap().first;
    let commit = flow.commit.as_ref().unwrap();
    let mut ask = ask(wants, &values);
    ask.arm = Some(Arming { target: "remove_item", guard: &commit.guard, token: "t1".to_owned() });
    ask.read = vec!["card"];
    let look = pack.look(&ask).unwrap();
    let targets: Vec<_> = look.targets.keys().map(String::as_str).collect();
    // The card by the guard and the item's `{{card.name}}`, the box by the check, the photo by the identity.
    assert_eq!(targets, ["card", "confirm_box", "me_photo", "remove_item"]);
    assert!(look.witnesses.is_empty());
    assert_eq!(look.checks.keys().collect::<Vec<_>>(), ["same_person"]);
    assert_eq!(look.within_ms, 4000);
    assert!(look.targets["remove_item"].agree && !look.targets["card"].agree);
    let words: Vec<_> = look.words["de"].keys().map(String::as_str).collect();
    let needed = [
        "confirm_known",
        "connected_on",
        "harm_words",
        "limit_notice",
        "me",
        "remove_item",
        "restricted",
        "security_check",
        "something_not_right",
    ];
    assert_eq!(words, needed);
    assert_eq!(look.stop_on.len(), pack.site.signs.len());
    assert!(look.identity.unwrap().expect.is_empty());
    let arm = look.arm.unwrap();
    assert_eq!((arm.target.as_str(), arm.guard.len(), arm.token.as_str()), ("remove_item", 2, "t1"));
}

#[test]
fn a_target_brings_what_it_is_inside_of() {
    let pack = built_in();
    let values = values();
    let mut ask = ask(&[], &values);
    ask.read = vec!["confirm_yes"];
    let look = pack.look(&ask).unwrap();
    assert_eq!(look.targets["confirm_yes"].inside.as_deref(), Some("confirm_box"));
    assert!(look.targets.contains_key("confirm_box"));
}

#[test]
fn a_witness_brings_its_targets() {
    let pack = built_in();
    let values = values();
    let question = &pack.flows["is-connected"];
    let look = pack.look(&ask(&question.steps[1].expect.as_ref().unwrap().first, &values)).unwrap();
    let witness = &look.witnesses["filter_settled_empty"];
    for name in [&witness.filter, &witness.rows, &witness.absent, &witness.notice] {
        assert!(look.targets.contains_key(name.as_str()), "{name}");
    }
    assert_eq!(look.targets["any_card"].count, Count::Many);
    assert_eq!((witness.page_size, witness.quiet_ms), (10, 1500));
}

#[test]
fn a_name_that_is_not_there_is_said() {
    let pack = built_in();
    let values = values();
    let mut ask = ask(&[], &values);
    ask.read = vec!["nothing"];
    assert_eq!(pack.look(&ask).unwrap_err().to_string(), "the flow pack has no target `nothing`");
}

#[test]
fn every_step_of_every_flow_compiles() {
    let pack = built_in();
    let values = values();
    for flow in pack.flows.values() {
        let guard = flow.commit.as_ref().map_or(&[][..], |commit| &commit.guard);
        for step in &flow.steps {
            let wants = step.expect.as_ref().map_or(&[][..], |expect| &expect.first);
            let mut ask = ask(wants, &values);
            ask.arm = step.target().map(|target| Arming { target: &target.value, guard, token: "t".to_owned() });
            let look = pack.look(&ask).unwrap();
            let text = serde_json::to_string(&look).unwrap();
            assert!(text.len() < 20_000, "{}: {} bytes", step.id.value, text.len());
        }
    }
}

#[test]
fn what_a_plan_binds_is_stable_against_what_does_not_matter() {
    let before = built_in();
    let digest = before.digest_for(removal(&before));
    let same = [
        changed("flows/remove-from-list.toml", "format = 1", "# a comment\n\nformat   =   1"),
        changed(
            "targets/connections.toml",
            "css = \"button.mn-connection-card__dropdown-trigger\"",
            "css = \"button.mn-connection-card__dropdown-trigger[type]\"",
        ),
        changed("targets/connections.toml", "[target.any_card]", "# another comment\n[target.any_card]"),
        changed("words/en.toml", "\"Search by name\"", "\"Search by names\""),
        changed("flows/remove-from-list.toml", "within = \"4s\"", "within = \"5s\""),
        changed("flows/list-total.toml", "within = \"30s\"", "within = \"31s\""),
    ];
    for pack in same {
        assert_eq!(pack.digest_for(removal(&pack)), digest);
        assert_ne!(pack.digest_all(), before.digest_all());
    }
}

#[test]
fn what_a_plan_binds_changes_with_the_deed() {
    let before = built_in();
    let digest = before.digest_for(removal(&before));
    let flow = "flows/remove-from-list.toml";
    let other = [
        changed(flow, "id     = \"remove\"", "id     = \"removal\""),
        changed(flow, "[\"card\", \"same_person\"]", "[\"card\"]"),
        changed(flow, "/mynetwork/invite-connect/connections/", "/mynetwork/"),
        changed("words/en.toml", "confirm_remove = [\"Remove\", ", "confirm_remove = ["),
        changed("words/de.toml", "[\"Kontakt entfernen\"]", "[\"Entfernen\"]"),
        changed("targets/connections.toml", "dialog[open][data-testid='dialog']", "dialog[open]:first-of-type"),
        changed(
            "targets/connections.toml",
            "css = \"[role='menuitem']\"",
            "css = \"[role='menuitem'], [role='option']\"",
        ),
    ];
    for pack in other {
        assert_ne!(pack.digest_for(removal(&pack)), digest);
    }
}

#[test]
fn what_a_closure_binds_holds_where_its_secrets_are_typed_and_which_signs_it_deals_with() {
    let closing = |pack: &Pack| pack.digest_for(&pack.flows["close-account"]);
    let before = closing(&built_in());
    let flow = "flows/close-account.toml";
    for (file, old, new) in [
        ("targets/close.toml", "css = \"input[type='password']\" }", "css = \"body input[type='password']\" }"),
        (flow, "handles = [\"captcha\", \"checkpoint\", \"gate\"]", "handles = [\"captcha\", \"gate\"]"),
        (flow, "\"unwanted-contact\", \"other\"]", "\"unwanted-contact\", \"other\", \"more\"]"),
        (flow, "input = \"unsubscribe\", is = \"yes\"", "input = \"unsubscribe\", is = [\"yes\", \"no\"]"),
        (flow, "guard   = [\"closing_page\", \"own_account\"]", "guard   = [\"own_account\"]"),
    ] {
        assert_ne!(closing(&changed(file, old, new)), before, "{new}");
    }
    let same = changed("flows/is-public.toml", "within = \"30s\"", "within = \"31s\"");
    assert_eq!(closing(&same), before);
}

#[test]
fn a_step_is_due_by_what_was_seen_and_by_what_was_given() {
    let pack = built_in();
    let flow = &pack.flows["close-account"];
    let step = |id: &str| flow.steps.iter().find(|step| step.id.value == id).unwrap();
    let given = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    };
    let all = |_: &str| true;
    assert!(step("reason-privacy").is_due(&given(&[("reason", "privacy")]), all));
    assert!(!step("reason-privacy").is_due(&given(&[("reason", "privacy")]), |_| false));
    assert!(!step("reason-privacy").is_due(&given(&[("reason", "other")]), all));
    assert!(!step("reason-privacy").is_due(&given(&[]), all));
    assert!(step("comment").is_due(&given(&[("comment", "bye")]), all));
    assert!(!step("comment").is_due(&given(&[("comment", "")]), all));
    assert!(!step("address").is_due(&given(&[]), all) && step("address").is_due(&given(&[]), |_| false));
    let secrets: Vec<_> =
        flow.steps.iter().filter_map(|step| Some((step.id.value.as_str(), step.secret(flow)?))).collect();
    let wanted = [
        ("verify-password", "password"),
        ("verify-code", "code"),
        ("verify-password-again", "password"),
        ("verify-code-again", "code"),
        ("verify-password-third", "password"),
        ("verify-code-third", "code"),
        ("late-verify-password", "password"),
        ("late-verify-code", "code"),
        ("late-verify-password-again", "password"),
        ("late-verify-code-again", "code"),
        ("late-verify-password-third", "password"),
        ("late-verify-code-third", "code"),
        ("password", "password"),
        ("password-again", "password"),
        ("password-third", "password"),
        ("code", "code"),
    ];
    assert_eq!(secrets, wanted);
    let told: Vec<_> = step("row").says_why().map(|name| name.value.as_str()).collect();
    assert_eq!(told, ["premium_block", "groups_block", "licences_block", "no_password_block"]);
}

#[test]
fn a_link_that_leads_to_a_page_of_the_site_is_no_deed_whatever_it_is_called() {
    let pack = built_in();
    assert!(pack.deed_in("Close account").is_some() && pack.deed_in("Hibernate account").is_some());
    // "Done" is a deed's button on one page, and a button of every kind on all others.
    assert_eq!(pack.deed_in("Done"), None);
    assert!(pack.only_leads("close_row", "preferences", 0) && pack.only_leads("hibernate_row", "preferences", 0));
    assert!(!pack.only_leads("close_final", "preferences", 0) && !pack.only_leads("close_row", "sdui-2026", 0));
    assert!(!pack.only_leads("close_row", "preferences", 9) && !pack.only_leads("nothing", "preferences", 0));
}

#[test]
fn a_sign_is_not_looked_for_where_the_flow_deals_with_it() {
    let pack = built_in();
    let values = values();
    let flow = &pack.flows["close-account"];
    let look = pack.look(&Ask { handles: &flow.handles, ..ask(&[], &values) }).unwrap();
    let names: Vec<_> = look.stop_on.iter().map(|sign| sign.name.as_str()).collect();
    assert!(!names.contains(&"captcha") && !names.contains(&"checkpoint"), "{names:?}");
    assert!(names.contains(&"signed_out") && names.contains(&"restricted"), "{names:?}");
    // A pack whose flows deal with more than the built-in one's obeys less.
    let flow = "flows/is-open.toml";
    let bold = changed(flow, "kind   = \"question\"", "kind   = \"question\"\nhandles = \"restricted\"");
    let weaker = bold.weaker_signs(&pack);
    assert_eq!(weaker.iter().map(|sign| sign.name.as_str()).collect::<Vec<_>>(), ["restricted"]);
    assert_eq!(pack.weaker_signs(&bold), []);
}

#[test]
fn a_saved_page_is_tried_at_the_address_at_which_a_run_would_look() {
    let pack = built_in();
    let of = |file: &str, values: &BTreeMap<String, String>| {
        let file = format!("targets/{file}.toml");
        let mut targets: Vec<_> =
            pack.targets.values().filter(|target| pack.place(target.name.span).file == file).collect();
        targets.sort_by_key(|target| target.name.span);
        pack.address_for(&targets, values)
    };
    let (nobody, jane) = (BTreeMap::new(), BTreeMap::from([("slug".to_owned(), "jane-doe".to_owned())]));
    assert_eq!(of("close", &nobody).as_deref(), Some("/mypreferences/d/close-accounts/"));
    assert_eq!(of("archive", &nobody).as_deref(), Some("/mypreferences/"));
    assert_eq!(of("settings", &nobody).as_deref(), Some("/mypreferences/d/categories/account/"));
    assert_eq!(of("connections", &nobody).as_deref(), Some("/mynetwork/invite-connect/connections/"));
    assert_eq!(of("profile", &jane).as_deref(), Some("/in/jane-doe/"));
    // Whose profile it is must be known: an address of nobody's would prove that there is none.
    assert_eq!(of("profile", &nobody), None);
    assert_eq!(of("shell", &nobody), None);
}

#[test]
fn the_files_are_bound_whatever_their_order() {
    let pack = built_in();
    let mut sources = embedded::sources();
    sources.reverse();
    assert_eq!(load(sources).digest_all(), pack.digest_all());
    assert_eq!(pack.files().len(), embedded::sources().len());
}

#[test]
fn a_pack_with_fewer_stop_signs_is_told() {
    let pack = built_in();
    assert_eq!(pack.weaker_signs(&pack), []);
    let without = changed("site.toml", "  \"limit_notice\",\n", "");
    let weaker = without.weaker_signs(&pack);
    assert_eq!(weaker.len(), 1);
    assert_eq!((weaker[0].name.as_str(), weaker[0].only_cools), ("limit_notice", false));
    let cools = changed("site.toml", "[sign.restricted]\nkind = \"latch\"", "[sign.restricted]\nkind = \"cool\"");
    let weaker = cools.weaker_signs(&pack);
    assert_eq!((weaker[0].name.as_str(), weaker[0].only_cools), ("restricted", true));
}

#[test]
fn signs_are_looked_for_in_the_order_of_the_list() {
    let pack = built_in();
    let names: Vec<_> = pack.site.signs.iter().map(|sign| sign.name.value.as_str()).collect();
    let at = |name: &str| names.iter().position(|other| *other == name).unwrap();
    // A sign-in page and a notice have addresses under /checkpoint too, and every hard stop stands in the same frame.
    assert!(at("signed_out") < at("checkpoint") && at("captcha") < at("checkpoint"));
    assert!(at("restricted") < at("checkpoint") && at("something_not_right") < at("checkpoint"));
    assert!(at("checkpoint") < at("gate"));
    assert_eq!(pack.sign_kind("too_many_requests"), SignKind::Cool);
    let cooling = pack.site.signs.iter().filter(|sign| sign.kind == SignKind::Cool).count();
    assert_eq!(cooling, 1);
    assert_eq!(pack.sign_kind("other_account"), SignKind::Latch);
    let status = pack.site.signs[at("too_many_requests")].any.concat();
    assert_eq!(status, [Condition::Status(vec![429, 999])]);
}

#[test]
fn a_removal_is_told_in_words() {
    let pack = built_in();
    let said = pack.explain(removal(&pack));
    let marked: Vec<_> = said.lines().filter(|line| line.contains("IRREVERSIBLE")).collect();
    assert_eq!(marked.len(), 2, "{said}");
    assert!(marked[0].contains("clicks `remove_item`") && marked[1].contains("if `confirm_box` was seen"), "{said}");
    let sentences = pack.sentences(removal(&pack));
    assert_eq!(sentences.iter().filter(|sentence| sentence.irreversible).count(), 2);
    assert!(sentences[0].place.starts_with("flows/remove-from-list.toml:"), "{}", sentences[0].place);
}

#[test]
fn a_path_below_in_is_a_visit_however_it_is_written() {
    let site = built_in().site;
    for visit in ["/in/jane-doe/", "/in/jane", "/IN/jane/", "//in//jane", "/in/j?x=1", "/%69n/jane/", "/in"] {
        assert!(site.is_visit(visit), "{visit}");
    }
    for other in ["/", "/inbox/", "/mynetwork/invite-connect/connections/", "/feed/?u=/in/jane/", "/m/in/"] {
        assert!(!site.is_visit(other), "{other}");
    }
}

#[test]
fn a_question_about_a_profile_counts_absence_only_where_something_else_is_offered() {
    let pack = built_in();
    let answer = pack.flows["is-connected-profile"].answer.clone().unwrap();
    let no = answer.no.unwrap();
    let names =
        |names: &[exeunt::flow::span::Spanned<String>]| names.iter().map(|one| one.value.clone()).collect::<Vec<_>>();
    assert_eq!(
        (names(&no.see), names(&no.gone)),
        (vec!["profile".into(), "not_connected".into()], vec!["first_degree".to_owned()])
    );
    for deed in ["profile_remove", "profile_confirm_yes"] {
        for generation in ["sdui-2026", "ember-2020"] {
            assert!(pack.targets[deed].ways(generation).count() >= 2, "{deed} in {generation}");
        }
    }
}

#[test]
fn what_no_page_confirmed_is_named() {
    let pack = built_in();
    let never = pack.never_seen(removal(&pack));
    assert!(never.contains(&"remove-from-list") && never.contains(&"name_filter"), "{never:?}");
    assert!(never.contains(&"card"), "what one generation was never seen in is said: {never:?}");
    assert!(!never.contains(&"view_profile"), "{never:?}");
    let never = pack.never_seen(&pack.flows["remove-from-profile"]);
    assert!(never.contains(&"remove-from-profile") && !never.contains(&"profile"), "{never:?}");
}

#[test]
fn a_flow_without_end_is_refused_soon() {
    let mut sources = embedded::sources();
    let step = "[[step]]\nid = \"a\"\ngoto = \"/\"\n";
    sources.push(Source { name: "flows/long.toml".to_owned(), text: step.repeat(1_000_000) });
    let refused = Pack::load(sources).unwrap_err();
    assert!(matches!(refused.mistakes[0].kind, Kind::TooMuch { most: 262_144, .. }), "{:?}", refused.mistakes[0]);
    let mut sources = embedded::sources();
    sources.push(Source { name: "flows/long.toml".to_owned(), text: step.repeat(5_000) });
    let refused = Pack::load(sources).unwrap_err();
    let too_much = refused.mistakes.iter().any(|mistake| matches!(mistake.kind, Kind::TooMuch { most: 100, .. }));
    assert!(too_much && refused.mistakes.len() <= 201, "{}", refused.mistakes.len());
}

#[test]
fn deep_nesting_and_endless_mistakes_are_refused_soon() {
    for text in [
        "a = ".to_owned() + &"[".repeat(100_000),
        "a = ".to_owned() + &"{ a = ".repeat(30_000),
        "a.".repeat(60_000) + "a = 1",
        "x\n".repeat(100_000),
        "x = \n\n\n".repeat(40_000),
        "[a]\n".repeat(60_000),
        (0..3_000).map(|at| format!("[target.a{at}]\nseen = \"never\"\ninside = \"b{at}\"\nfind = [{{}}]\n")).collect(),
    ] {
        let mut sources = embedded::sources();
        sources.push(Source { name: "targets/more.toml".to_owned(), text });
        let refused = Pack::load(sources).unwrap_err();
        assert!(refused.mistakes.len() <= 201);
        for mistake in refused.mistakes.iter().take(3) {
            assert!(!picture(&refused.sources, mistake, Style::Plain).is_empty());
        }
    }
}

/// Loads some texts and shows all that is said of them; it must come to an end without a panic.
fn survives(sources: Vec<Source>) {
    let (mistakes, sources) = match Pack::load(sources) {
        Ok(loaded) => {
            let values = values();
            for flow in loaded.pack.flows.values() {
                assert_eq!(loaded.pack.digest_for(flow), loaded.pack.digest_for(flow));
                assert!(!loaded.pack.explain(flow).is_empty());
                for step in &flow.steps {
                    let wants = step.expect.as_ref().map_or(&[][..], |expect| &expect.first);
                    loaded.pack.look(&ask(wants, &values)).unwrap();
                }
            }
            (loaded.warnings, loaded.pack.sources)
        }
        Err(refused) => {
            assert!(refused.mistakes.iter().any(|mistake| mistake.severity() == Severity::Error));
            (refused.mistakes, refused.sources)
        }
    };
    for mistake in mistakes.iter().take(20) {
        assert!(!picture(&sources, mistake, Style::Plain).contains('\u{1b}'));
        assert!(!json_line(&sources, mistake).contains('\n'));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_survived(file in 0..35usize, text in "\\PC*|[\\[\\]{}=\"'.#a-z0-9\\n ]*") {
        let mut sources = embedded::sources();
        sources[file].text = text;
        survives(sources);
    }

    #[test]
    fn any_bytes_are_survived(file in 0..35usize, bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let mut sources = embedded::sources();
        sources[file].text = String::from_utf8_lossy(&bytes).into_owned();
        survives(sources);
    }

    #[test]
    fn a_damaged_pack_is_survived(
        file in 0..35usize,
        at in 0.0..1.0f64,
        length in 0..60usize,
        put in "|\\n|\"|\\[|\\]|\\{|\\}|=|\\{\\{|\\}\\}|\u{1b}|ö|\\\\|never|[a-z_]{1,8}",
    ) {
        let mut sources = embedded::sources();
        let text = &sources[file].text;
        let size = u32::try_from(text.len()).unwrap();
        let start = text.floor_char_boundary((f64::from(size) * at) as usize);
        let end = text.floor_char_boundary((start + length).min(text.len())).max(start);
        sources[file].text = format!("{}{put}{}", &text[..start], &text[end..]);
        survives(sources);
    }
}
