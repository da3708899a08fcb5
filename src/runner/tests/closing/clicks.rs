//! What a click does on the simulated account: leads on, is taken for a wrong password, or closes the account.

use super::screen::{Screen, Variant};
use super::tab::{Tab, Then};
use super::world::{CODE, Last, ME, PASSWORD};
use crate::browser::page::{Landing, PageError};

impl Tab {
    /// A button of the site that leads on and does nothing else.
    pub(super) fn lead(&mut self, target: &str) {
        let world = self.site.world();
        let (odd, variant) = (world.odd, world.variant);
        drop(world);
        match target {
            "me_button" => self.menu = true,
            "settings_link" => self.go(Screen::Settings { category: !odd.other_category }),
            "account_category" => self.go(Screen::Settings { category: true }),
            "account_management" => self.managed = true,
            "close_row" | "hibernate_row" => self.enter(),
            "close_continue" => self.go(Screen::Reason),
            "reason_next" if odd.dialog_early => self.dialog = true,
            "reason_next" if odd.extra => self.go(Screen::Extra),
            "reason_next" => self.go(variant.after_reason()),
            "late_continue" => self.go(Screen::Reason),
            "verify_next" | "late_verify" if self.is_right() => self.go(variant.after_verify()),
            "verify_next" | "late_verify" => self.is_wrong(),
            "box_next" => self.go(Screen::Verify),
            "reason_form.option" => self.reason = true,
            "unsubscribe_box" | "early_box" => self.ticked = !self.ticked,
            other => panic!("nobody clicks `{other}` in {variant:?}"),
        }
    }

    /// Whether the site takes what stands in the fields.
    fn is_right(&self) -> bool {
        let mut world = self.site.world();
        let coded = world.variant != Variant::PasswordFirst || self.fields.1.as_deref() == Some(CODE);
        let refuses = world.odd.wrong_once && !world.refused_once;
        world.refused_once |= refuses;
        self.fields.0.as_deref() == Some(PASSWORD) && coded && !refuses
    }

    /// The same page again, and it says that the password is not right.
    fn is_wrong(&mut self) {
        let screen = self.screen;
        self.arrive(screen);
        self.mistake = true;
        self.anew = true;
        let mut world = self.site.world();
        world.log.push("wrong password".to_owned());
        world.may_click = true;
    }

    /// The last button, or the one under a code, is clicked.
    pub(super) fn last_click(&mut self, token: &str, target: &str) -> Result<(), PageError> {
        let mut world = self.site.world();
        world.clicked(target, self.introduced);
        let guarded = (world.who == ME || world.odd.alike) && !world.odd.nameless;
        let last = if target == "code_final" { None } else { world.lasts.front().copied() };
        let last = if guarded { last } else { Some(Last::Blocked) };
        drop(world);
        let land = |landing: Landing| (self.document, landing);
        match last {
            Some(Last::Blocked) => {
                let landing = Landing::Blocked { why: "the dialog went away".to_owned() };
                self.landings.insert(token.to_owned(), land(landing));
                return Ok(());
            }
            Some(Last::Stale) => return Err(PageError::Stale),
            Some(Last::LostBefore) => {
                self.lost = true;
                return Err(PageError::Lost("the browser is gone".to_owned()));
            }
            _ => {}
        }
        self.landings.insert(token.to_owned(), land(Landing::Landed));
        self.site.world().reached();
        if self.screen == Screen::Password && !self.is_right() {
            self.site.world().refuses();
            self.is_wrong();
            return Ok(());
        }
        let mut world = self.site.world();
        let (coded, device) = (world.odd.code && target != "code_final", world.odd.device);
        world.may_click |= coded;
        drop(world);
        if coded {
            self.go(Screen::Code);
        } else if target == "code_final" && self.fields.1.as_deref() != Some(CODE) {
            self.go(Screen::Refused);
        } else if device {
            self.then = Some(Then::Does);
            self.arrive(Screen::Device);
        } else {
            self.deed(true);
        }
        match last {
            Some(Last::StaleAfter) => Err(PageError::Stale),
            Some(Last::RefusedAfter) => Err(PageError::Refused("timeout".to_owned())),
            Some(Last::LostAfter) => {
                self.lost = true;
                Err(PageError::Lost("the browser is gone".to_owned()))
            }
            _ => Ok(()),
        }
    }

    /// Does what the last button is for, or what the site makes of it.
    pub(super) fn deed(&mut self, may_ask: bool) {
        let mut world = self.site.world();
        let last = world.lasts.pop_front().unwrap_or(Last::Does);
        world.log.push(format!("{last:?}"));
        let farewell = Screen::Farewell { form: last == Last::DoesWithForm };
        let then = match last {
            Last::Nothing | Last::Blocked | Last::Stale | Last::LostBefore => return,
            Last::Dialog => {
                self.dialog = true;
                return;
            }
            Last::Prompt => {
                self.prompt = true;
                return;
            }
            Last::Captcha if may_ask => {
                world.captcha = true;
                world.lasts.push_front(Last::Does);
                self.then = Some(Then::Does);
                return;
            }
            Last::Late(seconds) => {
                world.promises(seconds);
                return;
            }
            Last::OnlySaid => farewell,
            Last::OnlySignedOut => {
                world.signed_in = false;
                Screen::Broken
            }
            Last::BrokenBefore => Screen::Broken,
            Last::No => Screen::Refused,
            Last::NoEndPage => {
                world.ends();
                return;
            }
            Last::OtherWords => {
                world.ends();
                Screen::OtherWords
            }
            Last::BrokenAfter => {
                world.ends();
                Screen::Broken
            }
            _ => {
                world.ends();
                world.captcha = last == Last::ThenCaptcha;
                world.too_many = last == Last::ThenTooMany;
                world.lost_next = last == Last::ThenLost;
                farewell
            }
        };
        drop(world);
        self.go(then);
    }
}
