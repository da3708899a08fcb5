//! Serves the practice site: its pages on one listener, the control addresses on another, until it is told to end.

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::{get, post};
use axum::serve::ListenerExt as _;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::scenario::Scenario;
use super::world::World;
use super::{assets, calls, control, guard, pages};

/// How long open requests may take to end after the shutdown began.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Serves `scenario`: its pages on `site`, the audit log on `control`.
///
/// `control` answers `GET /audit` (what had an effect), `GET /audit/all` (readings too), `GET /people` (everybody, with
/// `relation` and `exported`), `GET /mail` (what was mailed, with the codes), `POST /fault` (a spec as text; its times are
/// counted from then), `POST /approve` (the app says yes to whoever waits), `POST /clock` (a time such as `36h` by which the
/// site's clock goes forward), `POST /name` (an address and the person's new name) and `POST /reset`. No page knows `control`.
/// One more port is bound on the address of `site`, which serves the same pages under another origin.
///
/// Ends when `shutdown` does, at the latest one second later; requests that hang on purpose end with it. Dropping the
/// returned future closes both listeners; requests that were already accepted end by themselves, hanging ones at once.
///
/// # Errors
/// A listener cannot be served, or the other port cannot be bound.
pub async fn serve(
    site: TcpListener,
    control: TcpListener,
    scenario: Scenario,
    shutdown: impl Future<Output = ()> + Send,
) -> io::Result<()> {
    let (stop, stopped) = watch::channel(false);
    let other = TcpListener::bind((site.local_addr()?.ip(), 0)).await?;
    let world = Arc::new(World::new(scenario, other.local_addr()?, stopped.clone()));
    let on_stop = || {
        let mut stopped = stopped.clone();
        async move {
            // An error means that this very function was dropped.
            let _ = stopped.wait_for(|stopped| *stopped).await;
        }
    };
    // Without this, each answer waits for the acknowledgement of the one before.
    let prompt = |listener: TcpListener| {
        listener.tap_io(|stream| {
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(%error, "the practice site could not set TCP_NODELAY");
            }
        })
    };
    let pages = axum::serve(prompt(site), site_router(Arc::clone(&world))).with_graceful_shutdown(on_stop());
    let others = axum::serve(prompt(other), site_router(Arc::clone(&world))).with_graceful_shutdown(on_stop());
    let audit = axum::serve(prompt(control), control_router(world)).with_graceful_shutdown(on_stop());
    let end = async {
        shutdown.await;
        stop.send_replace(true);
        tokio::time::sleep(LAST_WORDS).await;
    };
    tokio::select! {
        served = async { tokio::try_join!(pages.into_future(), others.into_future(), audit.into_future()) } => served.map(|_| ()),
        () = end => Ok(()),
    }
}

fn site_router(world: Arc<World>) -> Router {
    Router::new()
        .route("/", get(pages::feed::root))
        .route("/feed/", get(pages::feed::feed))
        .route("/mynetwork/", get(pages::connections::redirect))
        .route("/mynetwork/invite-connect/connections/", get(pages::connections::connections))
        .route("/in/unavailable/", get(pages::missing::unavailable))
        .route("/in/{slug}/", get(pages::profile::profile))
        .route("/in/{slug}", get(pages::profile::redirect))
        .merge(settings_router())
        .merge(leaving_router())
        .route("/login", get(pages::sign_in::form))
        .route("/uas/login", get(pages::sign_in::form))
        .route("/authwall", get(pages::sign_in::wall))
        .route("/checkpoint/lg/login-submit", post(pages::sign_in::submit))
        .route("/uas/login-submit", post(pages::sign_in::submit))
        .route("/m/logout/", get(pages::sign_in::sign_out))
        .route("/welcome-back", get(pages::sign_in::welcome))
        .route("/checkpoint/challenge/{token}", get(pages::stop::challenge).post(pages::stop::answer))
        .route("/checkpoint/captcha/frame", get(pages::stop::captcha_frame))
        .route("/preload/", get(pages::shell::preload))
        .route("/preload/custom-invite/", get(pages::invite::form))
        .route("/recaptcha/enterprise.js", get(pages::shell::captcha_script))
        .route("/recaptcha/enterprise/anchor", get(pages::shell::captcha_badge))
        .route("/flagship-web/rsc-action/actions/pagination", post(calls::pagination))
        .route("/flagship-web/rsc-action/actions/server-request", post(calls::server_request))
        .route(
            "/voyager/api/relationships/dash/connections",
            get(pages::ember::voyager::list).post(pages::ember::voyager::action),
        )
        .route("/telemetry/{what}", post(calls::telemetry))
        .route("/assets/{version}/{name}", get(assets::serve))
        .route("/media/photo/{token}", get(assets::photo))
        .route("/dms/image/v2/{asset}/{*size}", get(assets::own_photo))
        .fallback(pages::missing::missing)
        .layer(axum::middleware::from_fn(guard::check))
        .with_state(world)
}

/// The settings and the archive of the data, under the addresses of all years.
fn settings_router() -> Router<Arc<World>> {
    Router::new()
        .route("/mypreferences/d", get(pages::settings::home))
        .route("/mypreferences/d/", get(pages::settings::home))
        .route("/mypreferences/d/categories/{category}", get(pages::settings::category))
        .route("/mypreferences/d/{*rest}", get(pages::settings::leaf))
        .route("/psettings", get(pages::settings::home))
        .route("/psettings/", get(pages::settings::home))
        .route("/psettings/{category}", get(pages::settings::category))
        .route("/mypreferences/d/download-my-data", get(pages::export::page))
        .route("/psettings/member-data", get(pages::export::page))
        .route("/mypreferences/d/download-my-data/request", post(pages::export::request))
        .route("/mypreferences/d/download-my-data/archive", get(pages::export::fetch))
}

/// The ways out of the account, under the addresses of all years.
fn leaving_router() -> Router<Arc<World>> {
    use pages::leaving;
    Router::new()
        .route("/mypreferences/d/close-accounts", get(leaving::close))
        .route("/mypreferences/d/close-accounts/submit", post(leaving::answers::close))
        .route("/mypreferences/d/close-accounts/{step}", get(leaving::close_step))
        .route("/psettings/account-management/close-account", get(leaving::close))
        .route("/psettings/account-management/close-submit", get(leaving::close).post(leaving::answers::close))
        .route("/psettings/account-management/close-account/{step}", get(leaving::close_step))
        .route("/mypreferences/d/hibernate-account", get(leaving::hibernate))
        .route("/mypreferences/d/hibernate-account/submit", post(leaving::answers::hibernate))
        .route("/mypreferences/d/hibernate-account/{step}", get(leaving::hibernate_step))
        .route("/checkpoint/device-status", get(leaving::device))
        .route("/secure/password-frame", get(leaving::password_frame))
}

fn control_router(world: Arc<World>) -> Router {
    Router::new()
        .route("/audit", get(control::audit))
        .route("/audit/all", get(control::audit_all))
        .route("/people", get(control::people))
        .route("/mail", get(control::mail))
        .route("/approve", post(control::approve))
        .route("/clock", post(control::clock))
        .route("/fault", post(control::fault))
        .route("/name", post(control::name))
        .route("/reset", post(control::reset))
        .layer(axum::middleware::from_fn(guard::check))
        .with_state(world)
}
