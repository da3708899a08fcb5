//! Selecting people by plain flags.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;

use super::fold::fold;
use super::keep::{KeepList, Kept};
use super::near::near;
use super::person::Person;
use super::tally::Column;

/// One wanted text of one flag: `X` is the whole value, `~X` a part of it; case and accents make no difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    text: String,
    folded: String,
    part: bool,
}

impl Wanted {
    fn fits(&self, folded: &str) -> bool {
        if self.part { folded.contains(&self.folded) } else { folded == self.folded }
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.part { "~" } else { "" }, self.text)
    }
}

impl FromStr for Wanted {
    type Err = EmptyText;

    fn from_str(text: &str) -> Result<Self, EmptyText> {
        let (part, text) = text.strip_prefix('~').map_or((false, text), |text| (true, text));
        let folded = fold(text);
        if folded.is_empty() { Err(EmptyText) } else { Ok(Self { text: text.trim().to_owned(), folded, part }) }
    }
}

/// A flag without a text to look for: it would fit everybody, or everybody who has no such value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EmptyText;

impl fmt::Display for EmptyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("there is no text to look for: give the whole value, or `~` and a part of it")
    }
}

impl std::error::Error for EmptyText {}

/// A flag that looks for texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// `--company`.
    Company,
    /// `--position`.
    Position,
    /// `--name`: first and last name with a space between.
    Name,
}

impl Field {
    const ALL: [Self; 3] = [Self::Company, Self::Position, Self::Name];

    /// The flag's name without dashes.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Company => "company",
            Self::Position => "position",
            Self::Name => "name",
        }
    }

    fn of(self, person: &Person) -> String {
        match self {
            Self::Company => person.company.clone(),
            Self::Position => person.position.clone(),
            Self::Name => person.full_name(),
        }
    }
}

/// Who is wanted: within a flag one text must fit, and every given flag must.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Any of these companies.
    pub company: Vec<Wanted>,
    /// Any of these positions.
    pub position: Vec<Wanted>,
    /// Any of these names.
    pub name: Vec<Wanted>,
    /// Connected before that day; the day itself does not count.
    pub connected_before: Option<Date>,
    /// Connected after that day; the day itself does not count.
    pub connected_after: Option<Date>,
}

/// A wanted text that fits nobody at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmatched {
    /// Of which flag.
    pub field: Field,
    /// The text.
    pub wanted: Wanted,
    /// Values that it may have meant, at most three.
    pub near: Vec<String>,
}

/// What a selection picked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Picked<'a> {
    /// Who is wanted and not kept, in the order given.
    pub chosen: Vec<&'a Person>,
    /// Who is wanted but on the keep list, and why.
    pub kept: Vec<(&'a Person, &'a Kept)>,
    /// The texts that fit nobody, whatever the other flags say.
    pub unmatched: Vec<Unmatched>,
    /// How many fitted but for a date flag, because it is not known since when they are connected.
    pub undated: usize,
}

impl Selection {
    /// Whether no flag was given: then everybody is wanted, which `list` may do and a plan may not.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The columns that the given flags look at, in the order of the flags.
    #[must_use]
    pub fn columns(&self) -> Vec<Column> {
        let dated = self.connected_before.is_some() || self.connected_after.is_some();
        let texts =
            [(Field::Company, Column::Company), (Field::Position, Column::Position), (Field::Name, Column::Name)];
        let texts = texts.into_iter().filter(|(field, _)| !self.wanted(*field).is_empty()).map(|(_, column)| column);
        texts.chain(dated.then_some(Column::ConnectedOn)).collect()
    }

    /// Whether the two dates leave no day between them.
    #[must_use]
    pub fn is_contradictory(&self) -> bool {
        let day_after = self.connected_after.and_then(|day| day.tomorrow().ok());
        day_after.zip(self.connected_before).is_some_and(|(from, before)| from >= before)
    }

    /// Picks from `people`, in their order; who is on the keep list is shown apart.
    #[must_use]
    pub fn pick<'a>(&self, people: &'a [Person], keep: &'a KeepList) -> Picked<'a> {
        let mut picked = Picked::default();
        let fields: Vec<Field> = Field::ALL.into_iter().filter(|field| !self.wanted(*field).is_empty()).collect();
        let mut fitted: Vec<Vec<bool>> = Field::ALL.map(|field| vec![false; self.wanted(field).len()]).into();
        for person in people {
            let mut fits = true;
            for field in &fields {
                let fitted = &mut fitted[*field as usize];
                // Folding is most of the work, and nothing more can be learnt here.
                if !fits && fitted.iter().all(|fitted| *fitted) {
                    continue;
                }
                let value = fold(&field.of(person));
                fits &= self.note_fits(*field, &value, fitted);
            }
            if !fits {
                continue;
            }
            if !self.fits_dates(person) {
                picked.undated += usize::from(person.connected_on.is_none());
                continue;
            }
            match keep.holds(person) {
                Some(kept) => picked.kept.push((person, kept)),
                None => picked.chosen.push(person),
            }
        }
        picked.unmatched = self.unmatched(people, &fitted);
        picked
    }

    fn wanted(&self, field: Field) -> &[Wanted] {
        match field {
            Field::Company => &self.company,
            Field::Position => &self.position,
            Field::Name => &self.name,
        }
    }

    /// Whether one text of the flag fits, and which did.
    fn note_fits(&self, field: Field, value: &str, fitted: &mut [bool]) -> bool {
        let mut any = false;
        for (wanted, fitted) in self.wanted(field).iter().zip(fitted) {
            if wanted.fits(value) {
                *fitted = true;
                any = true;
            }
        }
        any
    }

    fn fits_dates(&self, person: &Person) -> bool {
        let before = self.connected_before.is_none_or(|day| person.connected_on.is_some_and(|on| on < day));
        let after = self.connected_after.is_none_or(|day| person.connected_on.is_some_and(|on| on > day));
        before && after
    }

    fn unmatched(&self, people: &[Person], fitted: &[Vec<bool>]) -> Vec<Unmatched> {
        let mut unmatched = Vec::new();
        for field in Field::ALL {
            let missed = self.wanted(field).iter().zip(&fitted[field as usize]).filter(|(_, fitted)| !**fitted);
            let mut missed = missed.peekable();
            if missed.peek().is_none() {
                continue;
            }
            let values: Vec<String> = people.iter().map(|person| field.of(person)).collect();
            let mut known: BTreeMap<&str, usize> = BTreeMap::new();
            for value in &values {
                *known.entry(value).or_default() += 1;
            }
            unmatched.extend(missed.map(|(wanted, _)| {
                let near = near(&wanted.text, &known);
                Unmatched { field, wanted: wanted.clone(), near }
            }));
        }
        unmatched
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::employed;
    use super::*;

    fn people() -> Vec<Person> {
        vec![
            employed("ann", "Acme Inc.", "Engineer", "2020-01-01"),
            employed("bob", "ACME INC.", "Sales Manager", "2021-06-15"),
            employed("eve", "Zürich Tools", "Manager", "2022-12-31"),
            Person { connected_on: None, ..employed("kim", "Acme GmbH", "Engineering Manager", "2020-01-01") },
        ]
    }

    fn wanted(texts: &[&str]) -> Vec<Wanted> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    fn slugs(people: &[&Person]) -> Vec<String> {
        people.iter().map(|person| person.slug.to_string()).collect()
    }

    fn pick(selection: &Selection) -> Vec<String> {
        slugs(&selection.pick(&people(), &KeepList::default()).chosen)
    }

    #[test]
    fn a_text_is_a_whole_value_and_with_a_tilde_a_part() {
        let company = |texts| pick(&Selection { company: wanted(texts), ..Selection::default() });
        assert_eq!(company(&["acme inc."]), ["ann", "bob"]);
        assert_eq!(company(&["acme"]), [""; 0]);
        assert_eq!(company(&["~acme"]), ["ann", "bob", "kim"]);
        assert_eq!(company(&["ZURICH TOOLS", "acme gmbh"]), ["eve", "kim"], "any within a flag");
    }

    #[test]
    fn every_flag_must_fit() {
        let selection =
            Selection { company: wanted(&["~acme"]), position: wanted(&["~manager"]), ..Selection::default() };
        assert_eq!(pick(&selection), ["bob", "kim"]);
        let selection = Selection { name: wanted(&["~EVE"]), ..Selection::default() };
        assert_eq!(pick(&selection), ["eve"]);
    }

    #[test]
    fn dates_exclude_the_day_itself_and_people_without_a_date() {
        let people = people();
        let keep = KeepList::default();
        let day = |text: &str| Some(text.parse().unwrap());
        let before = Selection { connected_before: day("2021-06-15"), ..Selection::default() };
        let picked = before.pick(&people, &keep);
        assert_eq!((slugs(&picked.chosen), picked.undated), (vec!["ann".to_owned()], 1));
        let after = Selection { connected_after: day("2021-06-15"), ..Selection::default() };
        assert_eq!(pick(&after), ["eve"]);
        let between = Selection {
            connected_after: day("2020-01-01"),
            connected_before: day("2022-12-31"),
            ..Selection::default()
        };
        assert_eq!(pick(&between), ["bob"]);
        assert!(!between.is_contradictory());
        for (after, before) in [("2021-01-01", "2021-01-02"), ("2021-01-01", "2020-01-01")] {
            let none = Selection { connected_after: day(after), connected_before: day(before), ..Selection::default() };
            assert!(none.is_contradictory(), "{after} {before}");
        }
    }

    #[test]
    fn a_text_that_fits_nobody_is_named_with_what_it_may_have_meant() {
        let selection =
            Selection { company: wanted(&["acme", "~zurich"]), position: wanted(&["Enginer"]), ..Selection::default() };
        let (people, keep) = (people(), KeepList::default());
        let unmatched = selection.pick(&people, &keep).unmatched;
        let said: Vec<_> = unmatched.iter().map(|miss| (miss.field.as_str(), miss.wanted.to_string())).collect();
        assert_eq!(said, [("company", "acme".to_owned()), ("position", "Enginer".to_owned())]);
        assert_eq!(unmatched[0].near, ["ACME INC.", "Acme GmbH", "Acme Inc."]);
        assert_eq!(unmatched[1].near, ["Engineer"]);
    }

    #[test]
    fn kept_people_are_shown_apart() {
        let (people, mut keep) = (people(), KeepList::default());
        keep.keep(people[1].slug.clone(), Kept { why: "friend".to_owned(), added: None });
        let selection = Selection { company: wanted(&["acme inc."]), ..Selection::default() };
        let picked = selection.pick(&people, &keep);
        assert_eq!(slugs(&picked.chosen), ["ann"]);
        assert_eq!((picked.kept[0].0.slug.as_str(), picked.kept[0].1.why.as_str()), ("bob", "friend"));
    }

    #[test]
    fn no_flag_is_everybody_and_can_be_told() {
        assert!(Selection::default().is_empty() && Selection::default().columns().is_empty());
        let both = Selection {
            name: wanted(&["x"]),
            connected_after: Some("2020-01-01".parse().unwrap()),
            ..Selection::default()
        };
        assert_eq!(both.columns(), [Column::Name, Column::ConnectedOn]);
        assert_eq!(pick(&Selection::default()).len(), 4);
        assert!(!Selection { company: wanted(&["x"]), ..Selection::default() }.is_empty());
    }

    #[test]
    fn a_text_of_nothing_is_refused() {
        for text in ["", "~", "  ", "~\u{200b}", "\u{301}"] {
            assert_eq!(text.parse::<Wanted>(), Err(EmptyText), "{text:?}");
        }
    }
}
