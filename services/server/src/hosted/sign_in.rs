//! `/sign-in`: identifier and password on one page.

use axum::{
    body::Bytes,
    extract::{Path, RawQuery},
    http::HeaderMap,
    response::Response,
};
use events::{IdentifierKind, InteractionPurpose, SignInExperienceSettings, SignInMode};
use protocol::Parameters;

use crate::{
    call::Call,
    experience::{
        self,
        password::{check_length, invalid_credentials},
    },
    hosted::{
        csrf, form,
        frame::{Stage, page},
        simple,
    },
    http::error::ApiError,
    identifier::Identifier,
    oidc::{answer, resume::Visit},
    pages::{
        problem::{Field, Problem},
        sign_in::{SignInView, sign_in},
    },
};

/// `GET /sign-in`
pub(super) async fn show(call: Call, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let visit = match form::visit(&call, &headers).await {
        Ok(visit) => visit,
        Err(response) => return response,
    };
    let query = Parameters::parse_form(query.unwrap_or_default().as_bytes());
    let hint = query.ok().and_then(|query| query.get("login_hint").map(str::to_owned));
    render(&call, &headers, &visit, &hint.unwrap_or_default(), None)
}

/// `GET /direct/{method}/{target}`: no connector is set up, so the first screen takes over.
pub(super) async fn direct(
    call: Call,
    Path((_method, _target)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    let wanted = Parameters::parse_form(query.as_bytes()).ok();
    let fallback = wanted.and_then(|query| query.get("fallback").map(str::to_owned));
    let page = match fallback.as_deref() {
        Some("register" | "identifier-register") => "/register",
        Some(_) | None => "/sign-in",
    };
    drop(call);
    answer::see_other(page)
}

/// `POST /sign-in`
pub(super) async fn submit(call: Call, headers: HeaderMap, body: Bytes) -> Response {
    let (visit, fields) = match form::posted(&call, &headers, &body).await {
        Ok(posted) => posted,
        Err(response) => return *response,
    };
    let typed = fields.get("identifier").unwrap_or_default();
    let password = fields.get("password").unwrap_or_default();
    match attempt(&call, &headers, &visit, typed, password).await {
        Ok(response) => response,
        Err(error) if error.code == Some("user.suspended") => simple::suspended(&call, &headers),
        Err(error) if error.code == Some("session.not_found") => simple::lost(&call),
        Err(error) => match form::problem(error, &[Field::Identifier, Field::Password]) {
            Ok(problem) => render(&call, &headers, &visit, typed, Some(&problem)),
            Err(response) => *response,
        },
    }
}

async fn attempt(
    call: &Call,
    headers: &HeaderMap,
    visit: &Visit,
    typed: &str,
    password: &str,
) -> Result<Response, ApiError> {
    let enabled = kinds(&*call.site.experience()?);
    experience::choose(call, visit, InteractionPurpose::SignIn, true).await?;
    // What cannot be an identifier is nobody's; it takes as long to say so.
    let identifier = Identifier::guess(typed, &enabled).unwrap_or_else(Identifier::nobody);
    check_length(password).map_err(|_| invalid_credentials())?;
    let proof = experience::verify_password(call, visit, &identifier, password.to_owned()).await?;
    form::finish(call, headers, visit, &proof).await
}

/// Identifiers that can be typed here.
fn kinds(settings: &SignInExperienceSettings) -> Vec<IdentifierKind> {
    let methods = settings.sign_in_methods.iter();
    methods.filter(|method| method.password).map(|method| method.identifier).collect()
}

fn render(
    call: &Call,
    headers: &HeaderMap,
    visit: &Visit,
    typed: &str,
    problem: Option<&Problem>,
) -> Response {
    let settings = call.site.experience().unwrap_or_default();
    let register =
        settings.sign_in_mode != SignInMode::SignIn && !settings.sign_up.identifiers.is_empty();
    form::with_stage(call, visit, problem, |_, stage: &Stage<'_>| {
        page(call, headers, stage, |frame| {
            let view = SignInView {
                action: "/sign-in",
                csrf: &csrf::token(&call.site, visit.id.as_str()),
                identifiers: form::identifiers(&kinds(&settings)),
                identifier: typed,
                problem,
                needs_terms_tick: false,
                register_href: register.then_some("/register"),
                forgot_password_href: None,
            };
            sign_in(frame, &view)
        })
    })
}
