//! What the simulated site does with one intention.

/// What the site does with one intention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whim {
    /// It shows a dialog and removes.
    Removes,
    /// It removes at the first click, without a dialog.
    AtOnce,
    /// It says nothing and does nothing.
    Ignores,
    /// It removes so many seconds later.
    Late(u64),
    /// The first click does not get through.
    BlocksFirst,
    /// The first click does not get through, and the person leaves by themselves.
    BlocksAndLeaves,
    /// The second click does not get through.
    BlocksSecond,
    /// The element of the first click was replaced.
    Stale,
    /// The first click was carried out twice: it removed, and the second time the element was gone.
    StaleAfter,
    /// The session is lost before the deed.
    LostBefore,
    /// The session is lost after the deed.
    LostAfter,
    /// It removes, and nobody saw the click arrive.
    Unseen,
    /// It removes, and the driver refuses: the answer timed out.
    RefusedAfter,
    /// The dialog names somebody else.
    OtherName,
    /// It removes, and asks whether a robot is there.
    Captcha,
    /// It removes, and somebody else leaves at the same time.
    AndAnother,
    /// Somebody else goes in the person's place.
    AnotherInstead,
    /// The same, and it is the next one in the list, whom the plan may mean too.
    NextInstead,
    /// It does nothing, and its search does not find the person any more.
    Hides,
    /// It does nothing, and a notice says this.
    Says(&'static str),
    /// It does nothing, and answers so many seconds later with a notice in the document of the click.
    SaysSlowly(&'static str, u64),
    /// It does nothing, and from so many seconds later on every document has a notice that says this.
    SaysLater(&'static str, u64),
    /// It does nothing, and from so many seconds later on every document shows the notice of a limit.
    LimitsLater(u64),
    /// It does nothing, a notice says this, and its search does not find the person any more.
    SaysAndHides(&'static str),
    /// It removes, and a notice says this.
    SaysAndRemoves(&'static str),
    /// It does nothing: the server turns the request away, which this sign stands for.
    TurnsAway(&'static str),
    /// The same, after the look that follows the click.
    TurnsAwayLate(&'static str),
}
