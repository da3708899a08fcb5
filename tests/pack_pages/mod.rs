//! The flows that end an account against the practice site's pages, in both browsers: every variant, every order of the pages,
//! what is in the way, and what a miss says.

mod closing;
mod hand;
mod leaving;
mod shapes;
mod site;
