//! Hostile scripts, each in a real worker process: they end in time, they say why, and nobody else
//! waits for them.

#[cfg(test)]
mod attacks {
    use std::{
        io,
        time::{Duration, Instant},
    };

    use script::{
        Failure, FailureKind, Job, Lane, Limits, Outcome, Pool, PoolError, Program, Settings,
        worker,
    };

    /// Tells this very program that it is a worker.
    const WORKER: &str = "EVIDENT_TEST_WORKER";
    const LIMITS: Limits =
        Limits { time_millis: 400, heap_bytes: 16 * 1_024 * 1_024, result_bytes: 4_096 };
    const OWN: Lane<'static> = Lane { tenant: "t1", application: "a1" };

    /// Not a test: the inside of the workers that the tests start.
    #[test]
    fn worker_process() {
        if std::env::var_os(WORKER).is_some() {
            worker::serve(io::stdin(), io::stdout()).unwrap();
        }
    }

    fn pool() -> Pool {
        let program = Program {
            path: std::env::current_exe().unwrap(),
            arguments: ["--exact", "attacks::worker_process", "--nocapture"].map(Into::into).into(),
            environment: vec![(WORKER.into(), "1".into())],
        };
        let settings = Settings { workers: 4, queue: 16, wait_max: Duration::from_secs(20) };
        Pool::new(program, settings)
    }

    fn job(body: &str) -> Job {
        Job {
            source: format!("const f = async ({{ token, api }}) => {{ {body} }};"),
            function: "f".into(),
            argument: r#"{"token":{"jti":"x"}}"#.into(),
            limits: LIMITS,
        }
    }

    #[expect(clippy::disallowed_methods, reason = "the limits are limits of real time")]
    fn now() -> Instant {
        Instant::now()
    }

    async fn run(pool: &Pool, body: &str) -> Outcome {
        pool.run(OWN, job(body)).await.unwrap()
    }

    fn returned(json: &str) -> Outcome {
        Outcome::Returned(json.to_owned())
    }

    fn kind(outcome: &Outcome) -> Option<FailureKind> {
        let Outcome::Failed(Failure { kind, .. }) = outcome else { return None };
        Some(*kind)
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_script_returns_an_object_at_once_or_later() {
        let pool = pool();
        assert_eq!(run(&pool, "return { id: token.jti };").await, returned(r#"{"id":"x"}"#));
        let later = "return new Promise((done) => Promise.resolve().then(() => done({ a: [1] })));";
        assert_eq!(run(&pool, later).await, returned(r#"{"a":[1]}"#));
        let loops = "let n = 0; for (let i = 0; i < 1000; i++) n += await 1; return { n };";
        assert_eq!(run(&pool, loops).await, returned(r#"{"n":1000}"#));
        let plain = Job { source: "function f() { return {}; }".into(), ..job("") };
        assert_eq!(pool.run(OWN, plain).await.unwrap(), returned("{}"));
        let global = Job { source: "f = () => ({ then(d) { d({ b: 1 }) } })".into(), ..job("") };
        assert_eq!(pool.run(OWN, global).await.unwrap(), returned(r#"{"b":1}"#));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn whoever_does_not_end_is_ended() {
        let pool = pool();
        for (body, expected) in [
            ("for (;;) {}", FailureKind::TimedOut),
            ("try { for (;;) {} } finally { for (;;) {} }", FailureKind::TimedOut),
            ("for (;;) await 1;", FailureKind::TimedOut),
            ("return { a: /^(a+)+$/.test('a'.repeat(64) + '!') };", FailureKind::TimedOut),
            ("return { get a() { for (;;) {} } };", FailureKind::TimedOut),
            ("return { toJSON() { for (;;) {} } };", FailureKind::TimedOut),
            ("await new Promise(() => {}); return {};", FailureKind::NeverSettled),
            ("return { then() {} };", FailureKind::NeverSettled),
        ] {
            let began = now();
            let outcome = run(&pool, body).await;
            assert_eq!(kind(&outcome), Some(expected), "{body}: {outcome:?}");
            assert!(began.elapsed() < Duration::from_secs(5), "{body}");
        }
    }

    /// The engine asks nobody while it searches or multiplies: the process ends instead.
    #[tokio::test(flavor = "multi_thread")]
    async fn native_code_that_does_not_end_is_ended_with_its_process() {
        let pool = pool();
        for body in [
            "const a = 'a'.repeat(4e6); return { at: a.indexOf('a'.repeat(2e6) + 'b') };",
            "let n = 3n; for (;;) n = n * n;",
        ] {
            let began = now();
            let outcome = run(&pool, body).await;
            assert!(kind(&outcome).is_some(), "{body}: {outcome:?}");
            assert!(began.elapsed() < Duration::from_secs(5), "{body}");
        }
        assert_eq!(run(&pool, "return {};").await, returned("{}"));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn whoever_takes_too_much_gets_nothing() {
        let pool = pool();
        for (body, expected) in [
            (
                "const held = []; for (;;) held.push(new Array(1e5).fill(1));",
                &[FailureKind::OutOfMemory][..],
            ),
            (
                "const again = () => Promise.resolve().then(again); await again();",
                &[FailureKind::OutOfMemory, FailureKind::TimedOut],
            ),
            ("return { a: 'a'.repeat(2 ** 29) };", &[FailureKind::OutOfMemory]),
            ("const down = () => down() + 1; return { a: down() };", &[FailureKind::Threw]),
            (
                "let a = []; for (let i = 0; i < 1e6; i++) a = [a]; return { a };",
                &[
                    FailureKind::Threw,
                    FailureKind::OutOfMemory,
                    FailureKind::TooLarge,
                    FailureKind::Died,
                ],
            ),
            ("return { a: 'a'.repeat(4096) };", &[FailureKind::TooLarge]),
            ("throw new Error('a'.repeat(1e6));", &[FailureKind::Threw]),
        ] {
            let outcome = run(&pool, body).await;
            let found = kind(&outcome);
            assert!(found.is_some_and(|kind| expected.contains(&kind)), "{body}: {found:?}");
            let Outcome::Failed(failure) = outcome else { panic!("{body}") };
            assert!(failure.message.chars().count() <= 512);
        }
        let most = run(&pool, "return { a: 'a'.repeat(4096 - 8) };").await;
        assert!(matches!(most, Outcome::Returned(_)));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_is_no_object_is_no_result() {
        let pool = pool();
        let circle = "const a = {}; a.a = a; return a;";
        for (body, expected) in [
            ("return 1;", FailureKind::NotAnObject),
            ("return [];", FailureKind::NotAnObject),
            ("return null;", FailureKind::NotAnObject),
            ("return () => 1;", FailureKind::NotAnObject),
            ("return { toJSON: () => [1] };", FailureKind::NotAnObject),
            ("return { toJSON: () => undefined };", FailureKind::NotAnObject),
            ("return { a: 1n };", FailureKind::Threw),
            ("return { get a() { throw new Error('no'); } };", FailureKind::Threw),
            (circle, FailureKind::Threw),
        ] {
            assert_eq!(kind(&run(&pool, body).await), Some(expected), "{body}");
        }
        let absent = Job { source: "const g = 1;".into(), ..job("") };
        assert_eq!(kind(&pool.run(OWN, absent).await.unwrap()), Some(FailureKind::NoFunction));
        let broken = Job { source: "const f = (".into(), ..job("") };
        assert_eq!(kind(&pool.run(OWN, broken).await.unwrap()), Some(FailureKind::Threw));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn tricks_with_prototypes_end_with_the_call() {
        let pool = pool();
        let poison = "Object.prototype.admin = true; JSON.stringify = () => '{\"x\":1}';
            Promise.prototype.then = () => { throw 1 }; Array.prototype.toJSON = () => 'no';
            globalThis.Promise = null;
            return { list: [1], proxy: new Proxy({ b: 2 }, {}), own: 1 };";
        let outcome = run(&pool, poison).await;
        assert_eq!(outcome, returned(r#"{"list":"no","proxy":{"b":2},"own":1}"#));
        let after = run(&pool, "return { admin: ({}).admin === undefined, list: [1] };").await;
        assert_eq!(after, returned(r#"{"admin":true,"list":[1]}"#));
        let proto = run(&pool, "return JSON.parse('{\"__proto__\":{\"admin\":true}}');").await;
        assert_eq!(proto, returned(r#"{"__proto__":{"admin":true}}"#));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_script_has_nothing_but_the_language() {
        let names = [
            "fetch",
            "require",
            "process",
            "std",
            "os",
            "setTimeout",
            "Worker",
            "XMLHttpRequest",
            "console",
            "performance",
            "WeakRef",
            "Deno",
            "navigator",
        ];
        let body = format!("return {{ found: {names:?}.filter((name) => name in globalThis) }};");
        assert_eq!(run(&pool(), &body).await, returned(r#"{"found":[]}"#));
        let import = run(&pool(), "return await import('std');").await;
        assert_eq!(kind(&import), Some(FailureKind::Threw));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn who_denies_access_cannot_take_it_back() {
        let pool = pool();
        let denied = |message: &str| Outcome::Denied(Some(message.to_owned()));
        assert_eq!(run(&pool, "api.denyAccess('not today');").await, denied("not today"));
        let caught = "try { api.denyAccess('a'); } catch {} return { admin: true };";
        assert_eq!(run(&pool, caught).await, denied("a"));
        assert_eq!(run(&pool, "api.denyAccess(); return {};").await, Outcome::Denied(None));
        let twice = "try { api.denyAccess('a') } catch {} api.denyAccess('b');";
        assert_eq!(run(&pool, twice).await, denied("a"));
        let object = "api.denyAccess({ toString() { for (;;) {} } });";
        assert_eq!(run(&pool, object).await, Outcome::Denied(None));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn whoever_loops_leaves_workers_to_other_applications_and_tenants() {
        let pool = std::sync::Arc::new(pool());
        // Start workers first: what is measured is the wait, not the start of a process.
        for lane in [Lane { tenant: "t1", application: "a2" }, Lane { tenant: "t2", ..OWN }] {
            pool.run(lane, job("return {};")).await.unwrap();
        }
        let hostile: Vec<_> = (0..4)
            .map(|_| {
                let pool = pool.clone();
                tokio::spawn(async move { run(&pool, "for (;;) {}").await })
            })
            .collect();
        for lane in [Lane { tenant: "t1", application: "a2" }, Lane { tenant: "t2", ..OWN }] {
            let began = now();
            let outcome = pool.run(lane, job("return {};")).await.unwrap();
            assert_eq!(outcome, returned("{}"));
            assert!(began.elapsed() < Duration::from_millis(300), "{:?}", began.elapsed());
        }
        for task in hostile {
            assert_eq!(kind(&task.await.unwrap()), Some(FailureKind::TimedOut));
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_full_lane_is_told_at_once_and_others_are_not() {
        let pool = std::sync::Arc::new(pool());
        // Two of the application run, four wait, two are told.
        let asked: Vec<_> = (0..8)
            .map(|_| {
                let pool = pool.clone();
                tokio::spawn(async move { pool.run(OWN, job("for (;;) {}")).await })
            })
            .collect();
        let other = Lane { application: "a2", ..OWN };
        assert_eq!(pool.run(other, job("return {};")).await.unwrap(), returned("{}"));
        let mut refused = 0;
        for task in asked {
            match task.await.unwrap() {
                Ok(outcome) => assert_eq!(kind(&outcome), Some(FailureKind::TimedOut)),
                Err(error) => {
                    assert!(matches!(error, PoolError::Overloaded));
                    refused += 1;
                }
            }
        }
        assert_eq!(refused, 2);
    }
}
