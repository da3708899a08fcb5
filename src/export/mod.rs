//! The official export, CSV or zip, to rows.
