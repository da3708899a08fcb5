//! People, selection, keep list, plan and its hash.
