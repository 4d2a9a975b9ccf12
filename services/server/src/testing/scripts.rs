//! Processes for scripts in tests: the test program itself, started again.

use std::io;

use crate::config::ScriptConfig;

/// Tells the test program that it is a worker.
const WORKER: &str = "EVIDENT_TEST_WORKER";

/// A pool of such processes.
pub(crate) fn pool(config: &ScriptConfig) -> script::Pool {
    let name = "testing::scripts::worker_process";
    let program = script::Program {
        path: std::env::current_exe().unwrap(),
        arguments: ["--exact", name, "--nocapture"].map(Into::into).into(),
        environment: vec![(WORKER.into(), "1".into())],
    };
    script::Pool::new(program, crate::claims_script::settings(config))
}

/// Not a test: the inside of the workers that the tests start.
#[test]
fn worker_process() {
    if std::env::var_os(WORKER).is_some() {
        script::worker::serve(io::stdin(), io::stdout()).unwrap();
    }
}
