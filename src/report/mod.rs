//! Facts to terminal, JSON and HTML, as pure functions.
