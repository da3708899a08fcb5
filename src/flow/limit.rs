//! How large a pack and its parts may be. Nobody writes more by hand; without limits a hostile pack could fill the memory.

/// The largest file, in bytes. The built-in pack's largest has a tenth of it.
pub const LARGEST_FILE: usize = 256 * 1024;
/// The largest pack, in bytes.
pub const LARGEST_PACK: usize = 2 * 1024 * 1024;
/// The most files of a pack.
pub const MOST_FILES: usize = 200;
/// The most steps of a flow, those of the parts that it uses included: a removal has five.
pub const MOST_STEPS: usize = 100;
/// The most alternatives that a step waits for.
pub const MOST_WANTS: usize = 20;
/// The most ways of one target.
pub const MOST_WAYS: usize = 20;
/// The most words that one input may be.
pub const MOST_WORDS: usize = 20;
/// The most texts of one word.
pub const MOST_TEXTS: usize = 50;
/// The most generations, signs, or conditions of one of them.
pub const MOST_CONDITIONS: usize = 50;
/// The most selectors of parts that are covered in pictures.
pub const MOST_MASKS: usize = 20;
