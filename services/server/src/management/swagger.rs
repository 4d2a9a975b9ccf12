//! `GET /swagger.json`: the documentation of the API for programs, made of the same tables as the
//! routes, so that neither can be without the other. It is the same for every tenant and made once.

use std::{collections::BTreeMap, sync::OnceLock};

use axum::{
    http::header::CONTENT_TYPE,
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::{Map, Value, json};

use crate::{http::operation::Operation, management::operations};

/// Operations that need no token.
const PUBLIC: [&str; 2] = ["/.well-known/sign-in-exp", "/swagger.json"];

pub(super) const OPERATIONS: &[Operation] = &[Operation {
    method: "GET",
    path: "/swagger.json",
    tag: "Documentation",
    summary: "Read this document; for everybody",
    request: None,
    query: &[],
    responses: &[(200, "OpenAPI document")],
    handler: || get(document),
}];

async fn document() -> Response {
    static DOCUMENT: OnceLock<String> = OnceLock::new();
    let text = DOCUMENT.get_or_init(|| describe(&operations()).to_string());
    ([(CONTENT_TYPE, "application/json")], text.as_str()).into_response()
}

fn describe(operations: &[Operation]) -> Value {
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for operation in operations {
        let method = operation.method.to_ascii_lowercase();
        paths.entry(operation.path).or_default().insert(method, describe_one(operation));
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Evident Management API",
            "version": env!("CARGO_PKG_VERSION"),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/api"}],
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"bearer": {
                "type": "http",
                "scheme": "bearer",
                "bearerFormat": "JWT",
                "description": "An access token for the Management API with scope `all`.",
            }},
            "schemas": {"Error": error_schema()},
        },
    })
}

fn describe_one(operation: &Operation) -> Value {
    let mut described = Map::new();
    described.insert("operationId".into(), operation_id(operation).into());
    described.insert("tags".into(), json!([operation.tag]));
    described.insert("summary".into(), operation.summary.into());
    let parameters = parameters(operation);
    if !parameters.is_empty() {
        described.insert("parameters".into(), parameters.into());
    }
    if let Some(schema) = operation.request {
        let content = json!({"application/json": {"schema": schema()}});
        described.insert("requestBody".into(), json!({"required": true, "content": content}));
    }
    described.insert("responses".into(), responses(operation));
    if PUBLIC.contains(&operation.path) {
        described.insert("security".into(), json!([]));
    }
    Value::Object(described)
}

/// `GET /users/{userId}/roles` becomes `getUsersByUserIdRoles`.
fn operation_id(operation: &Operation) -> String {
    let words = operation.path.split(['/', '-', '.']).filter(|word| !word.is_empty());
    let words = words.map(|word| match word.strip_prefix('{') {
        Some(parameter) => format!("By{}", capital(parameter.trim_end_matches('}'))),
        None => capital(word),
    });
    std::iter::once(operation.method.to_ascii_lowercase()).chain(words).collect()
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    let first: String =
        letters.next().map(|first| first.to_uppercase().collect()).unwrap_or_default();
    first + letters.as_str()
}

fn parameters(operation: &Operation) -> Vec<Value> {
    let in_path = operation.path.split('/').filter_map(|word| {
        let name = word.strip_prefix('{')?.strip_suffix('}')?;
        Some(json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}))
    });
    let in_query = operation.query.iter().flat_map(|parameter| parameter.schemas());
    let in_query =
        in_query.map(|(name, schema)| json!({"name": name, "in": "query", "schema": schema}));
    in_path.chain(in_query).collect()
}

fn responses(operation: &Operation) -> Value {
    let mut by_status: BTreeMap<u16, Vec<&str>> = BTreeMap::new();
    for (status, meaning) in operation.responses {
        by_status.entry(*status).or_default().push(meaning);
    }
    if !PUBLIC.contains(&operation.path) {
        by_status.entry(401).or_default().push("auth.unauthorized");
        by_status.entry(403).or_default().push("auth.forbidden");
    }
    let described = by_status.into_iter().map(|(status, meanings)| {
        let meaning = meanings.join(", ");
        let response = match status {
            204 => json!({"description": meaning}),
            200..=299 => json!({"description": meaning, "content": {"application/json": {}}}),
            _ => {
                let schema = json!({"$ref": "#/components/schemas/Error"});
                let content = json!({"application/json": {"schema": schema}});
                json!({"description": meaning, "content": content})
            }
        };
        (status.to_string(), response)
    });
    Value::Object(described.collect())
}

fn error_schema() -> Value {
    json!({
        "type": "object",
        "required": ["message"],
        "properties": {
            "code": {"type": "string", "description": "Stable, for programs."},
            "message": {"type": "string", "description": "For people."},
            "data": {"description": "More for programs."},
        },
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::testing::Bench;

    #[test]
    fn every_operation_is_described_once() {
        let all = operations();
        let mut ids = BTreeSet::new();
        for operation in &all {
            assert!(ids.insert(operation_id(operation)), "{} {}", operation.method, operation.path);
        }
        let document = describe(&all);
        let paths = document["paths"].as_object().unwrap();
        let count: usize = paths.values().map(|path| path.as_object().unwrap().len()).sum();
        assert_eq!(count, all.len());
    }

    #[test]
    fn parameters_of_the_path_are_named() {
        let document = describe(&operations());
        let described = &document["paths"]["/configs/oidc/{keyType}/{keyId}"]["delete"];
        let names: Vec<&str> = described["parameters"]
            .as_array()
            .unwrap()
            .iter()
            .map(|parameter| parameter["name"].as_str().unwrap())
            .collect();
        assert_eq!(names, ["keyType", "keyId"]);
        assert_eq!(described["responses"]["204"]["description"], "Nothing");
        assert!(described["responses"]["404"]["content"].is_object());
    }

    #[test]
    fn the_page_for_people_tells_the_same_operations() {
        let page =
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/management-api.md"));
        let all = operations();
        let mut told: BTreeSet<String> = all
            .iter()
            .map(|operation| {
                let Operation { method, path, tag, summary, .. } = operation;
                format!("{tag}: | {method} | `{path}` | {summary} |")
            })
            .collect();
        let (mut tag, mut unknown) = ("", Vec::new());
        for line in page.lines() {
            tag = line.strip_prefix("### ").unwrap_or(tag);
            let row = format!("{tag}: {line}");
            if line.contains("| `/") && !told.remove(&row) {
                unknown.push(row);
            }
        }
        assert_eq!((told, unknown), (BTreeSet::new(), Vec::new()));
    }

    #[test]
    fn a_listing_of_a_role_is_described_with_its_pages_and_its_search() {
        let document = describe(&operations());
        for of in ["users", "applications", "scopes"] {
            let listing = &document["paths"][format!("/roles/{{id}}/{of}")]["get"];
            let named = listing["parameters"].as_array().unwrap();
            for name in ["page", "page_size", "search", "mode", "joint", "isCaseSensitive"] {
                assert!(named.iter().any(|parameter| parameter["name"] == name), "{of}: {name}");
            }
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn everybody_can_read_the_document() {
        let mut bench = Bench::new().await;
        bench.use_token("none".into());
        let answer = bench.get("/api/swagger.json").await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.body["openapi"], "3.1.0");
    }
}
