//! Settings that are one of a few words.

/// Which browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BrowserName {
    /// Chrome or Chromium, through chromedriver.
    Chrome,
    /// Firefox, through geckodriver.
    Firefox,
}

impl BrowserName {
    /// The word of settings and command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Chrome => "chrome",
            Self::Firefox => "firefox",
        }
    }
}

/// Where the key that seals proof is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SealKeyPlace {
    /// In a file of the data directory that only its owner reads.
    File,
    /// In the keyring of the system.
    Keyring,
}

/// In an argument of `notify.command`: the line that says what happened.
pub const LINE: &str = "{line}";
