//! Observation and history to decisions: delays and quotas as arithmetic.
