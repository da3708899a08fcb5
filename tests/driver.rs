//! Driver and browser as processes: what they leave behind, how they are lost, and what is told about it.

mod stored;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::support::engines::BOTH;
use crate::support::processes::{entries, members, until};
use exeunt::browser::DrivenPage;
use exeunt::browser::binary::Kind;
use exeunt::browser::open::{Open, OpenError, open};
use exeunt::browser::orphans::sweep;
use exeunt::browser::page::{Deadlines, Page, PageError, Rect, Reply, Status};
use exeunt::flow::query::{Look, Refusal};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use tempfile::TempDir;

use crate::support::proxy::{Fault, Proxy, Spot};
use crate::support::{drivers, files, look, pool, starts};

fn pages() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages")
}

fn pid(number: u32) -> Pid {
    Pid::from_raw(i32::try_from(number).unwrap()).unwrap()
}

/// A look for one element by css, armed where a token is given.
fn look(css: &str, within_ms: u64, token: Option<&str>) -> Look {
    look::look(look::by_css(css), within_ms, token)
}

/// A page in a browser of the pool that nothing was loaded into yet, of an origin that serves `tests/pages`, and the folder
/// of all that it writes.
async fn shared(kind: Kind) -> (TempDir, DrivenPage) {
    opened_with(kind, |options| options.webdriver = pool::plain_url()).await
}

/// The same with a driver and a browser of its own.
async fn opened(kind: Kind) -> (TempDir, DrivenPage) {
    opened_with(kind, |_| {}).await
}

/// The same with other options.
async fn opened_with(kind: Kind, change: impl FnOnce(&mut Open)) -> (TempDir, DrivenPage) {
    let place = tempfile::tempdir().unwrap();
    let origin = files::serve(pages()).await;
    let mut options = drivers::options(kind, &origin, place.path());
    change(&mut options);
    let page = open(options).await.unwrap_or_else(|error| panic!("{kind} is needed for this test: {error}"));
    (place, page)
}

/// Nothing of the group runs, and nothing of it lies on disk.
fn assert_gone(kind: Kind, group: u32, place: &Path) {
    until(&format!("the end of {kind}'s processes"), || members(group).is_empty());
    assert_eq!(entries(&place.join("drivers")), [""; 0], "{kind} left a record");
    let left: Vec<String> = entries(place).into_iter().filter(|name| name != "drivers").collect();
    assert_eq!(left, [""; 0], "{kind} left a folder");
}

#[tokio::test]
async fn a_closed_page_leaves_nothing() {
    for kind in BOTH {
        let (place, mut page) = opened(kind).await;
        let group = page.driver_pid().unwrap();
        assert!(members(group).len() > 2, "driver and browser share a group");
        assert_eq!(entries(&place.path().join("drivers")).len(), 1);
        page.goto("/colours.html").await.unwrap();
        assert_private(place.path());
        page.close().await;
        assert_gone(kind, group, place.path());
    }
}

/// Nothing below a folder is readable or writable for others.
fn assert_private(folder: &Path) {
    use std::os::unix::fs::MetadataExt as _;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        // What the browser deletes meanwhile is private enough.
        let Ok(data) = std::fs::symlink_metadata(&path) else { continue };
        if !data.is_symlink() {
            assert_eq!(data.mode() & 0o077, 0, "{} is open to others", path.display());
        }
        if data.is_dir() {
            assert_private_below(&path);
        }
    }
}

fn assert_private_below(folder: &Path) {
    // A folder that only its owner may enter protects all that is in it, so that one level is enough.
    use std::os::unix::fs::MetadataExt as _;
    assert_eq!(std::fs::metadata(folder).unwrap().mode() & 0o077, 0);
}

#[test]
fn a_panic_and_an_early_return_leave_nothing() {
    for kind in BOTH {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().to_owned();
        let (send, receive) = std::sync::mpsc::channel();
        let worker = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let page = drivers::real_page(kind, "http://127.0.0.1:9", &folder).await;
                send.send(page.driver_pid().unwrap()).unwrap();
                panic!("on purpose");
            });
        });
        let group = receive.recv().unwrap();
        assert!(worker.join().is_err());
        assert_gone(kind, group, place.path());
    }
}

#[tokio::test]
async fn a_killed_driver_is_a_lost_session_and_leaves_nothing() {
    for kind in BOTH {
        let (place, mut page) = opened(kind).await;
        let group = page.driver_pid().unwrap();
        page.goto("/colours.html").await.unwrap();
        kill_process(pid(group), Signal::KILL).unwrap();
        let error = page.look(&look("#red", 5000, None)).await.unwrap_err();
        assert!(matches!(error, PageError::Lost(_)), "{kind}: {error:?}");
        let error = page.goto("/colours.html").await.unwrap_err();
        assert!(matches!(error, PageError::Lost(_)), "{kind}: a lost session is never used again: {error:?}");
        page.close().await;
        assert_gone(kind, group, place.path());
    }
}

#[tokio::test]
async fn a_killed_browser_is_a_lost_session_and_leaves_nothing() {
    for kind in BOTH {
        let (place, mut page) = opened(kind).await;
        let group = page.driver_pid().unwrap();
        page.goto("/colours.html").await.unwrap();
        for member in members(group).into_iter().filter(|member| *member != group) {
            let _ = kill_process(pid(member), Signal::KILL);
        }
        let error = page.look(&look("#red", 5000, None)).await.unwrap_err();
        assert!(matches!(error, PageError::Lost(_)), "{kind}: {error:?}");
        drop(page);
        assert_gone(kind, group, place.path());
    }
}

#[tokio::test]
async fn a_missed_deadline_loses_the_session_and_ends_the_browser() {
    for kind in BOTH {
        let (place, mut page) = opened_with(kind, |options| options.deadlines.command = Duration::from_secs(4)).await;
        let group = page.driver_pid().unwrap();
        page.goto("/colours.html").await.unwrap();
        kill_process(pid(group), Signal::STOP).unwrap();
        let error = page.look(&look("#red", 100, None)).await.unwrap_err();
        assert!(matches!(&error, PageError::Lost(why) if why.contains("within 4 s")), "{kind}: {error:?}");
        drop(page);
        assert_gone(kind, group, place.path());
    }
}

#[tokio::test]
async fn a_click_that_leads_to_a_slow_page_loses_no_session() {
    for kind in BOTH {
        let (_place, mut page) = opened_with(kind, |options| options.deadlines.command = Duration::from_secs(6)).await;
        page.goto("/slow.html").await.unwrap();
        let armed = page.look(&look("#go", 20_000, Some("go"))).await.unwrap().armed.unwrap();
        page.click(&armed).await.unwrap_or_else(|error| panic!("{kind}: {error}"));
        let sight = page.look(&look("#red", 20_000, None)).await.unwrap_or_else(|error| panic!("{kind}: {error}"));
        assert_eq!(sight.status, Status::Met, "{kind}: {:?}", sight.refused);
        page.close().await;
    }
}

#[tokio::test]
async fn an_element_that_its_style_makes_inert_is_not_clicked() {
    // Only Chromium knows this style by now; in Firefox the button works.
    for kind in BOTH {
        let (_place, mut page) = opened(kind).await;
        page.goto("/slow.html").await.unwrap();
        let sight = page.look(&look("#inert", 1000, Some("go"))).await.unwrap();
        match sight.refused {
            Some(refused) => assert_eq!((kind, refused.kind), (Kind::Chrome, Refusal::Disabled), "{}", refused.why),
            None => assert_eq!((kind, sight.armed.is_some()), (Kind::Firefox, true)),
        }
        page.close().await;
    }
}

#[tokio::test]
async fn a_page_that_never_yields_is_not_waited_for_for_ever() {
    for kind in BOTH {
        let short = |options: &mut Open| {
            options.deadlines =
                Deadlines { load: Duration::from_secs(12), command: Duration::from_secs(4), ..options.deadlines };
        };
        let (_place, mut page) = opened_with(kind, short).await;
        page.goto("/busy.html").await.unwrap();
        let armed = page.look(&look("button", 20_000, Some("go"))).await.unwrap().armed.unwrap();
        // Whether the click is still answered is a matter of luck.
        let _ = page.click(&armed).await;
        let error = page.look(&look("#never", 2000, None)).await.unwrap_err();
        assert!(matches!(error, PageError::Lost(_)), "{kind}: {error:?}");
        page.close().await;
    }
}

#[tokio::test]
async fn a_look_on_which_the_driver_gives_up_loses_the_session() {
    for kind in BOTH {
        let proxy = Proxy::before(kind);
        let (_place, mut page) = opened_with(kind, |options| options.webdriver = Some(proxy.url.clone())).await;
        page.goto("/colours.html").await.unwrap();
        proxy.arm(Spot { after: &[], endpoint: "execute/sync", body: "" }, Fault::GivenUp);
        let error = page.look(&look("#red", 1000, None)).await.unwrap_err();
        assert!(matches!(&error, PageError::Lost(why) if why.contains("does not yield")), "{kind}: {error:?}");
        assert_eq!(proxy.reached(), [Fault::GivenUp], "{kind}");
        let error = page.goto("/colours.html").await.unwrap_err();
        assert!(matches!(error, PageError::Lost(_)), "{kind}: {error:?}");
        page.close().await;
    }
}

#[tokio::test]
async fn a_load_on_which_the_driver_gives_up_is_a_page_that_is_not_there() {
    for kind in BOTH {
        let proxy = Proxy::before(kind);
        let (_place, mut page) = opened_with(kind, |options| options.webdriver = Some(proxy.url.clone())).await;
        proxy.arm(Spot { after: &[], endpoint: "url", body: "" }, Fault::GivenUp);
        let error = page.goto("/colours.html").await.unwrap_err();
        assert!(matches!(&error, PageError::Unreachable(why) if why.contains("was not loaded")), "{kind}: {error:?}");
        page.goto("/colours.html").await.unwrap_or_else(|error| panic!("{kind}: {error}"));
        page.close().await;
    }
}

#[tokio::test]
async fn a_dropped_look_loses_the_session() {
    let (_place, mut page) = opened(Kind::Chrome).await;
    page.goto("/colours.html").await.unwrap();
    let dropped = tokio::time::timeout(Duration::from_millis(300), page.look(&look("#never", 5000, None))).await;
    assert!(dropped.is_err());
    let error = page.look(&look("#red", 100, None)).await.unwrap_err();
    assert!(matches!(error, PageError::Lost(_)), "{error:?}");
    page.close().await;
}

#[tokio::test]
async fn a_prompt_of_the_page_is_told_and_not_answered() {
    for kind in BOTH {
        let (_place, mut page) = shared(kind).await;
        page.goto("/prompt.html").await.unwrap();
        for _ in 0..2 {
            let error = page.look(&look("#never", 5000, None)).await.unwrap_err();
            assert_eq!(error, PageError::Prompt("Really remove Ann?".to_owned()), "{kind}");
        }
        page.close().await;
    }
}

/// Clicks what the selector finds; the error of whatever the click brought up.
async fn click(page: &mut impl Page, css: &str) -> Result<(), PageError> {
    let sight = page.look(&look(css, 20_000, Some(css))).await?;
    page.click(&sight.armed.unwrap()).await?;
    page.look(&look("body", 5000, None)).await.map(drop)
}

#[tokio::test]
async fn a_prompt_is_answered_only_where_its_text_is_the_one_that_is_meant() {
    for kind in BOTH {
        let (_place, mut page) = shared(kind).await;
        page.goto("/asks.html").await.unwrap();
        for (ask, text, with, heard) in [
            ("#alert", "You have been warned", Reply::Dismiss, "undefined"),
            ("#confirm", "Remove Ann?", Reply::Dismiss, "false"),
            ("#confirm", "Remove Ann?", Reply::Accept, "true"),
            ("#prompt", "Your name?", Reply::Dismiss, "null"),
        ] {
            let open = Err(PageError::Prompt(text.to_owned()));
            assert_eq!(click(&mut page, ask).await, open, "{kind}");
            assert_eq!(page.answer("Remove Bob?", Reply::Accept).await, open, "{kind}: another prompt is left open");
            assert_eq!(page.goto("/asks.html").await, open, "{kind}: it is still there");
            page.answer(text, with).await.unwrap();
            let sight = page.look(&look(&format!("#heard-{heard}"), 20_000, None)).await.unwrap();
            assert_eq!(sight.status, Status::Met, "{kind}: {ask} did not hear `{heard}`");
            page.shot(None).await.unwrap();
        }
        let none = page.answer("Remove Ann?", Reply::Accept).await.unwrap_err();
        assert!(matches!(none, PageError::Refused(_)), "{kind}: {none:?}");
        page.close().await;
    }
}

#[tokio::test]
async fn a_page_that_asks_before_it_is_left_is_left() {
    for kind in BOTH {
        let (_place, mut page) = shared(kind).await;
        page.goto("/leave.html").await.unwrap();
        // A page that nobody touched may not ask.
        click(&mut page, "#go").await.unwrap();
        page.goto("/colours.html").await.unwrap();
        let sight = page.look(&look("#red", 20_000, None)).await.unwrap();
        assert!(sight.page.address.ends_with("/colours.html"), "{kind}: {}", sight.page.address);
        page.close().await;
    }
}

#[tokio::test]
async fn only_paths_of_the_own_origin_are_loaded() {
    let (_place, mut page) = shared(Kind::Chrome).await;
    for path in ["http://127.0.0.1:9/", "//example.com/", "javascript:alert(1)", "file:///etc/passwd", "data:,x", "x"] {
        let error = page.goto(path).await.unwrap_err();
        assert!(matches!(error, PageError::Refused(_)), "{path}: {error:?}");
    }
    page.close().await;
}

#[tokio::test]
async fn an_address_where_nobody_answers_is_unreachable() {
    for kind in BOTH {
        let place = tempfile::tempdir().unwrap();
        // The port was free a moment ago, and nothing listens there now.
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        drop(listener);
        let mut page = drivers::page(kind, &origin, place.path()).await;
        let error = page.goto("/x").await.unwrap_err();
        assert!(matches!(error, PageError::Unreachable(_)), "{kind}: {error:?}");
        let error = page.look(&look("body", 300, None)).await.unwrap_err();
        assert!(matches!(error, PageError::Unreachable(_)), "{kind}: {error:?}");
        page.close().await;
    }
}

#[tokio::test]
async fn a_shot_shows_exactly_the_rectangle() {
    for kind in BOTH {
        let (_place, mut page) = shared(kind).await;
        page.goto("/colours.html").await.unwrap();
        // Arming scrolls the page, so that viewport and page differ.
        let sight = page.look(&look("#red", 20_000, Some("t"))).await.unwrap();
        let rect = sight.armed.unwrap().rect;
        assert!(rect.y < 1000.0, "{kind}: scrolled into view");
        let whole = page.shot(None).await.unwrap();
        assert_eq!(&whole.png[..8], b"\x89PNG\r\n\x1a\n");
        let both = Rect { width: rect.width * 2.0, ..rect };
        let part = image::load_from_memory(&page.shot(Some(both)).await.unwrap().png).unwrap().to_rgb8();
        assert_eq!((part.width(), part.height()), (200, 60), "{kind}");
        for (x, y, colour) in
            [(1, 1, [255, 0, 0]), (98, 58, [255, 0, 0]), (101, 1, [0, 255, 0]), (198, 58, [0, 255, 0])]
        {
            assert_eq!(part.get_pixel(x, y).0, colour, "{kind} at {x},{y}");
        }
        // Of what is out of view there is all that is in view.
        let outside = Rect { x: 0.0, y: -500.0, width: 10.0, height: 10.0 };
        let size = |png: &[u8]| image::load_from_memory(png).map(|image| (image.width(), image.height())).unwrap();
        assert_eq!(size(&page.shot(Some(outside)).await.unwrap().png), size(&whole.png), "{kind}");
        page.close().await;
    }
}

#[tokio::test]
async fn an_own_profile_is_kept_used_by_one_browser_at_a_time_and_held_by_no_lock_of_a_renamed_computer() {
    for (kind, link, names, last) in [
        (Kind::Chrome, "SingletonLock", "old-name-999999999", ("Last Version", "999.0")),
        (
            Kind::Firefox,
            "lock",
            "192.0.2.7:999999999",
            ("compatibility.ini", "[Compatibility]\nLastVersion=999.0_1/1\n"),
        ),
    ] {
        let place = tempfile::tempdir().unwrap();
        let profile = place.path().join("profile");
        std::fs::create_dir(&profile).unwrap();
        std::os::unix::fs::symlink(names, profile.join(link)).unwrap();
        let origin = files::serve(pages()).await;
        let options = Open { profile: Some(profile.clone()), ..drivers::options(kind, &origin, place.path()) };
        let page = open(options.clone()).await.unwrap();
        assert_ne!(std::fs::read_link(profile.join(link)).unwrap(), Path::new(names), "{kind}'s own lock is there");
        let error = open(options.clone()).await.err().unwrap();
        assert!(matches!(error, OpenError::ProfileInUse { .. }), "{kind}: {error}");
        page.close().await;
        assert!(!entries(&profile).is_empty(), "{kind}: the profile stays");
        let page = open(options.clone()).await.unwrap();
        assert!(page.about().contains(if kind == Kind::Chrome { "ChromeDriver" } else { "geckodriver" }));
        page.close().await;
        std::fs::write(profile.join(last.0), last.1).unwrap();
        let error = open(options).await.err().unwrap();
        assert!(matches!(error, OpenError::ProfileNewer { .. }), "{kind}: {error}");
    }
}

/// A driver that nobody but the test started, and its port.
fn listening_driver(kind: Kind, temp: &Path) -> (Child, u16) {
    let program = drivers::search().into_iter().map(|folder| folder.join(kind.driver())).find(|path| path.exists());
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let mut command = Command::new(program.unwrap());
    command.arg(format!("--port={port}")).env("TMPDIR", temp).stdout(Stdio::null()).stderr(Stdio::null());
    if kind == Kind::Firefox {
        command.arg("--websocket-port=0");
    }
    let driver = command.spawn().unwrap();
    starts::note(kind);
    until("the driver's port", || std::net::TcpStream::connect(("127.0.0.1", port)).is_ok());
    (driver, port)
}

#[tokio::test]
async fn a_driver_that_was_there_before_is_left_running() {
    for kind in BOTH {
        let temp = tempfile::tempdir().unwrap();
        let (mut driver, port) = listening_driver(kind, temp.path());
        let webdriver = Some(format!("http://127.0.0.1:{port}"));
        let (_place, mut page) = opened_with(kind, |options| options.webdriver = webdriver).await;
        assert_eq!(page.driver_pid(), None);
        assert!(page.about().ends_with("attached"), "{}", page.about());
        page.goto("/colours.html").await.unwrap();
        assert_eq!(page.look(&look("#red", 20_000, None)).await.unwrap().status, Status::Met);
        page.close().await;
        assert_eq!(driver.try_wait().unwrap(), None, "{kind}'s driver still runs");
        driver.kill().unwrap();
        driver.wait().unwrap();
    }
}

/// Sends one request to a driver and answers the body.
fn ask_driver(port: u16, request: &str) -> String {
    use std::io::{Read as _, Write as _};
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    write!(stream, "{request} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
        .unwrap();
    let mut bytes = Vec::new();
    let mut piece = [0; 4_096];
    // chromedriver keeps the connection open: its answers are small and come at once.
    while !String::from_utf8_lossy(&bytes).contains("\"value\"") {
        let read = stream.read(&mut piece).unwrap();
        assert!(read > 0, "no answer to {request}");
        bytes.extend_from_slice(&piece[..read]);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[tokio::test]
async fn the_last_window_closed_is_a_lost_session() {
    let temp = tempfile::tempdir().unwrap();
    let (mut driver, port) = listening_driver(Kind::Chrome, temp.path());
    let webdriver = Some(format!("http://127.0.0.1:{port}"));
    let (_place, mut page) = opened_with(Kind::Chrome, |options| options.webdriver = webdriver).await;
    page.goto("/colours.html").await.unwrap();
    let sessions = ask_driver(port, "GET /sessions");
    let id = sessions
        .split("\"id\":\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .unwrap_or_else(|| panic!("{sessions}"));
    ask_driver(port, &format!("DELETE /session/{id}/window"));
    let error = page.look(&look("#red", 20_000, None)).await.unwrap_err();
    assert!(matches!(error, PageError::Lost(_)), "{error:?}");
    page.close().await;
    driver.kill().unwrap();
    driver.wait().unwrap();
}

#[tokio::test]
async fn our_own_roles_and_names_are_those_of_both_browsers() {
    let origin = files::serve(pages()).await;
    let mut theirs: Vec<BTreeMap<String, (String, String)>> = Vec::new();
    let mut ours: Vec<BTreeMap<String, (String, String)>> = Vec::new();
    for kind in BOTH {
        let place = tempfile::tempdir().unwrap();
        let mut page = drivers::page(kind, &origin, place.path()).await;
        page.goto("/names.html").await.unwrap();
        let (mut own, mut computed) = (BTreeMap::new(), BTreeMap::new());
        for number in 1..=35 {
            let id = format!("c{number}");
            let sight = page.look(&look(&format!("#{id}"), 20_000, Some(&id))).await.unwrap();
            let armed = sight.armed.unwrap_or_else(|| panic!("{kind}: {id} cannot be armed: {:?}", sight.refused));
            own.insert(id.clone(), (sight.found["it"].role.clone(), sight.found["it"].name.clone()));
            let (role, name) = page.computed(&armed).await.unwrap();
            let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
            computed.insert(id, (role, name));
        }
        page.close().await;
        ours.push(own);
        theirs.push(computed);
    }
    assert_eq!(ours[0], ours[1], "the agent itself must not differ between browsers");
    let mut agreed = 0;
    let mut wrong = Vec::new();
    for (id, own) in &ours[0] {
        let (chrome, firefox) = (&theirs[0][id], &theirs[1][id]);
        // Both call an image by one of two names.
        let role = |role: &str| role.replace("image", "img");
        if role(&chrome.0) == role(&firefox.0) {
            agreed += 1;
            if own.0 != role(&chrome.0) {
                wrong.push(format!("role of {id}: ours `{}`, theirs `{}`", own.0, chrome.0));
            }
        }
        if chrome.1 == firefox.1 {
            agreed += 1;
            if own.1 != chrome.1 {
                wrong.push(format!("name of {id}: ours `{}`, theirs `{}`", own.1, chrome.1));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(agreed > 60, "the browsers agree on too little for this test to mean anything: {agreed}");
}

/// Not a test of its own: the process that the next test kills. It opens a page, says which, and waits.
#[tokio::test]
async fn helper_that_opens_and_waits() {
    let Ok(folder) = std::env::var("EXEUNT_TEST_HELPER") else { return };
    let (kind, folder) = folder.split_once(':').unwrap();
    let kind = if kind == "chrome" { Kind::Chrome } else { Kind::Firefox };
    let page = drivers::real_page(kind, "http://127.0.0.1:9", Path::new(folder)).await;
    std::fs::write(Path::new(folder).join("group"), page.driver_pid().unwrap().to_string()).unwrap();
    std::future::pending::<()>().await;
}

#[test]
fn a_sweep_ends_what_a_killed_program_left_and_nothing_else() {
    for kind in BOTH {
        let place = tempfile::tempdir().unwrap();
        let note = place.path().join("group");
        let mut helper = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "driver::helper_that_opens_and_waits", "--nocapture"])
            .env("EXEUNT_TEST_HELPER", format!("{kind}:{}", place.path().display()))
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        until("the helper's page", || std::fs::read_to_string(&note).is_ok_and(|text| !text.is_empty()));
        let group: u32 = std::fs::read_to_string(&note).unwrap().parse().unwrap();
        let records = place.path().join("drivers");
        let swept = sweep(&records).unwrap();
        assert_eq!((swept.groups, swept.folders), (0, 0), "{kind}: what is in use is left alone");
        helper.kill().unwrap();
        helper.wait().unwrap();
        assert!(!members(group).is_empty(), "{kind}: the driver outlives its program");
        // The driver alone dies too: now only the browser, if anything, is left of the group.
        kill_process(pid(group), Signal::KILL).unwrap();
        let swept = sweep(&records).unwrap();
        assert_eq!(swept.folders, 1, "{kind}");
        std::fs::remove_file(&note).unwrap();
        assert_gone(kind, group, place.path());
        assert_eq!(sweep(&records).unwrap().folders, 0);
    }
}

#[test]
fn a_record_cannot_make_a_sweep_delete_or_end_what_is_not_ours() {
    let place = tempfile::tempdir().unwrap();
    let records = place.path().join("drivers");
    let precious = place.path().join("precious");
    std::fs::create_dir_all(&records).unwrap();
    std::fs::create_dir_all(&precious).unwrap();
    let mut bystander = {
        use std::os::unix::process::CommandExt as _;
        Command::new("sleep").arg("600").process_group(0).spawn().unwrap()
    };
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    let note = serde_json::json!({
        "v": 1,
        "boot": boot.trim(),
        "owner": {"pid": 999_999_999, "started": "1"},
        "driver": {"pid": bystander.id(), "started": "1"},
        "temp": precious,
    });
    std::fs::write(records.join("a.json"), note.to_string()).unwrap();
    std::fs::write(records.join("b.json"), "not a note").unwrap();
    let swept = sweep(&records).unwrap();
    assert_eq!((swept.groups, swept.folders), (0, 0));
    assert!(precious.exists());
    assert_eq!(bystander.try_wait().unwrap(), None, "another process with the number of a driver lives on");
    kill_process_group(pid(bystander.id()), Signal::KILL).unwrap();
    bystander.wait().unwrap();
    assert_eq!(entries(&records), ["b.json"], "what cannot be read is left for a person");
}
