//! Pages that are not where a secret may go, and pages that become so at the worst moment.

use std::process::{Command, Stdio};

use exeunt::browser::page::{Armed, Credential, Page as _, PageError, Status};
use secrecy::SecretString;
use serde_json::json;

use super::bed::{self, BOTH, PASSWORD, Pages};
use super::gateway::Gateway;
use crate::support::drivers;

const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A form that tells how much its field holds.
const STRANGER: Pages = &[(
    "/password",
    "<h1>Stranger</h1><input id=p type=password><p id=n></p><script>
        const say = () => { n.textContent = 'holds ' + p.value.length };
        document.addEventListener('input', say); say();</script>",
)];

const OWN: Pages = &[
    (
        "/password",
        "<h1>Own</h1><input id=p type=password><p id=n></p><script>
        const say = () => { n.textContent = 'holds ' + p.value.length };
        document.addEventListener('input', say); say();</script>",
    ),
    ("/frame", "<h1>Own</h1><iframe id=f src=/password width=400 height=200></iframe>"),
    // Leaves at once for the address in its own address.
    ("/away", "<script>location.replace(decodeURIComponent(location.search.slice(1)))</script>"),
];

fn secret() -> SecretString {
    SecretString::from(PASSWORD)
}

#[tokio::test]
async fn nothing_is_typed_on_another_origin() {
    for kind in BOTH {
        let place = tempfile::tempdir().unwrap();
        let (own, stranger) = (bed::serve(OWN).await, bed::serve(STRANGER).await);
        let (port, other) = (own.rsplit(':').next().unwrap(), stranger.rsplit(':').next().unwrap());
        let mut page = drivers::page(kind, &own, place.path()).await;
        for address in [
            stranger.clone(),
            format!("http://127.0.0.1:{port}@127.0.0.1:{other}"),
            format!("http://localhost:{port}"),
            format!("http://localhost.:{port}"),
        ] {
            let path = format!("/away?{}", exeunt::event::id::percent_encode(&format!("{address}/password")));
            if page.goto(&path).await.is_err() {
                // A browser that knows no such name shows no page there at all.
                assert!(address.contains("localhost."), "{kind} {address}");
                continue;
            }
            let Ok(sight) = page.look(&bed::look("#p")).await else {
                assert!(address.contains("localhost."), "{kind} {address}");
                continue;
            };
            assert_eq!(sight.status, Status::Met, "{kind} {address}: {:?}", sight.refused);
            let armed = sight.armed.unwrap();
            let refused = page.type_secret(&armed, Credential::Password, &secret()).await.unwrap_err();
            assert!(matches!(&refused, PageError::Barred(_)), "{kind} {address}: {refused}");
            bed::shows(&mut page, "#n", "holds 0").await;
        }
        page.goto("/password").await.unwrap();
        bed::type_password(&mut page, "#p").await.unwrap();
        page.close().await;
    }
}

#[tokio::test]
async fn nothing_is_typed_into_a_frame() {
    for kind in BOTH {
        let place = tempfile::tempdir().unwrap();
        let origin = bed::serve(OWN).await;
        let gateway = Gateway::start(kind, place.path(), json!({})).await;
        let mut page = gateway.page(kind, &origin, place.path()).await;
        page.goto("/frame").await.unwrap();
        bed::shows(&mut page, "h1", "Own").await;
        let frame = gateway.send("element", &json!({"using": "css selector", "value": "iframe"})).await;
        gateway.send("frame", &json!({"id": frame})).await;
        let field = gateway.send("element", &json!({"using": "css selector", "value": "#p"})).await;
        let armed = Armed {
            element: field[ELEMENT].as_str().unwrap().to_owned(),
            token: "t1".to_owned(),
            rect: exeunt::browser::page::Rect::default(),
            name: String::new(),
        };
        let refused = page.type_secret(&armed, Credential::Password, &secret()).await.unwrap_err();
        assert!(matches!(&refused, PageError::Barred(why) if why.contains("frame")), "{kind}: {refused}");
        // The same element asked for from outside is none of the page's.
        gateway.send("frame", &json!({"id": null})).await;
        let refused = page.type_secret(&armed, Credential::Password, &secret()).await.unwrap_err();
        assert!(matches!(refused, PageError::Barred(_) | PageError::Stale), "{kind}: {refused}");
        assert!(gateway.commands().iter().all(|(path, _)| !path.ends_with("/value")), "{kind}");
        page.close().await;
    }
}

#[tokio::test]
async fn a_page_that_leaves_between_the_question_and_the_keystrokes_gets_none() {
    for kind in BOTH {
        let place = tempfile::tempdir().unwrap();
        let (own, stranger) = (bed::serve(OWN).await, bed::serve(STRANGER).await);
        let gateway = Gateway::start(kind, place.path(), json!({})).await;
        let mut page = gateway.page(kind, &own, place.path()).await;
        for target in [&stranger, &own] {
            page.goto("/password").await.unwrap();
            let armed = bed::armed(&mut page, "#p").await;
            gateway.before("/value", vec![("url", json!({"url": format!("{target}/password")}))]);
            let refused = page.type_secret(&armed, Credential::Password, &secret()).await.unwrap_err();
            assert_eq!(refused, PageError::Stale, "{kind}");
            bed::shows(&mut page, "#n", "holds 0").await;
        }
        let sent = gateway.commands().into_iter().filter(|(path, _)| path.ends_with("/value")).count();
        assert_eq!(sent, 2, "the keystrokes were under way each time");
        page.close().await;
    }
}

#[tokio::test]
async fn a_field_that_stops_hiding_at_the_last_moment_is_not_photographed() {
    for kind in BOTH {
        let place = tempfile::tempdir().unwrap();
        let own = bed::serve(OWN).await;
        let gateway = Gateway::start(kind, place.path(), json!({})).await;
        let mut page = gateway.page(kind, &own, place.path()).await;
        page.goto("/password").await.unwrap();
        let script = json!({"script": "document.querySelector('#p').type = 'text'", "args": []});
        let armed = bed::armed(&mut page, "#p").await;
        gateway.before("/value", vec![("execute/sync", script)]);
        page.type_secret(&armed, Credential::Password, &secret()).await.unwrap();
        let refused = page.shot(None).await.unwrap_err();
        assert!(matches!(refused, PageError::Shown(_)), "{kind}: {refused}");
        page.close().await;
    }
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_the_end() {
    for kind in BOTH {
        let place = tempfile::tempdir().unwrap();
        let mut server = forged(place.path());
        let mut page = drivers::page(kind, &server.origin, place.path()).await;
        // Chromium's driver takes the browser's warning for the page; the look does not.
        let loaded = page.goto("/password").await;
        let refused = match loaded {
            Ok(()) => page.look(&bed::look("body")).await.unwrap_err(),
            Err(error) => error,
        };
        assert!(matches!(refused, PageError::Unreachable(_)), "{kind}: {refused}");
        page.close().await;
        server.child.kill().unwrap();
        server.child.wait().unwrap();
    }
}

struct Forged {
    child: std::process::Child,
    origin: String,
}

/// A server with a certificate that it signed itself.
fn forged(place: &std::path::Path) -> Forged {
    use std::io::BufRead as _;
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"])
        .args(["-subj", "/CN=localhost", "-keyout", "key.pem", "-out", "cert.pem"])
        .current_dir(place)
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let mut child = Command::new("openssl")
        .args(["s_server", "-accept", "127.0.0.1:0", "-cert", "cert.pem", "-key", "key.pem", "-www"])
        .current_dir(place)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = std::io::BufReader::new(child.stdout.take().unwrap()).lines();
    let accept = lines.find_map(|line| line.unwrap().strip_prefix("ACCEPT ").map(str::to_owned)).unwrap();
    std::thread::spawn(move || lines.for_each(drop));
    let port = accept.rsplit(':').next().unwrap().to_owned();
    Forged { child, origin: format!("https://localhost:{port}") }
}
