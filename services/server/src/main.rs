//! `evident`: the one binary.

use std::process::ExitCode;

use crypto::Random;
use server::{cli, clock::Clock};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::run(Clock::System, Random::system())
}
