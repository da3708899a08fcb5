//! The practice site: pages, scenario, audit log.
