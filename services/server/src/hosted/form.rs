//! What the pages of a visit share: the visit itself, its form, its client and its next step.

use axum::{
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use events::{IdentifierKind, PasswordPolicy, VerificationId};
use protocol::Parameters;

use crate::{
    call::Call,
    clients::Client,
    experience,
    hosted::{csrf, frame::Stage, simple},
    http::error::ApiError,
    oidc::{
        answer,
        resume::{self, Visit},
    },
    pages::{
        identifiers::Identifiers,
        password_rules::PasswordRules,
        problem::{Field, Problem},
        security_policy::FormTargets,
    },
};

/// The visit of the browser's cookie, or the page to show instead.
pub(super) async fn visit(call: &Call, headers: &HeaderMap) -> Result<Visit, Response> {
    match resume::read(call, headers).await {
        Ok(Some(visit)) => Ok(visit),
        Ok(None) => Err(simple::lost(call)),
        Err(failure) => Err(failure.into_response()),
    }
}

/// The fields of a form that we showed for this visit, or the page to show instead.
fn fields(call: &Call, visit: &Visit, body: &[u8]) -> Result<Parameters, Box<Response>> {
    let parameters = Parameters::parse_form(body).map_err(|_| Box::new(simple::lost(call)))?;
    let token = parameters.get("csrf").unwrap_or_default();
    if csrf::is_genuine(&call.site, visit.id.as_str(), token) {
        Ok(parameters)
    } else {
        Err(Box::new(simple::lost(call)))
    }
}

/// The visit and the fields of a posted form, or the page to show instead.
pub(super) async fn posted(
    call: &Call,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<(Visit, Parameters), Box<Response>> {
    let visit = visit(call, headers).await.map_err(Box::new)?;
    let fields = fields(call, &visit, body)?;
    Ok((visit, fields))
}

/// Runs `show` with the visit's application and frame.
pub(super) fn with_stage(
    call: &Call,
    visit: &Visit,
    problem: Option<&Problem>,
    show: impl FnOnce(&Client, &Stage<'_>) -> Response,
) -> Response {
    let clients = match call.site.clients() {
        Ok(clients) => clients,
        Err(error) => return ApiError::from(error).into_response(),
    };
    let Some(client) = clients.get(&visit.request.client_id) else {
        return simple::lost(call);
    };
    let target = form_target(&visit.request.redirect_uri);
    let targets = [target.as_str()];
    let stage = Stage {
        status: status(problem),
        targets: FormTargets::And(&targets),
        application_name: Some(&client.name),
        ui_locales: visit.request.ui_locales.as_deref(),
    };
    show(client, &stage)
}

/// The source of a redirect URI for the policy: browsers hold the redirect after a form to it.
fn form_target(redirect_uri: &str) -> String {
    url::Url::parse(redirect_uri).map_or_else(
        |_| String::new(),
        |url| match url.scheme() {
            "http" | "https" => url.origin().ascii_serialization(),
            scheme => format!("{scheme}:"),
        },
    )
}

/// Identifies by the proof, signs in and sends the browser on.
///
/// # Errors
/// What identification or submission refuses.
pub(super) async fn finish(
    call: &Call,
    headers: &HeaderMap,
    visit: &Visit,
    proof: &VerificationId,
) -> Result<Response, ApiError> {
    experience::identify(call, visit, proof).await?;
    let submitted = experience::submit(call, headers, visit).await?;
    let mut response = answer::see_other(&submitted.redirect_to);
    submitted.set_cookie(call, &mut response)?;
    Ok(response)
}

/// What to show for an error: a problem of the form, or the error's own answer if it is not the
/// visitor's to mend.
pub(super) fn problem(error: ApiError, fields: &[Field]) -> Result<Problem, Box<Response>> {
    let Some(code) = error.code.filter(|_| error.status.is_client_error()) else {
        return Err(Box::new(error.into_response()));
    };
    let issues = error.data.as_ref().and_then(|data| data.as_array());
    let codes = issues.into_iter().flatten().filter_map(|issue| {
        let minimum = issue.pointer("/interpolation/min").and_then(serde_json::Value::as_u64);
        let maximum = issue.pointer("/interpolation/max").and_then(serde_json::Value::as_u64);
        Some((issue.get("code")?.as_str()?.to_owned(), minimum, maximum))
    });
    let told = codes.fold(None, |told: Option<Problem>, (code, minimum, maximum)| {
        let mut told = match told {
            None => Problem::of_fields(fields, code),
            Some(told) => told.and(code),
        };
        if let Some(minimum) = minimum {
            told = told.with("min", minimum);
        }
        if let Some(maximum) = maximum {
            told = told.with("max", maximum);
        }
        Some(told)
    });
    Ok(told.unwrap_or_else(|| Problem::of_fields(fields, code)))
}

/// 422 for a form that comes back with a problem.
pub(super) fn status(problem: Option<&Problem>) -> StatusCode {
    problem.map_or(StatusCode::OK, |_| StatusCode::UNPROCESSABLE_ENTITY)
}

/// What a password must be, as the pages tell it.
pub(super) fn password_rules(policy: &PasswordPolicy) -> PasswordRules {
    PasswordRules {
        length_min: policy.length_min.into(),
        length_max: policy.length_max.into(),
        character_types_min: policy.character_types_min.into(),
        rejects_pwned: false,
        rejects_repetition_and_sequence: policy.rejects_repetition_and_sequence,
        rejects_user_info: policy.rejects_user_info,
        rejects_words: !policy.rejects_words.is_empty(),
    }
}

/// Kinds of identifier as the pages take them.
pub(super) fn identifiers(kinds: &[IdentifierKind]) -> Identifiers {
    Identifiers {
        username: kinds.contains(&IdentifierKind::Username),
        email: kinds.contains(&IdentifierKind::Email),
        phone: kinds.contains(&IdentifierKind::Phone),
    }
}
