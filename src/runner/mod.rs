//! The dispatcher, which owns the truth, and the executor, which drives one page.
