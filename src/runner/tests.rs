//! What the runner promises, on a simulated site with a ledger and evidence in temporary folders and a clock that leaps.

mod closing;
mod crash;
mod deeds;
mod house;
mod morning;
mod notices;
mod pace;
mod queue;
mod road;
mod scan;
mod site;
mod stops;
mod strange;
mod unfound;
mod unread;
mod verbs;
mod visits;
mod whim;
mod world;
