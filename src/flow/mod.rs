//! The flow language: tree with spans, parse, check, targets, words.
