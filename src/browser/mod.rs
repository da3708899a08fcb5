//! fantoccini lives only here: driver process, session, page agent, act, shot.
