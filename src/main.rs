//! The thin binary: parse, run, return the exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    exeunt::cli::main(std::env::args_os())
}
