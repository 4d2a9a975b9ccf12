//! `/register`: an identifier, then a password.

use axum::{body::Bytes, extract::RawQuery, http::HeaderMap, response::Response};
use events::{IdentifierKind, InteractionPurpose, SignInExperienceSettings, SignInMode};
use protocol::Parameters;

use crate::{
    accounts,
    call::Call,
    experience,
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
        register::{RegisterPasswordView, RegisterView, register, register_password},
    },
};

/// `GET /register`
pub(super) async fn show(call: Call, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let visit = match form::visit(&call, &headers).await {
        Ok(visit) => visit,
        Err(response) => return response,
    };
    let settings = call.site.experience().unwrap_or_default();
    if settings.sign_in_mode == SignInMode::SignIn || settings.sign_up.identifiers.is_empty() {
        return answer::see_other("/sign-in");
    }
    let query = Parameters::parse_form(query.unwrap_or_default().as_bytes());
    let hint = query.ok().and_then(|query| query.get("login_hint").map(str::to_owned));
    render(&call, &headers, &visit, &hint.unwrap_or_default(), None)
}

/// `POST /register`: a free identifier leads to the password page.
pub(super) async fn submit(call: Call, headers: HeaderMap, body: Bytes) -> Response {
    let (visit, fields) = match form::posted(&call, &headers, &body).await {
        Ok(posted) => posted,
        Err(response) => return *response,
    };
    let typed = fields.get("identifier").unwrap_or_default();
    match free(&call, typed).await {
        Ok(identifier) => render_password(&call, &headers, &visit, identifier.value(), None),
        Err(error) => match form::problem(error, &[Field::Identifier]) {
            Ok(problem) => render(&call, &headers, &visit, typed, Some(&problem)),
            Err(response) => *response,
        },
    }
}

/// `GET /register/password`: reached by going back; the identifier has to be typed again.
pub(super) async fn show_password() -> Response {
    answer::see_other("/register")
}

/// `POST /register/password`: creates the account and signs in.
pub(super) async fn submit_password(call: Call, headers: HeaderMap, body: Bytes) -> Response {
    let (visit, fields) = match form::posted(&call, &headers, &body).await {
        Ok(posted) => posted,
        Err(response) => return *response,
    };
    let field = |name| fields.get(name).unwrap_or_default();
    let typed = field("identifier");
    if field("newPassword") != field("confirmPassword") {
        let problem = Problem::of_field(Field::ConfirmPassword, "password.mismatch");
        return render_password(&call, &headers, &visit, typed, Some(&problem));
    }
    match create(&call, &headers, &visit, typed, field("newPassword")).await {
        Ok(response) => response,
        Err(error) if error.code == Some("session.not_found") => simple::lost(&call),
        Err(error) => {
            let about_identifier = error.code.is_some_and(|code| code.starts_with("user."));
            let at = if about_identifier { Field::Identifier } else { Field::NewPassword };
            match form::problem(error, &[at]) {
                Ok(problem) if about_identifier => {
                    render(&call, &headers, &visit, typed, Some(&problem))
                }
                Ok(problem) => render_password(&call, &headers, &visit, typed, Some(&problem)),
                Err(response) => *response,
            }
        }
    }
}

async fn create(
    call: &Call,
    headers: &HeaderMap,
    visit: &Visit,
    typed: &str,
    password: &str,
) -> Result<Response, ApiError> {
    let identifier = free(call, typed).await?;
    experience::choose(call, visit, InteractionPurpose::Register, true).await?;
    let proof = experience::choose_identity(call, visit, &identifier, password.to_owned()).await?;
    form::finish(call, headers, visit, &proof).await
}

/// The identifier that was typed, if it can be had.
async fn free(call: &Call, typed: &str) -> Result<Identifier, ApiError> {
    let settings = call.site.experience()?;
    let identifier = Identifier::guess(typed, &kinds(&settings)).ok_or_else(|| {
        let message = "This is no identifier that can be used here.";
        ApiError::new(axum::http::StatusCode::BAD_REQUEST, "user.invalid_identifier", message)
    })?;
    if accounts::find(call, &identifier).await?.is_some() {
        return Err(accounts::taken(&identifier));
    }
    Ok(identifier)
}

fn kinds(settings: &SignInExperienceSettings) -> Vec<IdentifierKind> {
    settings.sign_up.identifiers.clone()
}

fn render(
    call: &Call,
    headers: &HeaderMap,
    visit: &Visit,
    typed: &str,
    problem: Option<&Problem>,
) -> Response {
    let settings = call.site.experience().unwrap_or_default();
    let sign_in = settings.sign_in_mode != SignInMode::Register;
    form::with_stage(call, visit, problem, |_, stage: &Stage<'_>| {
        page(call, headers, stage, |frame| {
            let view = RegisterView {
                action: "/register",
                csrf: &csrf::token(&call.site, visit.id.as_str()),
                identifiers: form::identifiers(&kinds(&settings)),
                identifier: typed,
                problem,
                needs_terms_tick: false,
                sign_in_href: sign_in.then_some("/sign-in"),
            };
            register(frame, &view)
        })
    })
}

fn render_password(
    call: &Call,
    headers: &HeaderMap,
    visit: &Visit,
    identifier: &str,
    problem: Option<&Problem>,
) -> Response {
    let settings = call.site.experience().unwrap_or_default();
    let rules = form::password_rules(&settings.password_policy);
    form::with_stage(call, visit, problem, |_, stage: &Stage<'_>| {
        page(call, headers, stage, |frame| {
            let view = RegisterPasswordView {
                action: "/register/password",
                csrf: &csrf::token(&call.site, visit.id.as_str()),
                identifier,
                rules,
                problem,
                change_href: "/register",
            };
            register_password(frame, &view)
        })
    })
}
