//! What the runner promises, on a simulated site with a ledger and evidence in temporary folders and a clock that leaps.

mod crash;
mod house;
mod pace;
mod road;
mod site;
mod stops;
mod verbs;
