//! The proof of a run after the run: sealed, added to, purged, handed out, and checked by somebody else.

use std::path::PathBuf;
use std::process::Command;

use exeunt::event::exit::Ending;
use exeunt::event::fact::Fact;
use exeunt::event::id::{Realm, RunId, Slug};
use exeunt::event::shot::ShotRole;
use exeunt::event::state::EffectState::{Acted, Intent, NeedsHuman, Precheck, Verifying};
use exeunt::evidence::bundle::Bundle;
use exeunt::evidence::envelope::SealKey;
use exeunt::evidence::run_folder::folder_of;

use super::stage::{Said, Stage, account, now};

/// A stage with a run that ended, with one picture of one person, sealed by a key that was there before.
struct Finished {
    stage: Stage,
    run: RunId,
    slug: Slug,
    folder: PathBuf,
}

impl Finished {
    fn new() -> Self {
        let (stage, plan) = Stage::with_plan();
        std::fs::write(stage.data().join("seal-key"), [5; 32]).unwrap();
        mode(&stage.data().join("seal-key"), 0o600);
        let slug = stage.ledger().plan_people(&plan.id).unwrap()[0].slug.clone();
        let (mut owner, run) = stage.begun(&plan);
        let root = stage.data().join("evidence");
        let bundle = Bundle::create(&root, &account(), Realm::Practice, &run).unwrap();
        let bundle = bundle.sealed_with(SealKey::from_bytes(&[5; 32]));
        let shot = bundle.keep_shot(Some(&slug), ShotRole::Before, &png()).unwrap();
        let outcome = exeunt::event::fact::Rehearsal::Ready;
        let seen =
            Fact::Rehearsed { run: run.clone(), slug: slug.clone(), outcome, why: "a test".into(), shots: vec![shot] };
        owner.append(&now(), &seen).unwrap();
        let ended = Fact::RunEnded { run: run.clone(), result: Ending::Done, why: String::new() };
        owner.append(&now(), &ended).unwrap();
        let links = owner.ledger().links_of_run(&run).unwrap();
        let finished = bundle.finish(&links, &serde_json::json!({ "run": run }), None).unwrap();
        let (sha256, seal) = (finished.sha256, finished.seal);
        owner.append(&now(), &Fact::ManifestWritten { run: run.clone(), sha256, seal }).unwrap();
        let folder = folder_of(&root, &account(), Realm::Practice, &run);
        Self { stage, run, slug, folder }
    }

    fn verified(&self, code: i32, verdict: &str) -> Said {
        let said = self.stage.run(&["evidence", "verify", "last"]);
        assert_eq!(said.code, code, "{}{}", said.out, said.err);
        assert!(said.out.starts_with(&format!("{verdict}  run {}", self.run)), "{}", said.out);
        said
    }

    fn picture(&self) -> PathBuf {
        let items = self.folder.join("items");
        let person = std::fs::read_dir(items).unwrap().next().unwrap().unwrap().path();
        person.join("before.png")
    }
}

fn png() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(4, 4).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

fn mode(path: &std::path::Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// What the second implementation of the check says.
fn second_opinion(folder: &std::path::Path) -> Option<i32> {
    let script = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/verify-bundle");
    Command::new("sh").arg(script).arg(folder).output().unwrap().status.code()
}

#[test]
fn a_file_is_added_and_everything_is_sealed_again() {
    let finished = Finished::new();
    let said = finished.verified(0, "VALID-NO-TIME");
    assert!(said.err.contains("the seal's key is "), "{}", said.err);
    finished.stage.file("Mail \u{1b}[2J.eml", b"Subject: it is done");
    let said = finished.stage.ok(&["evidence", "attach", "last", "Mail \u{1b}[2J.eml", "--json"]);
    said.assert_harmless();
    let path = said.last()["path"].as_str().unwrap().to_owned();
    assert_eq!(std::fs::read(finished.folder.join(&path)).unwrap(), b"Subject: it is done");
    finished.verified(0, "VALID-NO-TIME");
    assert_eq!(second_opinion(&finished.folder), Some(0));
    let said = finished.stage.ok(&["evidence", "show", "last"]);
    assert!(said.out.contains("1 added file") && said.out.contains("by key"), "{}", said.out);
    said.assert_harmless();
    std::fs::write(finished.folder.join(&path), b"Subject: it is dome").unwrap();
    finished.verified(7, "TAMPERED");
    assert_eq!(second_opinion(&finished.folder), Some(7));
}

#[test]
fn a_seal_that_is_gone_or_made_anew_is_noticed() {
    let finished = Finished::new();
    let seal = finished.folder.join("seal.json");
    let kept = std::fs::read(&seal).unwrap();
    std::fs::remove_file(&seal).unwrap();
    assert!(finished.verified(4, "INCOMPLETE").err.contains("seal.json"));
    std::fs::write(&seal, String::from_utf8(kept.clone()).unwrap().replace("\"sig\": \"", "\"sig\": \"A")).unwrap();
    assert!(finished.verified(7, "TAMPERED").err.contains("seal.json"));
    std::fs::write(&seal, kept).unwrap();
    finished.verified(0, "VALID-NO-TIME");
}

#[test]
fn what_cannot_be_added_is_refused_before_anything_is_written() {
    let finished = Finished::new();
    let stage = &finished.stage;
    stage.file("empty-file", b"");
    for (file, part) in [("empty-file", "it is empty"), ("empty", "no ordinary file"), ("nowhere", "nowhere")] {
        stage.refused(&["evidence", "attach", "last", file], 3, part);
    }
    stage.refused(&["evidence", "attach", "R99", "rows.csv"], 2, "there is no run");
    stage.file("mail", b"x");
    mode(&stage.data().join("seal-key"), 0o644);
    stage.refused(&["evidence", "attach", "last", "mail"], 7, "seal-key");
    mode(&stage.data().join("seal-key"), 0o600);
    let owner = stage.own();
    stage.refused(&["evidence", "attach", "last", "mail"], 10, "works on account");
    drop(owner);
    finished.verified(0, "VALID-NO-TIME");
}

#[test]
fn a_purge_deletes_what_was_seen_and_keeps_what_proves_it() {
    let finished = Finished::new();
    let stage = &finished.stage;
    let picture = finished.picture();
    stage.ok(&["evidence", "report", "last"]);
    stage.refused(&["evidence", "purge"], 2, "it is not said what to purge");
    stage.refused(&["evidence", "purge", "last"], 2, "--yes");
    let young = stage.ok(&["evidence", "purge", "--older-than", "1", "--yes"]);
    assert!(young.err.contains("nothing to delete"), "{}", young.err);
    assert!(picture.is_file());
    let said = stage.ok(&["evidence", "purge", "last", "--yes", "--json"]);
    assert_eq!(said.last()["files"], 1);
    assert!(!picture.exists());
    assert_eq!(std::fs::read_dir(finished.folder.join("report")).unwrap().count(), 0);
    let said = finished.verified(0, "VALID-NO-TIME");
    assert!(said.err.contains("purged on "), "{}", said.err);
    assert_eq!(second_opinion(&finished.folder), Some(0));
    std::fs::write(&picture, b"x").unwrap();
    finished.verified(7, "TAMPERED");
    stage.refused(&["evidence", "purge", "last", "--yes"], 7, "would hide that");
}

#[test]
fn age_purges_only_what_is_old_and_the_setting_says_how_old() {
    let finished = Finished::new();
    let stage = &finished.stage;
    stage.file("settings.toml", b"[evidence]\nkeep_days = 30\n");
    let purge = ["evidence", "purge", "--yes", "--config", "settings.toml"];
    assert!(stage.ok(&purge).err.contains("older than 30 days"));
    let said = stage.ok(&["evidence", "purge", "--yes", "--older-than", "0"]);
    assert!(said.err.contains("1 file of 1 run deleted"), "{}", said.err);
    assert!(stage.ok(&["evidence", "purge", "--yes", "--older-than", "0"]).err.contains("nothing to delete"));
}

#[test]
fn nothing_is_purged_while_somebody_is_in_doubt() {
    let (stage, plan) = Stage::with_plan();
    stage.doubt(&plan, &[Precheck, Intent, Acted, Verifying, NeedsHuman]);
    stage.refused(&["evidence", "purge", "last", "--yes"], 8, "in doubt");
    stage.refused(&["evidence", "purge", "--older-than", "1", "--yes"], 8, "in doubt");
}

/// A time stamp authority on loopback: `openssl ts` behind one TCP port, for one request.
struct Authority {
    folder: tempfile::TempDir,
    address: String,
    thread: std::thread::JoinHandle<()>,
}

impl Authority {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = "[req]\ndistinguished_name=dn\nx509_extensions=ext\nprompt=no\n[dn]\nCN=Clock\n[ext]\n\
            basicConstraints=critical,CA:TRUE\nextendedKeyUsage=critical,timeStamping\n\
            [tsa]\ndefault_tsa=one\n[one]\nserial=serial\nsigner_digest=sha256\ndefault_policy=1.2.3.4\n\
            digests=sha256\ness_cert_id_alg=sha256\n";
        std::fs::write(folder.path().join("config"), config).unwrap();
        std::fs::write(folder.path().join("serial"), "01\n").unwrap();
        let new = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -config config -keyout key -out ca.pem";
        openssl(folder.path(), new);
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/tsr", listener.local_addr().unwrap());
        let place = folder.path().to_owned();
        let thread = std::thread::spawn(move || answer(&listener, &place));
        Self { folder, address, thread }
    }
}

fn openssl(folder: &std::path::Path, arguments: &str) {
    let said = Command::new("openssl").args(arguments.split(' ')).current_dir(folder).output().unwrap();
    assert!(said.status.success(), "{arguments}: {}", String::from_utf8_lossy(&said.stderr));
}

fn answer(listener: &std::net::TcpListener, folder: &std::path::Path) {
    use std::io::{BufRead as _, Read as _, Write as _};
    let (mut stream, _) = listener.accept().unwrap();
    let mut reader = std::io::BufReader::new(stream.try_clone().unwrap());
    let mut length = 0;
    for line in reader.by_ref().lines().map(Result::unwrap).take_while(|line| !line.is_empty()) {
        if let Some(value) = line.strip_prefix("Content-Length: ") {
            length = value.parse().unwrap();
        }
    }
    let mut request = vec![0; length];
    reader.read_exact(&mut request).unwrap();
    std::fs::write(folder.join("request"), request).unwrap();
    openssl(folder, "ts -reply -config config -queryfile request -signer ca.pem -inkey key -out answer");
    let reply = std::fs::read(folder.join("answer")).unwrap();
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/timestamp-reply\r\n\r\n";
    stream.write_all(&[head.as_bytes(), &reply].concat()).unwrap();
}

#[test]
fn a_time_stamp_of_somebody_else_makes_it_valid() {
    let finished = Finished::new();
    let authority = Authority::new();
    // Nobody listens at the first address: the next one is asked.
    let settings = format!("[evidence]\ntime_stamp = [\"http://127.0.0.1:9/\", \"{}\"]\n", authority.address);
    finished.stage.file("settings.toml", settings.as_bytes());
    finished.stage.file("mail.eml", b"Subject: it is done");
    let attach = ["evidence", "attach", "last", "mail.eml", "--config", "settings.toml"];
    let said = finished.stage.ok(&attach);
    assert!(
        said.err.contains("no time stamp from http://127.0.0.1:9/") && said.err.contains("saw the seal on"),
        "{}",
        said.err
    );
    authority.thread.join().unwrap();
    let said = finished.verified(0, "VALID");
    assert!(said.err.contains("openssl ts"), "{}", said.err);
    assert_eq!(second_opinion(&finished.folder), Some(0));
    let checked = Command::new("openssl")
        .args(["ts", "-verify", "-data", "seal.json", "-in", "seal.tsr", "-CAfile"])
        .arg(authority.folder.path().join("ca.pem"))
        .current_dir(&finished.folder)
        .output()
        .unwrap();
    assert!(checked.status.success());
    // Without an answer the proof is as good as before.
    let said = finished.stage.ok(&attach);
    assert!(said.err.contains("VALID-NO-TIME"), "{}", said.err);
    finished.verified(0, "VALID-NO-TIME");
}

/// An authority whose certificate was good in 2020, and a token of it over some bytes, of that time.
fn token_of_2020(folder: &std::path::Path, sealed: &[u8], at: &str) -> Vec<u8> {
    let config = "[req]\ndistinguished_name=dn\nprompt=no\n[dn]\nCN=Clock\n[ext]\nbasicConstraints=critical,CA:TRUE\n\
        extendedKeyUsage=critical,timeStamping\nsubjectKeyIdentifier=hash\n[ca]\ndefault_ca=one\n[one]\ndatabase=index\n\
        serial=serial\nnew_certs_dir=.\ndefault_md=sha256\npolicy=any\nunique_subject=no\n[any]\ncommonName=supplied\n";
    // `openssl ts` stamps the time of now only, so the token is put together from its parts.
    let info = format!(
        "asn1=SEQUENCE:info\n[info]\nversion=INTEGER:1\npolicy=OID:1.2.3.4\nimprint=SEQUENCE:imprint\nserial=INTEGER:7\n\
         time=GENERALIZEDTIME:{at}\n[imprint]\nalgorithm=SEQUENCE:sha\nhash=FORMAT:HEX,OCTETSTRING:{}\n[sha]\n\
         id=OID:2.16.840.1.101.3.4.2.1\nnone=NULL\n",
        exeunt::event::id::Digest::of(sealed)
    );
    for (name, text) in [("config", config), ("index", ""), ("serial", "01\n"), ("info", &info)] {
        std::fs::write(folder.join(name), text).unwrap();
    }
    for arguments in [
        "req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -config config -keyout key -out csr",
        "ca -batch -selfsign -config config -keyfile key -in csr -extensions ext -startdate 20200101000000Z \
         -enddate 20201231000000Z -notext -out ca.pem",
        "asn1parse -genconf info -noout -out info.der",
        "cms -sign -binary -nodetach -cades -econtent_type 1.2.840.113549.1.9.16.1.4 -signer ca.pem -inkey key \
         -md sha256 -in info.der -outform DER -out token.der",
    ] {
        openssl(folder, arguments);
    }
    let token = std::fs::read(folder.join("token.der")).unwrap();
    // The answer of an authority: granted, and the token.
    let answer = [&[0x30, 3, 2, 1, 0], &token[..]].concat();
    let length = u16::try_from(answer.len()).unwrap().to_be_bytes();
    [&[0x30, 0x82], &length[..], &answer].concat()
}

#[test]
fn a_time_token_is_good_at_its_own_time_after_its_authority_has_expired() {
    let finished = Finished::new();
    let guide = std::fs::read_to_string(finished.folder.join("VERIFY.md")).unwrap();
    let step = guide.split("## 7.").nth(1).unwrap();
    let block = step.split_once("```sh\n").unwrap().1.split_once("```").unwrap().0;
    let sealed = std::fs::read(finished.folder.join("seal.json")).unwrap();
    let authority = tempfile::tempdir().unwrap();
    let ca = authority.path().join("ca.pem");
    let checked = |block: &str| {
        let output =
            Command::new("sh").args(["-c", block]).env("TSA_CA", &ca).current_dir(&finished.folder).output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8(said).unwrap())
    };
    for (at, is_good) in [("20200601120000Z", true), ("20210601120000Z", false)] {
        std::fs::write(finished.folder.join("seal.tsr"), token_of_2020(authority.path(), &sealed, at)).unwrap();
        let (is_ok, said) = checked(block);
        assert_eq!((is_ok, said.contains("ok 7: the time token is good")), (is_good, is_good), "{at}: {said}");
        assert!(is_good || said.contains("certificate has expired"), "the reason is shown: {said}");
    }
    // Without its own time no token of then could be checked today.
    std::fs::write(finished.folder.join("seal.tsr"), token_of_2020(authority.path(), &sealed, "20200601120000Z"))
        .unwrap();
    let (is_ok, said) = checked(&block.replace("-attime \"$seconds\"", ""));
    assert!(!is_ok && said.contains("certificate has expired"), "{said}");
}

#[test]
fn somebody_else_checks_the_file_that_was_handed_out() {
    let finished = Finished::new();
    let stage = &finished.stage;
    let said = stage.ok(&["evidence", "export", "last", "--out", "bundle.zip", "--json"]);
    assert_eq!(said.last()["names"], "initials");
    let zip = std::fs::read(stage.path("bundle.zip")).unwrap();
    let text = String::from_utf8_lossy(&zip).into_owned();
    for name in [finished.slug.as_str().to_owned(), finished.slug.encoded()] {
        assert!(!text.contains(&name), "{name}");
    }
    assert!(text.contains("\"kind\":\"rehearsed\""), "that somebody was rehearsed is said");
    stage.refused(&["evidence", "export", "last", "--out", "bundle.zip"], 3, "not there yet");
    stage.ok(&["evidence", "export", "last", "--out", "full.zip", "--names", "full"]);
    stage.refused(&["evidence", "export", "last", "--out", "x.zip", "--names", "some"], 2, "some");

    let other = Stage::new();
    for name in ["bundle.zip", "full.zip"] {
        let zip = std::fs::read(stage.path(name)).unwrap();
        other.file(name, &zip);
        let said = other.ok(&["evidence", "verify", name, "--json"]);
        assert_eq!(
            (said.last()["verdict"].as_str(), said.last()["run"].as_str()),
            (Some("VALID-NO-TIME"), Some(finished.run.as_str()))
        );
        let mut changed = zip.clone();
        let at = changed.len() / 2;
        changed[at] ^= 1;
        other.file("changed.zip", &changed);
        let said = other.run(&["evidence", "verify", "changed.zip"]);
        assert_eq!(said.code, 7, "{}{}", said.out, said.err);
        said.assert_harmless();
    }
    assert!(!other.data().exists(), "checking a file makes no data directory");
    other.refused(&["evidence", "verify", "none.zip"], 3, "none.zip");
    other.file("no.zip", b"no zip");
    other.refused(&["evidence", "verify", "no.zip"], 7, "the zip: it is no zip");
}

#[test]
fn what_was_changed_is_not_handed_out() {
    let finished = Finished::new();
    std::fs::write(finished.picture(), png().repeat(2)).unwrap();
    finished.stage.refused(&["evidence", "export", "last", "--out", "bundle.zip"], 7, "not handed out");
    assert!(!finished.stage.path("bundle.zip").exists());
}
