//! People, selection, keep list, plan and its hash.
//!
//! Pure functions from rows to a plan: [`selection`] picks by flags, [`people_list`] by a list that a person wrote,
//! [`keep`] takes out who must stay, and [`plan`] is what gets approved. This module does not know where people come from
//! or where a plan is stored.

pub mod count_range;
pub mod day;
pub mod diff;
#[cfg(test)]
mod fixture;
pub mod fold;
pub mod keep;
pub mod lookup;
pub mod near;
pub mod people_list;
pub mod person;
#[expect(clippy::module_inception, reason = "a plan is the subject of the folder and of one file in it")]
pub mod plan;
pub mod same_name;
pub mod selection;
pub mod shown_day;
pub mod sorting;
pub mod tabular;
pub mod tally;
pub mod think_twice;
pub mod ties;
