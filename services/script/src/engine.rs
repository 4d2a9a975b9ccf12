//! One call in one fresh engine: no files, no network, no timers, no modules. Time is bounded by the
//! engine's interrupts between instructions and while a regular expression backtracks, and between
//! the jobs of promises; heap and stack by the engine itself.

use std::{cell::RefCell, rc::Rc, time::Instant};

use rquickjs::{
    CaughtError, Context, Ctx, Error, Exception, Function, Object, Promise, Runtime, Value,
    context::{EvalOptions, intrinsic},
    function::Opt,
    promise::PromiseState,
};

use crate::{
    clock::now,
    job::{Failure, FailureKind, Job, Outcome, cut},
};

/// Stack of the script, in bytes; the thread that calls [`run`] needs twice as much.
pub(crate) const STACK_BYTES_MAX: usize = 512 * 1_024;
/// What scripts can use: the language, without shared memory, clocks of their own or weak references.
type Language = (
    intrinsic::Date,
    intrinsic::Eval,
    intrinsic::RegExpCompiler,
    intrinsic::RegExp,
    intrinsic::Json,
    intrinsic::Proxy,
    intrinsic::MapSet,
    intrinsic::TypedArrays,
    intrinsic::Promise,
);
/// Calls a function as `await` would, whether it answers at once, later, or throws.
const CALL: &str = "(async (f, argument) => await f(argument))";
/// How the engine says that its heap is full.
const OUT_OF_MEMORY: &str = "InternalError: out of memory";

/// What `api.denyAccess` was called with, once it was.
type Denial = Rc<RefCell<Option<Option<String>>>>;

/// Carries out a call.
pub(crate) fn run(job: &Job, deadline: Instant) -> Outcome {
    let denial = Denial::default();
    let result = match prepare(job, deadline, &denial) {
        Ok(context) => context.with(|ctx| {
            let called = call(&ctx, job, deadline, &denial);
            called.map_err(|stop| explain(&ctx, stop, deadline))
        }),
        Err(_) => Err(Failure::new(FailureKind::OutOfMemory, "no room for the engine")),
    };
    let denied = denial.borrow_mut().take();
    match (denied, result) {
        (Some(message), _) => Outcome::Denied(message),
        (None, Ok(text)) => Outcome::Returned(text),
        (None, Err(failure)) => Outcome::Failed(failure),
    }
}

/// Why a call has no result, inside the engine.
enum Stop {
    Engine(Error),
    Because(Failure),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Engine(error)
    }
}

fn stop<T>(kind: FailureKind, message: &str) -> Result<T, Stop> {
    Err(Stop::Because(Failure::new(kind, message)))
}

fn prepare(job: &Job, deadline: Instant, denial: &Denial) -> Result<Context, Error> {
    let runtime = Runtime::new()?;
    runtime.set_memory_limit(job.limits.heap_bytes);
    runtime.set_max_stack_size(STACK_BYTES_MAX);
    let denial = denial.clone();
    // Who has denied access cannot go on.
    let interrupt = move || now() >= deadline || denial.borrow().is_some();
    runtime.set_interrupt_handler(Some(Box::new(interrupt)));
    Context::custom::<Language>(&runtime)
}

fn call(ctx: &Ctx<'_>, job: &Job, deadline: Instant, denial: &Denial) -> Result<String, Stop> {
    // Made before the script runs, so that it can replace neither.
    let caller: Function<'_> = evaluate(ctx, CALL)?;
    let argument: Value<'_> = ctx.json_parse(job.argument.as_str())?;
    if let Some(members) = argument.as_object() {
        members.set("api", api(ctx, denial)?)?;
    }
    evaluate::<Value<'_>>(ctx, &job.source)?;
    let name = &job.function;
    let found = format!("typeof {name} === 'function' ? {name} : undefined");
    let function: Value<'_> = evaluate(ctx, &found)?;
    if !function.is_function() {
        return stop(FailureKind::NoFunction, &format!("the script defines no function {name}"));
    }
    let promise: Promise<'_> = caller.call((function, argument))?;
    while promise.state() == PromiseState::Pending && now() < deadline {
        if !ctx.execute_pending_job() {
            break;
        }
    }
    match promise.result::<Value<'_>>() {
        Some(result) => stringify(ctx, job, result?),
        None if now() >= deadline => stop(FailureKind::TimedOut, ""),
        None => stop(FailureKind::NeverSettled, "the promise of the script never settles"),
    }
}

/// Scripts need not be strict: `getCustomJwtClaims = …` without a declaration works, too.
fn evaluate<'js, T: rquickjs::FromJs<'js>>(ctx: &Ctx<'js>, source: &str) -> Result<T, Error> {
    let mut options = EvalOptions::default();
    options.strict = false;
    ctx.eval_with_options(source, options)
}

fn api<'js>(ctx: &Ctx<'js>, denial: &Denial) -> Result<Object<'js>, Error> {
    let denial = denial.clone();
    let deny = move |ctx: Ctx<'js>, message: Opt<Value<'js>>| -> Result<(), Error> {
        // Anything but text is passed over: turning it into text could run the script again.
        let text = message.0.and_then(|message| message.into_string());
        let text = text.and_then(|text| text.to_string().ok()).map(|text| cut(&text));
        denial.borrow_mut().get_or_insert(text);
        Err(Exception::throw_message(&ctx, "access denied"))
    };
    let api = Object::new(ctx.clone())?;
    api.set("denyAccess", Function::new(ctx.clone(), deny)?)?;
    Ok(api)
}

/// The engine's own `JSON.stringify`: getters, proxies and `toJSON` of the script run under the same
/// limits as the script, and what comes out is text.
fn stringify<'js>(ctx: &Ctx<'js>, job: &Job, result: Value<'js>) -> Result<String, Stop> {
    let not_an_object = "the script must return an object";
    if !result.is_object() || result.is_array() || result.is_function() {
        return stop(FailureKind::NotAnObject, not_an_object);
    }
    let Some(text) = ctx.json_stringify(result)? else {
        return stop(FailureKind::NotAnObject, not_an_object);
    };
    let text = text.to_string()?;
    if text.len() > job.limits.result_bytes {
        let limit = job.limits.result_bytes;
        return stop(FailureKind::TooLarge, &format!("the result is longer than {limit} bytes"));
    }
    // What `toJSON` made of it may be anything.
    if !text.starts_with('{') {
        return stop(FailureKind::NotAnObject, not_an_object);
    }
    Ok(text)
}

fn explain(ctx: &Ctx<'_>, stop: Stop, deadline: Instant) -> Failure {
    let error = match stop {
        Stop::Because(failure) if failure.kind != FailureKind::TimedOut => return failure,
        Stop::Because(_) => return timed_out(),
        Stop::Engine(error) => error,
    };
    if now() >= deadline {
        return timed_out();
    }
    let mut kind = FailureKind::Threw;
    let message = match CaughtError::from_error(ctx, error) {
        CaughtError::Exception(exception) => {
            let name: String = exception.get("name").unwrap_or_default();
            let message = exception.message().unwrap_or_default();
            [name.as_str(), ": ", message.as_str()].concat()
        }
        // Without room for an error the engine throws null.
        CaughtError::Value(value) if value.is_null() => {
            kind = FailureKind::OutOfMemory;
            "out of memory".to_owned()
        }
        CaughtError::Value(value) => match value.as_string().map(|text| text.to_string()) {
            Some(Ok(text)) => text,
            Some(Err(_)) | None => "the script threw what is no error".to_owned(),
        },
        CaughtError::Error(error) => error.to_string(),
    };
    if message == OUT_OF_MEMORY {
        kind = FailureKind::OutOfMemory;
    }
    Failure::new(kind, &message)
}

fn timed_out() -> Failure {
    Failure::new(FailureKind::TimedOut, "the script used up its time")
}
