//! `/device`: where a person types, or confirms, the code that a device shows. What they say goes to
//! `/oidc/device`, which sends the browser back here with a word about it (contract: oidc §5).

use axum::{
    extract::RawQuery,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use form_urlencoded::Serializer;
use protocol::{Parameters, ScopeSet};

use crate::{
    call::Call,
    claims::user_claims,
    hosted::{
        form,
        frame::{Stage, page},
    },
    oidc::{
        answer,
        device::{CodeError, DeviceForm, find, form_at_page},
        failure::OidcResult,
        session,
    },
    pages::{
        device::{DeviceCodeView, DeviceConfirmView, device_code, device_confirm, device_success},
        failure::{FailureView, unknown_session},
        problem::{Field, Problem},
    },
};

/// Where the forms post to, and where a browser without the form's cookies is sent.
const ACTION: &str = "/oidc/device";

/// `GET /device`
pub(super) async fn show(call: Call, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let query = Parameters::parse_form(query.unwrap_or_default().as_bytes()).unwrap_or_default();
    shown(&call, &headers, &query).await.unwrap_or_else(IntoResponse::into_response)
}

async fn shown(call: &Call, headers: &HeaderMap, query: &Parameters) -> OidcResult<Response> {
    let Some(device_form) = form_at_page(call, headers)? else {
        if query.get("begun").is_some() {
            return Ok(without_cookies(call, headers));
        }
        let code = query.get("user_code").map(|code| ("user_code", code));
        let query = Serializer::new(String::new()).extend_pairs(code).finish();
        let start = if query.is_empty() { ACTION.to_owned() } else { format!("{ACTION}?{query}") };
        return Ok(answer::see_other(&start));
    };
    if let Some(typed) = query.get("user_code") {
        return confirm(call, headers, &device_form, typed).await;
    }
    let typed = query.get("input_code").unwrap_or_default();
    let error = query.get("error").map(CodeError::parse);
    let problem = error.map(|error| problem(error.unwrap_or(CodeError::NotFound)));
    Ok(ask(call, headers, &device_form, typed, problem.as_ref()))
}

/// Asks whether the application on the device may be let in.
async fn confirm(
    call: &Call,
    headers: &HeaderMap,
    device_form: &DeviceForm,
    typed: &str,
) -> OidcResult<Response> {
    let device = match find(call, &device_form.browser, typed).await? {
        Ok(device) => device,
        Err(error) => {
            return Ok(ask(call, headers, device_form, typed, Some(&problem(error))));
        }
    };
    let clients = call.site.clients()?;
    let Some(client) = clients.get(device.request()?.application.as_str()) else {
        let gone = problem(CodeError::NotFound);
        return Ok(ask(call, headers, device_form, typed, Some(&gone)));
    };
    let person = signed_in(call, headers).await?;
    let stage = Stage { application_name: Some(&client.name), ..Stage::default() };
    Ok(page(call, headers, &stage, |frame| {
        let view = DeviceConfirmView {
            action: ACTION,
            xsrf: &device_form.xsrf,
            user_code: &device.user_code.to_string(),
            person: person.as_deref(),
        };
        device_confirm(frame, &view)
    }))
}

/// What the signed-in person is called.
async fn signed_in(call: &Call, headers: &HeaderMap) -> OidcResult<Option<String>> {
    let Some(session) = session::read(call, headers).await? else { return Ok(None) };
    let person = user_claims(call, &session.user, &ScopeSet::empty()).await?;
    Ok(person.map(|person| {
        let identifier = person.username.or(person.primary_email).or(person.primary_phone);
        person.name.or(identifier).unwrap_or(person.id)
    }))
}

fn ask(
    call: &Call,
    headers: &HeaderMap,
    device_form: &DeviceForm,
    typed: &str,
    problem: Option<&Problem>,
) -> Response {
    let stage = Stage { status: form::status(problem), ..Stage::default() };
    page(call, headers, &stage, |frame| {
        let view = DeviceCodeView { action: ACTION, xsrf: &device_form.xsrf, typed, problem };
        device_code(frame, &view)
    })
}

fn problem(error: CodeError) -> Problem {
    let of_code = |code| Problem::of_field(Field::DeviceUserCode, code);
    match error {
        CodeError::NoCode => of_code("device.no_code"),
        CodeError::NotFound => of_code("device.not_found"),
        CodeError::Expired => of_code("device.expired"),
        CodeError::AlreadyUsed => of_code("device.already_used"),
        CodeError::Aborted => Problem::of_fields(&[], "device.aborted"),
        CodeError::AccessDenied => Problem::of_fields(&[], "device.access_denied"),
        CodeError::TooManyAttempts => Problem::of_fields(&[], "device.too_many_attempts"),
    }
}

/// The browser keeps no cookies, or the page was open for too long.
fn without_cookies(call: &Call, headers: &HeaderMap) -> Response {
    let stage = Stage { status: StatusCode::BAD_REQUEST, ..Stage::default() };
    page(call, headers, &stage, |frame| {
        let view = FailureView {
            code: Some("session.not_found"),
            back_href: Some("/device"),
            ..FailureView::default()
        };
        unknown_session(frame, &view)
    })
}

/// `GET /device/success`
pub(super) async fn success(call: Call, headers: HeaderMap) -> Response {
    page(&call, &headers, &Stage::default(), device_success)
}
