//! One run of a script: what it is given, what becomes of its answer, and what the log says of it.

use std::time::Duration;

use domain::{ClaimsScriptRun, ClaimsScriptRunCommand};
use events::{
    Actor, ApplicationId, ClaimsScriptFailure, ClaimsScriptMessage, ClaimsScriptRunEvent, Personal,
    ScriptedToken, UserId,
};
use protocol::{OAuthError, error::ErrorKind};
use script::{FailureKind, Job, Lane, Limits, Outcome, PoolError};
use serde_json::{Value, json};

use super::Claims;
use crate::{
    call::Call,
    config::ScriptConfig,
    ids::{TOKEN_ID_CHARS, parse},
    oidc::failure::{OidcFailure, OidcResult},
    oidc_settings::Script,
};

/// Name of the function that a script defines.
const FUNCTION: &str = "getCustomJwtClaims";
/// Most bytes of JSON that a script may add: a token has to fit a header.
const CLAIMS_BYTES_MAX: usize = 16_384;
/// Deepest nesting that a script may return.
const DEPTH_MAX: usize = 32;
/// A member that is dangerous to whoever copies claims carelessly.
const PROTOTYPE: &str = "__proto__";

/// What a script is run for.
pub(super) struct Run<'a> {
    /// Kind of token.
    pub(super) token: ScriptedToken,
    /// Who asks for the token.
    pub(super) application: &'a ApplicationId,
    /// For whom it would speak.
    pub(super) user: Option<&'a UserId>,
}

/// What came of a script.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Tried {
    /// Claims.
    Claims(Claims),
    /// It denied access, with this message or none.
    Denied(Option<String>),
    /// No claims that could be used.
    Failed(ClaimsScriptFailure, String),
}

/// Runs a script that is given as a whole; nothing is recorded.
///
/// # Errors
/// [`PoolError`]
pub(crate) async fn try_out(
    call: &Call,
    application: &str,
    source: &str,
    given: &Value,
) -> Result<Tried, PoolError> {
    let config = &call.site.app().config.scripts;
    let job = Job {
        source: source.to_owned(),
        function: FUNCTION.to_owned(),
        argument: given.to_string(),
        limits: limits(config),
    };
    let lane = Lane { tenant: call.site.tenant().as_str(), application };
    let outcome = call.site.app().scripts.run(lane, job).await?;
    Ok(match outcome {
        Outcome::Returned(text) => match claims(&text) {
            Some(claims) => Tried::Claims(claims),
            None => {
                let message = "the script must return an object that is plain JSON";
                Tried::Failed(ClaimsScriptFailure::NotAnObject, message.to_owned())
            }
        },
        Outcome::Denied(message) => Tried::Denied(message),
        Outcome::Failed(failure) => Tried::Failed(reason(failure.kind), failure.message),
    })
}

fn limits(config: &ScriptConfig) -> Limits {
    Limits {
        time_millis: config.time_millis,
        heap_bytes: config.heap_mib * 1_024 * 1_024,
        result_bytes: CLAIMS_BYTES_MAX,
    }
}

/// The claims in a script's answer: an object, not too deep.
fn claims(text: &str) -> Option<Claims> {
    let mut value: Value = serde_json::from_str(text).ok()?;
    if !clean(&mut value, DEPTH_MAX) {
        return None;
    }
    match value {
        Value::Object(claims) => Some(claims),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            None
        }
    }
}

/// Takes away what only attackers write; false if the nesting is too deep.
fn clean(value: &mut Value, depth: usize) -> bool {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
        Value::Array(items) => depth > 0 && items.iter_mut().all(|item| clean(item, depth - 1)),
        Value::Object(members) => {
            members.remove(PROTOTYPE);
            depth > 0 && members.values_mut().all(|member| clean(member, depth - 1))
        }
    }
}

fn reason(kind: FailureKind) -> ClaimsScriptFailure {
    match kind {
        FailureKind::Threw => ClaimsScriptFailure::Threw,
        FailureKind::TimedOut => ClaimsScriptFailure::TimedOut,
        FailureKind::OutOfMemory => ClaimsScriptFailure::OutOfMemory,
        FailureKind::NeverSettled => ClaimsScriptFailure::NeverSettled,
        FailureKind::NoFunction => ClaimsScriptFailure::NoFunction,
        FailureKind::NotAnObject => ClaimsScriptFailure::NotAnObject,
        FailureKind::TooLarge => ClaimsScriptFailure::TooLarge,
        FailureKind::Died => ClaimsScriptFailure::Died,
    }
}

impl Run<'_> {
    /// Runs the stored script.
    ///
    /// # Errors
    /// As [`super::for_user_token`].
    pub(super) async fn claims(
        &self,
        call: &Call,
        script: &Script,
        token: Value,
        context: Value,
    ) -> OidcResult<Claims> {
        let environment = script.body.environment_variables.clone().unwrap_or_default();
        let given =
            json!({"token": token, "context": context, "environmentVariables": environment});
        let application = self.application.as_str();
        let tried = try_out(call, application, &script.body.script, &given).await;
        match tried.map_err(|error| OidcFailure::Busy(Box::new(error)))? {
            Tried::Claims(claims) => Ok(claims),
            Tried::Denied(message) => {
                let personal = said(message.clone().unwrap_or_default());
                let event = ClaimsScriptRunEvent::ClaimsScriptDenied {
                    token: self.token,
                    application: self.application.clone(),
                    user: self.user.cloned(),
                    personal,
                };
                record(call, self.application, event).await?;
                let message = message.unwrap_or_else(|| "access denied".to_owned());
                Err(OAuthError::new(ErrorKind::AccessDenied, message).into())
            }
            Tried::Failed(reason, message) => {
                let event = ClaimsScriptRunEvent::ClaimsScriptFailed {
                    token: self.token,
                    application: self.application.clone(),
                    user: self.user.cloned(),
                    reason,
                    blocked: script.blocks_on_error,
                    personal: said(message),
                };
                record(call, self.application, event).await?;
                if script.blocks_on_error {
                    let description = "the script for custom claims failed";
                    return Err(OAuthError::new(ErrorKind::InvalidRequest, description).into());
                }
                Ok(Claims::new())
            }
        }
    }
}

fn said(message: String) -> Personal<ClaimsScriptMessage> {
    Personal::Open(ClaimsScriptMessage { message })
}

/// Makes the outcome durable in a stream of its own: it holds whatever becomes of the token.
async fn record(
    call: &Call,
    application: &ApplicationId,
    event: ClaimsScriptRunEvent,
) -> OidcResult<()> {
    let id = parse(&call.site.app().random.id(TOKEN_ID_CHARS))?;
    let context = call.context(Actor::Application(application.clone()));
    let command = ClaimsScriptRunCommand::RecordOutcome(event);
    let log = &call.site.app().log;
    let done = log.execute::<ClaimsScriptRun>(&context, &id, command).await?;
    call.note(done.position);
    Ok(())
}

/// What a configuration of scripts means for their processes.
pub(crate) fn settings(config: &ScriptConfig) -> script::Settings {
    script::Settings {
        workers: config.workers,
        queue: config.queue,
        wait_max: Duration::from_millis(config.time_millis),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_are_an_object_that_is_not_too_deep_and_holds_no_prototype() {
        let nested =
            |depth: usize| ["{\"a\":", &"[".repeat(depth), &"]".repeat(depth), "}"].concat();
        assert!(claims(&nested(DEPTH_MAX - 1)).is_some());
        assert!(claims(&nested(DEPTH_MAX)).is_none());
        assert!(claims(&nested(10_000)).is_none());
        assert!(claims("[]").is_none());
        assert!(claims("{\"a\":\"\\ud800\"}").is_none());
        let text = r#"{"__proto__":{"a":1},"b":[{"__proto__":1,"constructor":2}]}"#;
        assert_eq!(Value::Object(claims(text).unwrap()), json!({"b": [{"constructor": 2}]}));
    }
}
