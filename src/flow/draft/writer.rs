//! Writes a recording down as the files of a pack.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::recording::{Act, Locator, Picked, Recording, Typed, Until};
use crate::flow::schema::is_role;
use crate::flow::suggestion::toml_text;
use crate::flow::wording::is_invisible;

/// The files of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The flow's name.
    pub name: String,
    /// `flows/NAME.toml`.
    pub flow: String,
    /// `targets/NAME.toml`.
    pub targets: String,
    /// Lines for `words/en.toml`; may be empty.
    pub words: String,
    /// The site whose addresses were loaded, such as `https://www.linkedin.com`; none where no address was.
    pub origin: Option<String>,
    /// What a person has to know or do, a sentence each.
    pub notes: Vec<String>,
}

/// The longest name that is made of a recording's text.
const LONGEST_NAME: usize = 40;
/// What the recording says of a field that holds neither a password nor a code. Every other field is a secret: one too many
/// is a secret that a person makes a text, and one too few would be shown by everything that shows a text.
const PLAIN: [&str; 34] = [
    "search",
    "suche",
    "buscar",
    "recherch",
    "pesquis",
    "cerca",
    "query",
    "filter",
    "name",
    "nombre",
    "nome",
    "email",
    "e-mail",
    "mail",
    "reason",
    "grund",
    "motivo",
    "raison",
    "comment",
    "kommentar",
    "coment",
    "message",
    "nachricht",
    "mensaje",
    "feedback",
    "title",
    "company",
    "firma",
    "empresa",
    "city",
    "country",
    "phone",
    "telefon",
    "url",
];
/// What makes a field one of those that hold a secret whatever else is said of it.
const SECRETS: [&str; 28] = [
    "pass",
    "kennwort",
    "contrase",
    "clave",
    "mot de passe",
    "senha",
    "palavra",
    "parola",
    "wachtwoord",
    "adgangs",
    "hasło",
    "haslo",
    "пароль",
    "密码",
    "密碼",
    "パスワード",
    "otp",
    "pin",
    "code",
    "kod",
    "codi",
    "códi",
    "secret",
    "verif",
    "token",
    "sms",
    "2fa",
    "mfa",
];

struct Writer {
    steps: String,
    inputs: Vec<(String, &'static str)>,
    targets: Vec<(String, Vec<Locator>)>,
    words: Vec<(String, String)>,
    ids: BTreeSet<String>,
    notes: Vec<String>,
    origin: Option<String>,
}

pub(super) fn write(recording: Recording) -> Draft {
    let name = name_of(&recording.title, '-', "recorded");
    let mut writer = Writer {
        steps: String::new(),
        inputs: Vec::new(),
        targets: Vec::new(),
        words: Vec::new(),
        ids: BTreeSet::new(),
        notes: recording.notes,
        origin: None,
    };
    for act in &recording.acts {
        writer.act(act);
    }
    writer.finish(name)
}

impl Writer {
    fn act(&mut self, act: &Act) {
        match act {
            Act::Goto(address) => self.goto(address),
            Act::Click(locators) => {
                let target = self.target(locators);
                self.step(&target, &[("click", &toml_text(&target))], true);
            }
            Act::Fill(locators, typed) => self.fill(locators, typed),
            Act::Check(locators, to) => {
                let target = self.target(locators);
                let what = format!("{{ target = {}, to = {to} }}", toml_text(&target));
                self.step(&target, &[("check", &what)], true);
            }
            Act::Choose(locators, picked) => self.choose(locators, picked),
            Act::Press(key) => self.step("press", &[("press", &toml_text(key))], true),
            Act::Wait(locators, until, seconds) => {
                let target = self.target(locators);
                let within = (*seconds).clamp(1, 300);
                let what = if *until == Until::There { "see" } else { "gone" };
                let expect = format!("{{ {what} = {}, within = \"{within}s\" }}", toml_text(&target));
                self.step("wait", &[("wait", "true"), ("expect", &expect)], false);
            }
            Act::Unknown(what) => {
                let what = plain(what);
                let id = self.id("unknown");
                let _ = write!(
                    self.steps,
                    "\n# The recording has `{what}` here, for which a flow has no verb. Say it in another way, or take the step away.\n[[step]]\nid = {}\n",
                    toml_text(&id)
                );
            }
        }
    }

    fn goto(&mut self, address: &str) {
        let Some(url) = url::Url::parse(address).ok().filter(|url| matches!(url.scheme(), "http" | "https")) else {
            return self.act(&Act::Unknown("an address that is no web page".to_owned()));
        };
        let origin = url.origin().ascii_serialization();
        if self.origin.get_or_insert_with(|| origin.clone()) != &origin {
            return self.act(&Act::Unknown("an address of another site".to_owned()));
        }
        if url.query().is_some() || url.fragment().is_some() {
            self.steps
                .push_str("\n# What followed `?` or `#` in the address is left out: it may have been yours alone.");
        }
        self.step("open", &[("goto", &toml_text(url.path()))], false);
    }

    fn fill(&mut self, locators: &[Locator], typed: &Typed) {
        let target = self.target(locators);
        let said: Vec<String> = locators.iter().flat_map(words_of).collect();
        let says = |words: &[&str]| said.iter().any(|said| words.iter().any(|word| said.contains(word)));
        let kind = if says(&PLAIN) && !says(&SECRETS) { "text" } else { "secret" };
        let wanted = typed.variable().map(|variable| name_of(variable, '_', "typed"));
        // Two fields of one variable get the same; where one of them is a secret, both are.
        let input = wanted.unwrap_or_else(|| target.clone());
        match self.inputs.iter_mut().find(|(known, _)| *known == input) {
            Some((_, known)) if kind == "secret" => *known = kind,
            Some(_) => {}
            None => self.inputs.push((input.clone(), kind)),
        }
        let fill = format!("{{ into = {}, with = \"{{{{{input}}}}}\" }}", toml_text(&target));
        self.step(&target, &[("fill", &fill)], false);
    }

    fn choose(&mut self, locators: &[Locator], picked: &Picked) {
        let target = self.target(locators);
        let (Picked::Label(option) | Picked::Value(option)) = picked;
        if matches!(picked, Picked::Value(_)) {
            self.steps.push_str(
                "\n# The recording holds the value of the option and not what is written on it: mend its word in the words.",
            );
        }
        let option = toml_text(&self.word(option));
        let what = format!("{{ in = {}, option = {{ word = {option} }} }}", toml_text(&target));
        self.step(&target, &[("choose", &what)], true);
    }

    fn step(&mut self, id: &str, keys: &[(&str, &str)], undecided: bool) {
        let id = self.id(id);
        let _ = write!(self.steps, "\n[[step]]\nid     = {}\n", toml_text(&id));
        for (key, value) in keys {
            let _ = writeln!(self.steps, "{key:<6} = {value}");
        }
        if undecided {
            self.steps.push_str("effect = \"?\"\n");
        }
    }

    fn id(&mut self, wanted: &str) -> String {
        let wanted = wanted.replace('_', "-");
        let mut id = wanted.clone();
        let mut number = 2;
        while !self.ids.insert(id.clone()) {
            id = format!("{wanted}-{number}");
            number += 1;
        }
        id
    }

    /// The target of these locators: the one that has them already, or a new one.
    fn target(&mut self, locators: &[Locator]) -> String {
        if let Some((name, _)) = self.targets.iter().find(|(_, known)| known == locators) {
            return name.clone();
        }
        let said = locators.iter().find_map(|locator| match locator {
            Locator::Named(_, text) | Locator::Text(text) => Some(text.as_str()),
            _ => None,
        });
        let marked = || locators.iter().find_map(|locator| mark_of(locator.text()));
        let wanted = name_of(said.or_else(marked).unwrap_or("thing"), '_', "thing");
        let mut name = wanted.clone();
        let mut number = 2;
        while self.targets.iter().any(|(known, _)| *known == name) {
            name = format!("{wanted}_{number}");
            number += 1;
        }
        self.targets.push((name.clone(), locators.to_vec()));
        name
    }

    /// The key of the word that is this text.
    fn word(&mut self, text: &str) -> String {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if let Some((key, _)) = self.words.iter().find(|(_, known)| *known == text) {
            return key.clone();
        }
        let wanted = format!("{}_word", name_of(&text, '_', "recorded"));
        let mut key = wanted.clone();
        let mut number = 2;
        while self.words.iter().any(|(known, _)| *known == key) {
            key = format!("{wanted}_{number}");
            number += 1;
        }
        self.words.push((key.clone(), text));
        key
    }

    fn way(&mut self, locator: &Locator) -> String {
        match locator {
            Locator::Css(css) => format!("{{ css = {} }}", toml_text(css)),
            Locator::Xpath(xpath) => format!("{{ xpath = {} }}", toml_text(xpath)),
            Locator::Named(role, name) => {
                let role = role.as_deref().filter(|role| is_role(role));
                let role = role.map_or(String::new(), |role| format!("role = {}, ", toml_text(role)));
                format!("{{ {role}name = {{ word = {} }} }}", toml_text(&self.word(name)))
            }
            Locator::Text(text) => format!("{{ text = {{ word = {} }} }}", toml_text(&self.word(text))),
        }
    }

    fn finish(mut self, name: String) -> Draft {
        let mut targets = "#:schema ../targets.schema.json\n# A draft from a recording. The first way that finds something wins: put the surest first.\n".to_owned();
        for (target, locators) in std::mem::take(&mut self.targets) {
            let _ = write!(targets, "\n[target.{target}]\nseen = \"never\"\nfind = [\n");
            let mut ways: Vec<String> = Vec::new();
            for locator in &locators {
                let way = self.way(locator);
                if !ways.contains(&way) {
                    ways.push(way);
                }
            }
            for way in ways {
                let _ = writeln!(targets, "  {way},");
            }
            targets.push_str("]\n");
        }
        let mut flow = format!(
            "#:schema ../flow.schema.json\n# A draft from a recording. Decide for each `effect = \"?\"`: `reversible`, or `irreversible` (then add `[commit]`).\nformat = 1\nflow   = {}\nseen   = \"never\"\n",
            toml_text(&name)
        );
        if !self.inputs.is_empty() {
            let inputs: Vec<String> = self.inputs.iter().map(|(input, kind)| format!("{input} = \"{kind}\"")).collect();
            let _ = writeln!(flow, "inputs = {{ {} }}", inputs.join(", "));
        }
        flow.push_str(&self.steps);
        let mut words = String::new();
        for (key, text) in &self.words {
            // A brace would begin a hole.
            let _ = writeln!(words, "{key} = [{}]", toml_text(&text.replace(['{', '}'], "")));
        }
        if !words.is_empty() {
            self.notes
                .push("a recorded text may hold a person's name: write `{name}` there, and fill the hole".to_owned());
        }
        if self.inputs.iter().any(|(_, kind)| *kind == "secret") {
            self.notes.push(
                "a field that is not told to hold a plain text is a secret: make `text` of those that hold none"
                    .to_owned(),
            );
        }
        if !self.inputs.is_empty() {
            self.notes.push("nothing that was typed is written down: each typed text is an input".to_owned());
        }
        Draft { name, flow, targets, words, origin: self.origin, notes: self.notes }
    }
}

/// What a locator says of an element, in small letters: its texts, and of a selector everything but the names of attributes,
/// which are the page's language and not its words (`name` in `[name='q7']`).
fn words_of(locator: &Locator) -> Vec<String> {
    let text = locator.text().to_lowercase();
    let (Locator::Css(_) | Locator::Xpath(_)) = locator else { return vec![text] };
    let mut words = Vec::new();
    let mut rest = text.as_str();
    while let Some(start) = rest.find(char::is_alphanumeric) {
        let word = &rest[start..];
        let end = word.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_'))).unwrap_or(word.len());
        let is_attribute =
            word[end..].trim_start().trim_start_matches(['~', '|', '^', '$', '*']).starts_with(['=', ',']);
        if !is_attribute {
            words.push(word[..end].to_owned());
        }
        rest = &word[end..];
    }
    words
}

/// What marks an element in a selector: its id, its name, or its mark for tests.
fn mark_of(selector: &str) -> Option<&str> {
    const KEYS: [&str; 5] = ["id=", "name=", "data-testid=", "aria-label=", "data-test="];
    let quoted = KEYS.iter().find_map(|key| selector.split_once(key)).map(|(_, after)| after);
    let value = match quoted {
        Some(after) => after.trim_start_matches(['"', '\'']),
        None => selector.rsplit_once('#').filter(|_| !selector.starts_with('/'))?.1,
    };
    let end = value.find(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_')).unwrap_or(value.len());
    value.get(..end).filter(|mark| mark.chars().any(|c| c.is_ascii_alphabetic()))
}

/// A name of a pack made of any text.
fn name_of(text: &str, joint: char, otherwise: &str) -> String {
    let mut name = String::new();
    for c in text.chars() {
        if name.len() >= LONGEST_NAME {
            break;
        }
        if c.is_ascii_alphanumeric() {
            name.push(c.to_ascii_lowercase());
        } else if !name.is_empty() && !name.ends_with(joint) {
            name.push(joint);
        }
    }
    let name = name.trim_matches(joint).trim_start_matches(|c: char| c.is_ascii_digit() || c == joint).to_owned();
    if name.is_empty() { otherwise.to_owned() } else { name }
}

/// A recording's own word as one line of a comment.
fn plain(text: &str) -> String {
    text.chars().take(60).filter(|c| !c.is_control() && !is_invisible(*c) && *c != '`').collect()
}
