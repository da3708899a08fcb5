//! What the simulated site makes of the two clicks of an intention, by its whim.

use std::time::Duration;

use tokio::time::Instant;

use super::site::{Tab, name_of};
use super::whim::Whim;
use crate::browser::page::{Landing, PageError};

impl Tab {
    /// The deed was asked for: it is held against the ledger, then done or not.
    fn deed(&mut self, slug: &str) {
        let whim = self.whim;
        let mut world = self.site.world();
        world.asked(slug);
        self.menu = None;
        self.dialog = None;
        match whim {
            Whim::Ignores
            | Whim::BlocksFirst
            | Whim::BlocksSecond
            | Whim::Stale
            | Whim::LostBefore
            | Whim::OtherName => {
                world.log.push(format!("ignored {slug}"));
            }
            Whim::TurnsAway(sign) | Whim::TurnsAwayLate(sign) => {
                world.log.push(format!("ignored {slug}"));
                self.turned_away = Some(sign);
            }
            Whim::Says(words) => {
                world.log.push(format!("ignored {slug}"));
                self.said = Some((Instant::now(), words));
            }
            Whim::SaysSlowly(words, seconds) => {
                world.log.push(format!("ignored {slug}"));
                self.said = Some((Instant::now() + Duration::from_secs(seconds), words));
            }
            Whim::SaysLater(words, seconds) => {
                world.log.push(format!("ignored {slug}"));
                world.notice = Some((Instant::now() + Duration::from_secs(seconds), words, world.sessions));
            }
            Whim::LimitsLater(seconds) => {
                world.log.push(format!("ignored {slug}"));
                world.limited_from = Some(Instant::now() + Duration::from_secs(seconds));
            }
            Whim::SaysAndHides(words) => {
                world.log.push(format!("ignored {slug}"));
                world.hidden.insert(slug.to_owned());
                self.said = Some((Instant::now(), words));
            }
            Whim::SaysAndRemoves(words) => {
                world.remove(slug);
                self.said = Some((Instant::now(), words));
            }
            Whim::Hides => {
                world.log.push(format!("ignored {slug}"));
                world.hidden.insert(slug.to_owned());
            }
            Whim::Late(seconds) => {
                world.log.push(format!("promised {slug}"));
                world.pending.push((Instant::now() + Duration::from_secs(seconds), slug.to_owned()));
            }
            Whim::AnotherInstead => {
                world.log.push(format!("instead of {slug}"));
                world.people.pop_last();
            }
            Whim::NextInstead => {
                world.log.push(format!("instead of {slug}"));
                let next = world.people.keys().find(|other| other.as_str() > slug).cloned();
                if let Some(next) = next {
                    world.people.remove(&next);
                    world.left_before.insert(next);
                }
            }
            Whim::AndAnother => {
                world.remove(slug);
                world.people.pop_last();
            }
            _ => world.remove(slug),
        }
    }

    fn name_in_dialog(&self, slug: &str) -> String {
        let name = name_of(slug);
        let is_short = self.site.world().short_dialogs;
        if is_short { name.split(' ').next().unwrap_or_default().to_owned() } else { name }
    }

    pub(super) fn first_click(&mut self, token: &str, slug: &str) -> Result<(), PageError> {
        let mut world = self.site.world();
        world.clicked_in = world.me.clone();
        world.clicked(slug);
        self.stood = self.notices(&world);
        self.whim = world.whims.pop_front().unwrap_or(Whim::Removes);
        drop(world);
        match self.whim {
            Whim::Stale => {
                self.landings.insert(token.to_owned(), Landing::Unseen { why: "no click arrived".to_owned() });
                return Err(PageError::Stale);
            }
            Whim::StaleAfter => {
                self.deed(slug);
                return Err(PageError::Stale);
            }
            Whim::BlocksFirst | Whim::BlocksAndLeaves => {
                if self.whim == Whim::BlocksAndLeaves {
                    self.site.world().people.remove(slug);
                }
                self.landings.insert(token.to_owned(), Landing::Blocked { why: "the row moved away".to_owned() });
            }
            Whim::AtOnce => self.deed(slug),
            Whim::OtherName => self.dialog = Some((slug.to_owned(), "Somebody Else".to_owned())),
            _ => self.dialog = Some((slug.to_owned(), self.name_in_dialog(slug))),
        }
        Ok(())
    }

    pub(super) fn second_click(&mut self, token: &str, slug: &str) -> Result<(), PageError> {
        match self.whim {
            Whim::BlocksSecond => {
                self.landings.insert(token.to_owned(), Landing::Blocked { why: "the dialog went away".to_owned() });
            }
            Whim::LostBefore => {
                self.lost = true;
                return Err(PageError::Lost("the browser is gone".to_owned()));
            }
            Whim::LostAfter => {
                self.deed(slug);
                self.lost = true;
                return Err(PageError::Lost("the browser is gone".to_owned()));
            }
            Whim::RefusedAfter => {
                self.deed(slug);
                return Err(PageError::Refused("timeout".to_owned()));
            }
            Whim::Unseen => {
                self.deed(slug);
                self.landings.insert(token.to_owned(), Landing::Unseen { why: "another document".to_owned() });
            }
            Whim::Captcha => {
                self.deed(slug);
                self.captcha = true;
            }
            _ => self.deed(slug),
        }
        Ok(())
    }
}
