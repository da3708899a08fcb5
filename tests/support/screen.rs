//! A screen of the test's own, and the hands of the person before it.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Nothing that is waited for on the screen takes longer.
const PATIENCE: Duration = Duration::from_secs(90);

/// An X server without a monitor, which ends with the test.
pub(crate) struct Screen {
    server: Child,
    pub(crate) display: String,
}

impl Screen {
    pub(crate) fn new() -> Self {
        let mut command = Command::new("Xvfb");
        // `-r`: on a busy machine a key that is held for long would repeat itself.
        command.args(["-displayfd", "1", "-screen", "0", "1400x1000x24", "-nolisten", "tcp", "-noreset", "-r"]);
        let server = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut server = server.expect("Xvfb is needed for these tests: scripts/install installs it");
        let mut number = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut number).unwrap();
        Self { server, display: format!(":{}", number.trim()) }
    }

    /// Waits until a window shows a title that begins like this, and puts the keyboard into it.
    pub(crate) fn window(&self, title: &str) -> String {
        let pattern = format!("^({title})");
        let window = self.until(title, || {
            let found = self.hands(&["search", "--onlyvisible", "--name", &pattern]);
            found.lines().next().map(str::to_owned)
        });
        self.until(title, || {
            self.hands(&["windowfocus", &window]);
            (self.hands(&["getwindowfocus"]).trim() == window).then_some(())
        });
        window
    }

    /// Whether some window shows such a title now.
    pub(crate) fn shows(&self, title: &str) -> bool {
        !self.hands(&["search", "--onlyvisible", "--name", &format!("^({title})")]).trim().is_empty()
    }

    /// Presses keys, such as `Tab` or `ctrl+w`.
    pub(crate) fn press(&self, keys: &[&str]) {
        self.hands(&[&["key", "--delay", "60"], keys].concat());
    }

    /// Clicks at a point of a window.
    pub(crate) fn clicks(&self, window: &str, (x, y): (u32, u32)) {
        let (x, y) = (x.to_string(), y.to_string());
        self.hands(&["mousemove", "--window", window, &x, &y, "click", "1"]);
    }

    pub(crate) fn types(&self, text: &str) {
        self.hands(&["type", "--delay", "25", text]);
    }

    /// Types user and password into the window that asks for them, as a person does, and again where a key went astray on a
    /// busy machine; `ticked` leaves "Keep me signed in" as it stands. `happened` counts what the site says.
    pub(crate) fn signs_in(
        &self,
        (login, ticked): (&str, bool),
        (user, password): (&str, &str),
        happened: impl Fn(&str) -> usize,
    ) {
        const ASKS: &str = "Sign in|Welcome back";
        let before = happened("signed-in");
        // A title is shown before its page is ready, and on a busy machine the first keys are lost every second time.
        for _ in 0..10 {
            let slips = happened("sign-in-refused");
            let window = self.window(ASKS);
            // The keyboard may be in the address bar: after a click on the empty page, Tab leads to the page's first field.
            self.clicks(&window, (100, 300));
            self.press(&["Tab"]);
            self.types(user);
            self.press(&["Tab"]);
            self.types(password);
            if !ticked {
                self.press(&["Tab", "space"]);
            }
            self.press(&["Return"]);
            let answered = || happened("signed-in") > before || happened("sign-in-refused") > slips;
            within(Duration::from_secs(20), || answered().then_some(()));
            if happened("signed-in") > before {
                break;
            }
            // Whatever stands where: a page that was just loaded has the keyboard before its first field. The old one
            // goes first, or the next keys would be typed into it while it is replaced.
            for address in ["about:blank", login] {
                // A key that was lost in the address bar leads to another page, which is left as this one is.
                for _ in 0..5 {
                    // A browser's own question would keep the keyboard.
                    self.press(&["Escape", "Escape", "ctrl+l"]);
                    self.types(address);
                    self.press(&["Return"]);
                    let there = || (self.shows(ASKS) == (address == login)).then_some(());
                    if happened("signed-in") > before || within(Duration::from_secs(20), there).is_some() {
                        break;
                    }
                }
            }
            // The answer came late: the address led on to the feed.
            if happened("signed-in") > before {
                break;
            }
        }
    }

    fn hands(&self, arguments: &[&str]) -> String {
        let output = Command::new("xdotool").args(arguments).env("DISPLAY", &self.display).output();
        let output = output.expect("xdotool is needed for these tests: scripts/install installs it");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn until<T>(&self, what: &str, found: impl FnMut() -> Option<T>) -> T {
        within(PATIENCE, found).unwrap_or_else(|| {
            let titles = self.hands(&["search", "--onlyvisible", "--name", ".", "getwindowname", "%@"]);
            panic!("the screen never showed `{what}`, but: {titles}")
        })
    }
}

/// Looks now and then until something is found, at most for so long.
pub(crate) fn within<T>(patience: Duration, mut found: impl FnMut() -> Option<T>) -> Option<T> {
    let end = Instant::now() + patience;
    loop {
        let answer = found();
        if answer.is_some() || Instant::now() >= end {
            return answer;
        }
        std::thread::park_timeout(Duration::from_millis(50));
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
