//! Numbers, days and times of the command line: what is refused says what is meant, and from where to where it goes.

use std::num::NonZeroU32;

use jiff::SignedDuration;
use jiff::civil::Date;

/// How many people at most: nobody has more connections than the site allows.
pub(super) fn people(text: &str) -> Result<NonZeroU32, String> {
    let number = within(text, (1, 30_000))?;
    Ok(u32::try_from(number).ok().and_then(NonZeroU32::new).expect("it is between 1 and 30,000"))
}

/// How many people the practice site has.
pub(super) fn network(text: &str) -> Result<usize, String> {
    within(text, (0, 100_000)).map(|number| usize::try_from(number).expect("it is at most 100,000"))
}

/// A port; 0 is a free one.
pub(super) fn port(text: &str) -> Result<u16, String> {
    within(text, (0, u64::from(u16::MAX))).map(|number| u16::try_from(number).expect("it is at most 65,535"))
}

/// How many days.
pub(super) fn days(text: &str) -> Result<u32, String> {
    within(text, (0, 36_500)).map(|number| u32::try_from(number).expect("it is at most 36,500"))
}

/// Where chance begins.
pub(super) fn seed(text: &str) -> Result<u64, String> {
    within(text, (0, u64::MAX))
}

/// A day.
pub(super) fn day(text: &str) -> Result<Date, String> {
    let text = text.trim();
    // Other forms of a day are not guessed: 01/06 is in January or in June.
    let is_plain = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    let given = text.parse().ok().filter(|_| is_plain);
    given.ok_or_else(|| "it must be a day of the calendar, written as year, month and day: 2016-05-31".to_owned())
}

/// How long something is waited for.
pub(super) fn wait(text: &str) -> Result<SignedDuration, String> {
    time(text, SignedDuration::from_secs(1))
}

/// How long something takes.
pub(super) fn delay(text: &str) -> Result<SignedDuration, String> {
    time(text, SignedDuration::ZERO)
}

fn time(text: &str, least: SignedDuration) -> Result<SignedDuration, String> {
    let most = SignedDuration::from_hours(30 * 24);
    let given = text.trim().parse().ok().filter(|given| (least..=most).contains(given));
    let least = least.as_secs();
    given.ok_or_else(|| format!("it must be a time such as `90s`, `10m` or `2h`, between {least} s and 30 days"))
}

fn within(text: &str, (least, most): (u64, u64)) -> Result<u64, String> {
    let given = text.trim().parse().ok().filter(|number| (least..=most).contains(number));
    given.ok_or_else(|| format!("it must be a whole number between {least} and {most}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_refused_says_from_where_to_where_numbers_go() {
        for text in ["", "x", "-1", "0", "30001", "99999999999999999999", "1.5", "1,000"] {
            assert_eq!(people(text).unwrap_err(), "it must be a whole number between 1 and 30000", "{text}");
        }
        assert_eq!(people(" 30000 ").unwrap().get(), 30_000);
        assert_eq!(wait("2h").unwrap().as_secs(), 7_200);
        assert_eq!(delay("0s").unwrap().as_secs(), 0);
        for text in ["", "x", "5", "0s", "-5m", "31d", "1 fortnight"] {
            let said = "it must be a time such as `90s`, `10m` or `2h`, between 1 s and 30 days";
            assert_eq!(wait(text).unwrap_err(), said, "{text}");
        }
        assert_eq!(day("2016-05-31").unwrap().to_string(), "2016-05-31");
        for text in ["", "x", "2016-5-31", "2016-02-30", "31.05.2016", "20160531", "2016-05-31T10:00", "+002016-05-31"]
        {
            assert!(day(text).unwrap_err().ends_with("year, month and day: 2016-05-31"), "{text}");
        }
        assert_eq!(port("65536").unwrap_err(), "it must be a whole number between 0 and 65535");
        assert_eq!(
            (port("65535"), network("0"), days("36500"), seed("18446744073709551615")),
            (Ok(65_535), Ok(0), Ok(36_500), Ok(u64::MAX))
        );
    }
}
