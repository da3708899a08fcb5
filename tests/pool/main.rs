//! The pool of browsers that other tests use: that no client sees what another left, and that nothing outlives its process.

#[expect(dead_code, reason = "no test here stops a driver")]
#[path = "../support/foreign.rs"]
mod foreign;
mod guest;
#[expect(dead_code, reason = "no test here lets a command go wrong")]
#[path = "../support/http.rs"]
mod http;
mod left;
mod life;
#[expect(dead_code, reason = "each test here has a pool of its own")]
#[path = "../support/pool.rs"]
mod pool;
#[expect(dead_code, reason = "what is counted here are groups")]
#[path = "../support/processes.rs"]
mod processes;
#[path = "../support/search_path.rs"]
mod search_path;
