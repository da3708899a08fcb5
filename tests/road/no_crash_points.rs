//! Nobody but a test can make the program stand still.

/// The variable by which a build with the feature is told where its crash points are.
const MARK: &[u8] = b"CRASH_POINTS_OF_EXEUNT";

#[test]
fn a_build_has_crash_points_only_with_the_feature() {
    let program = std::fs::read(env!("CARGO_BIN_EXE_exeunt")).unwrap();
    let holds = program.windows(MARK.len()).any(|window| window == MARK);
    assert_eq!(holds, cfg!(feature = "crash-points"));
}
