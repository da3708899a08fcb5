//! Lists that are made to be hard, read by the agent itself.
