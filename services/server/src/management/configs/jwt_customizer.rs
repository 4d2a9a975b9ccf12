//! The scripts for custom claims (contract: management-60-system §3).

use std::collections::BTreeMap;

use axum::{
    Json as Answer,
    http::StatusCode,
    routing::{delete, get, patch, post, put},
};
use domain::{ClaimsScript, ClaimsScriptCommand, HeldScript};
use events::{ClaimsScriptBody, ScriptedToken};
use projections::{ClaimsScriptRow, OidcSettings};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use store::Work;

use super::{INVALID, schema};
use crate::{
    claims_script::{Claims, Tried, try_out},
    http::{
        administrator::Administrator, body::solid, error::ApiError, json::Json,
        operation::Operation, path::Path,
    },
};

const TAG: &str = "Custom claims";
/// Longest script, in characters.
const SCRIPT_CHARS_MAX: usize = 262_144;
/// Stands for the application in a run that is only a try.
const TRIAL: &str = "trial";

/// Every operation on scripts.
pub(crate) const OPERATIONS: &[Operation] = &[
    Operation {
        method: "GET",
        path: "/configs/jwt-customizer",
        tag: TAG,
        summary: "List the scripts that are set",
        request: None,
        query: &[],
        responses: &[(200, "Scripts by kind of token")],
        handler: || get(list),
    },
    Operation {
        method: "GET",
        path: "/configs/jwt-customizer/{tokenTypePath}",
        tag: TAG,
        summary: "Read the script for `access-token` or `client-credentials`",
        request: None,
        query: &[],
        responses: &[(200, "Script"), INVALID, (404, "entity.not_exists_with_id")],
        handler: || get(read),
    },
    Operation {
        method: "PUT",
        path: "/configs/jwt-customizer/{tokenTypePath}",
        tag: TAG,
        summary: "Set the script that adds claims to tokens of a kind",
        request: Some(schema::script),
        query: &[],
        responses: &[(200, "Script"), (201, "Script, the first of its kind"), INVALID],
        handler: || put(set),
    },
    Operation {
        method: "PATCH",
        path: "/configs/jwt-customizer/{tokenTypePath}",
        tag: TAG,
        summary: "Change members of the script's settings; `script` is required",
        request: Some(schema::script),
        query: &[],
        responses: &[(200, "Script"), INVALID, (404, "entity.not_exists_with_id")],
        handler: || patch(change),
    },
    Operation {
        method: "DELETE",
        path: "/configs/jwt-customizer/{tokenTypePath}",
        tag: TAG,
        summary: "Remove the script",
        request: None,
        query: &[],
        responses: &[(204, "Nothing"), INVALID, (404, "entity.not_found")],
        handler: || delete(remove),
    },
    Operation {
        method: "POST",
        path: "/configs/jwt-customizer/test",
        tag: TAG,
        summary: "Try a script",
        request: Some(schema::try_script),
        query: &[],
        responses: &[
            (200, "What the script returned"),
            INVALID,
            (403, "jwt_customizer.general"),
            (422, "jwt_customizer.general"),
            (503, "service.unavailable"),
        ],
        handler: || post(try_script),
    },
];

/// The settings of a script, as they are sent and shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ScriptBody {
    script: String,
    #[serde(default, deserialize_with = "solid", skip_serializing_if = "Option::is_none")]
    environment_variables: Option<BTreeMap<String, String>>,
    #[serde(default, deserialize_with = "solid", skip_serializing_if = "Option::is_none")]
    block_issuance_on_error: Option<bool>,
    #[serde(default, deserialize_with = "solid", skip_serializing_if = "Option::is_none")]
    token_sample: Option<Map<String, Value>>,
    #[serde(default, deserialize_with = "solid", skip_serializing_if = "Option::is_none")]
    context_sample: Option<Map<String, Value>>,
}

/// Body of `POST /configs/jwt-customizer/test`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TrialBody {
    token_type: ScriptedToken,
    script: String,
    #[serde(default, deserialize_with = "solid")]
    environment_variables: Option<BTreeMap<String, String>>,
    token: Map<String, Value>,
    #[serde(default, deserialize_with = "solid")]
    context: Option<Map<String, Value>>,
}

#[derive(Debug, Serialize)]
struct ListedScript {
    key: &'static str,
    value: ScriptBody,
}

impl ScriptBody {
    fn new(block_issuance_on_error: Option<bool>, body: ClaimsScriptBody) -> Self {
        Self {
            script: body.script,
            environment_variables: body.environment_variables,
            block_issuance_on_error,
            token_sample: body.token_sample,
            context_sample: body.context_sample,
        }
    }

    fn of_row(row: ClaimsScriptRow) -> Option<Self> {
        Some(Self::new(row.block_issuance_on_error, row.body?))
    }

    fn of_held(held: &HeldScript) -> Option<Self> {
        Some(Self::new(held.block_issuance_on_error, held.body.open()?.clone()))
    }

    /// These settings over those before: what is absent stays.
    fn over(self, before: Self) -> Self {
        Self {
            script: self.script,
            environment_variables: self.environment_variables.or(before.environment_variables),
            block_issuance_on_error: self
                .block_issuance_on_error
                .or(before.block_issuance_on_error),
            token_sample: self.token_sample.or(before.token_sample),
            context_sample: self.context_sample.or(before.context_sample),
        }
    }

    fn command(self) -> ClaimsScriptCommand {
        ClaimsScriptCommand::SetClaimsScript {
            block_issuance_on_error: self.block_issuance_on_error,
            body: ClaimsScriptBody {
                script: self.script,
                environment_variables: self.environment_variables,
                token_sample: self.token_sample,
                context_sample: self.context_sample,
            },
        }
    }
}

async fn list(admin: Administrator) -> Result<Answer<Vec<ListedScript>>, ApiError> {
    let listed = rows(&admin)?.into_iter().filter_map(|row| {
        let key = match row.token {
            ScriptedToken::AccessToken => "jwt.accessToken",
            ScriptedToken::ClientCredentials => "jwt.clientCredentials",
        };
        Some(ListedScript { key, value: ScriptBody::of_row(row)? })
    });
    Ok(Answer(listed.collect()))
}

async fn read(
    admin: Administrator,
    Path(token): Path<String>,
) -> Result<Answer<ScriptBody>, ApiError> {
    let token = kind(&token)?;
    let row = rows(&admin)?.into_iter().find(|row| row.token == token);
    let found = row.and_then(ScriptBody::of_row);
    found.map(Answer).ok_or_else(ApiError::not_exists_with_id)
}

async fn set(
    admin: Administrator,
    Path(token): Path<String>,
    Json(body): Json<ScriptBody>,
) -> Result<(StatusCode, Answer<ScriptBody>), ApiError> {
    let token = kind(&token)?;
    check(&body.script)?;
    let log = &admin.call.site.app().log;
    let context = admin.context();
    let (was_set, position) = log
        .transact(&context, async |work: Work| -> Result<bool, ApiError> {
            let was_set = work.load::<ClaimsScript>(&token).await?.state.held().is_some();
            work.decide::<ClaimsScript>(&token, body.clone().command()).await?;
            Ok(was_set)
        })
        .await?;
    admin.settle(position).await?;
    let status = if was_set { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Answer(body)))
}

async fn change(
    admin: Administrator,
    Path(token): Path<String>,
    Json(body): Json<ScriptBody>,
) -> Result<Answer<ScriptBody>, ApiError> {
    let token = kind(&token)?;
    check(&body.script)?;
    let log = &admin.call.site.app().log;
    let context = admin.context();
    let (changed, position) = log
        .transact(&context, async |work: Work| -> Result<ScriptBody, ApiError> {
            let state = work.load::<ClaimsScript>(&token).await?.state;
            let before = state.held().and_then(ScriptBody::of_held);
            let before = before.ok_or_else(ApiError::not_exists_with_id)?;
            let changed = body.clone().over(before);
            work.decide::<ClaimsScript>(&token, changed.clone().command()).await?;
            Ok(changed)
        })
        .await?;
    admin.settle(position).await?;
    Ok(Answer(changed))
}

async fn remove(admin: Administrator, Path(token): Path<String>) -> Result<StatusCode, ApiError> {
    let token = kind(&token)?;
    let log = &admin.call.site.app().log;
    let command = ClaimsScriptCommand::RemoveClaimsScript;
    let done = log.execute::<ClaimsScript>(&admin.context(), &token, command).await?;
    admin.settle(done.position).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn try_script(
    admin: Administrator,
    Json(body): Json<TrialBody>,
) -> Result<Answer<Claims>, ApiError> {
    check(&body.script)?;
    let given = json!({
        "token": body.token,
        "context": body.context.unwrap_or_default(),
        "environmentVariables": body.environment_variables.unwrap_or_default(),
    });
    let lane = [TRIAL, "/", body.token_type.as_str()].concat();
    let tried = try_out(&admin.call, &lane, &body.script, &given).await;
    match tried.map_err(ApiError::unavailable)? {
        Tried::Claims(claims) => Ok(Answer(claims)),
        Tried::Denied(message) => {
            let message = message.unwrap_or_else(|| "Access denied.".to_owned());
            Err(ApiError::new(StatusCode::FORBIDDEN, "jwt_customizer.general", message))
        }
        Tried::Failed(reason, message) => {
            let data = json!({"message": message, "error": {"code": reason, "message": message}});
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            let shown = "The script failed.";
            Err(ApiError::new(status, "jwt_customizer.general", shown).with_data(data))
        }
    }
}

fn rows(admin: &Administrator) -> Result<Vec<ClaimsScriptRow>, ApiError> {
    let site = &admin.call.site;
    Ok(site.app().views.reader::<OidcSettings>().claims_scripts(site.tenant())?)
}

fn kind(name: &str) -> Result<ScriptedToken, ApiError> {
    ScriptedToken::ALL.into_iter().find(|token| token.as_str() == name).ok_or_else(|| {
        let message = "Expected `access-token` or `client-credentials`.";
        ApiError::invalid_input("params", &["tokenTypePath"], message)
    })
}

fn check(script: &str) -> Result<(), ApiError> {
    if script.chars().count() > SCRIPT_CHARS_MAX {
        let message = format!("A script has at most {SCRIPT_CHARS_MAX} characters.");
        return Err(ApiError::invalid_input("body", &["script"], &message));
    }
    Ok(())
}
