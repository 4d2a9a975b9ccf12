//! `/` of the tenant `admin` while nobody administers: whoever comes first does.

use axum::{body::Bytes, http::HeaderMap, response::Response};
use domain::password_policy;
use events::{Actor, IdentifierKind, UserId};
use protocol::Parameters;

use crate::{
    administrators,
    call::Call,
    hosted::{
        csrf, form,
        frame::{Stage, page},
        simple,
    },
    http::error::ApiError,
    identifier::Identifier,
    ids::{SHORT_ID_CHARS, parse},
    oidc::answer,
    pages::{
        first_run::{FirstRunView, first_run},
        problem::{Field, Problem},
    },
    password_policy::rejected,
    start::ADMIN_TENANT,
};

/// What the form's token is bound to: there is no visit yet.
const FORM: &str = "first run";

/// `GET /`
pub(crate) async fn show(call: Call, headers: HeaderMap) -> Response {
    if is_offered(&call).await {
        render(&call, &headers, "", None)
    } else {
        simple::home(call, headers).await
    }
}

/// `POST /`
pub(crate) async fn submit(call: Call, headers: HeaderMap, body: Bytes) -> Response {
    let fields = Parameters::parse_form(&body).ok().filter(|fields| {
        csrf::is_genuine(&call.site, FORM, fields.get("csrf").unwrap_or_default())
    });
    let Some(fields) = fields else { return answer::see_other("/") };
    if !is_offered(&call).await {
        return answer::see_other("/");
    }
    let field = |name| fields.get(name).unwrap_or_default();
    let username = field("identifier");
    if field("newPassword") != field("confirmPassword") {
        let problem = Problem::of_field(Field::ConfirmPassword, "password.mismatch");
        return render(&call, &headers, username, Some(&problem));
    }
    match create(&call, username, field("newPassword")).await {
        Ok(_) => answer::see_other("/"),
        Err(error) => {
            let about_name = error.code.is_some_and(|code| code.starts_with("user."));
            let at = if about_name { Field::Identifier } else { Field::NewPassword };
            match form::problem(error, &[at]) {
                Ok(problem) => render(&call, &headers, username, Some(&problem)),
                Err(response) => *response,
            }
        }
    }
}

/// Only the tenant of administrators asks, and only until there is one.
async fn is_offered(call: &Call) -> bool {
    call.site.tenant().as_str() == ADMIN_TENANT
        && administrators::is_vacant(call).await.unwrap_or(false)
}

async fn create(call: &Call, username: &str, password: &str) -> Result<bool, ApiError> {
    let name = Identifier::try_new(IdentifierKind::Username, username).map_err(|error| {
        let status = axum::http::StatusCode::BAD_REQUEST;
        ApiError::new(status, "user.invalid_identifier", error.to_string())
    })?;
    let settings = call.site.experience()?;
    password_policy::check(&settings.password_policy, password, &[name.value()])
        .map_err(|issues| rejected(&issues))?;
    let id: UserId = parse(&call.site.app().random.id(SHORT_ID_CHARS))?;
    let context = call.context(Actor::Visitor);
    administrators::create_first(call, &context, &id, name.value(), password.to_owned()).await
}

fn render(
    call: &Call,
    headers: &HeaderMap,
    identifier: &str,
    problem: Option<&Problem>,
) -> Response {
    let settings = call.site.experience().unwrap_or_default();
    let status = form::status(problem);
    page(call, headers, &Stage { status, ..Stage::default() }, |frame| {
        let view = FirstRunView {
            action: "/",
            csrf: &csrf::token(&call.site, FORM),
            identifier,
            rules: form::password_rules(&settings.password_policy),
            problem,
        };
        first_run(frame, &view)
    })
}
