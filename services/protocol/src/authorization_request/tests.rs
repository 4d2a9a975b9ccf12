//! The authorization request as a whole: which check answers, and where the answer goes.

use proptest::prelude::*;

use super::*;
use crate::{
    client::{ApplicationType, ClientAuthMethod, GrantType},
    error::ErrorKind,
};

const VALID: &str = "client_id=app&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&response_type=code\
    &scope=openid+offline_access+profile&state=s1\
    &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";

fn client() -> ClientMetadata {
    let grants = vec![GrantType::AuthorizationCode, GrantType::RefreshToken];
    let mut client =
        ClientMetadata::new("app", ApplicationType::Web, ClientAuthMethod::None, grants);
    client.redirect_uris = vec!["https://app.example/cb".to_owned()];
    client
}

fn request(
    form: &str,
    client: &ClientMetadata,
) -> Result<AuthorizationRequest, AuthorizationError> {
    validate(&Parameters::parse_form(form.as_bytes()).unwrap(), Some(client))
}

fn with(extra: &str) -> Result<AuthorizationRequest, AuthorizationError> {
    request(&format!("{VALID}&{extra}"), &client())
}

fn without(name: &str) -> String {
    let kept = VALID.split('&').filter(|pair| !pair.starts_with(&format!("{name}=")));
    kept.collect::<Vec<_>>().join("&")
}

fn redirected(result: Result<AuthorizationRequest, AuthorizationError>) -> ErrorKind {
    let error = result.unwrap_err();
    let Delivery::Redirect(target) = *error.delivery else {
        panic!("shown on a page: {}", error.error);
    };
    assert_eq!(target.redirect_uri, "https://app.example/cb");
    error.error.kind
}

fn on_page(result: Result<AuthorizationRequest, AuthorizationError>) -> ErrorKind {
    let error = result.unwrap_err();
    assert_eq!(*error.delivery, Delivery::Page);
    error.error.kind
}

#[test]
fn request_of_an_sdk_is_accepted() {
    let request = with("prompt=login+consent&resource=https://api.example&max_age=60").unwrap();
    assert_eq!(request.scope.to_string(), "openid offline_access profile");
    assert_eq!(request.resources, ["https://api.example"]);
    assert_eq!((request.state.as_deref(), request.max_age_seconds), (Some("s1"), Some(60)));
    assert!(request.prompts.has(Prompt::Login) && request.prompts.has(Prompt::Consent));
}

#[test]
fn stored_request_reads_back_unchanged() {
    let extra = "prompt=consent&first_screen=identifier:register&identifier=email&nonce=n\
        &response_mode=form_post&direct_sign_in=sso:c1&ui_locales=de";
    let request = with(extra).unwrap();
    let stored = serde_json::to_string(&request).unwrap();
    assert_eq!(serde_json::from_str::<AuthorizationRequest>(&stored).unwrap(), request);
}

#[test]
fn errors_before_trust_are_shown_on_a_page() {
    let parameters = Parameters::parse_form(VALID.as_bytes()).unwrap();
    assert_eq!(on_page(validate(&parameters, None)), ErrorKind::InvalidClient);
    let cases = [
        (without("client_id"), ErrorKind::InvalidRequest),
        (without("redirect_uri"), ErrorKind::InvalidRequest),
        (VALID.replace("%2Fcb", "%2Fother"), ErrorKind::InvalidRedirectUri),
        (format!("{VALID}&client_id=app"), ErrorKind::InvalidRequest),
        (format!("{VALID}&redirect_uri=https://evil.example"), ErrorKind::InvalidRequest),
        (VALID.replace("client_id=app", "client_id=other"), ErrorKind::InvalidClient),
    ];
    for (form, kind) in cases {
        assert_eq!(on_page(request(&form, &client())), kind, "{form}");
    }
}

#[test]
fn errors_after_trust_go_to_the_client() {
    let cases = [
        (without("response_type"), ErrorKind::InvalidRequest),
        (VALID.replace("=code&", "=token&"), ErrorKind::UnsupportedResponseType),
        (VALID.replace("=code&", "=code+id_token&"), ErrorKind::UnsupportedResponseType),
        (format!("{VALID}&response_mode=web_message"), ErrorKind::UnsupportedResponseMode),
        (format!("{VALID}&nonce=a&nonce=a"), ErrorKind::InvalidRequest),
        (format!("{VALID}&prompt=none+login"), ErrorKind::InvalidRequest),
        (format!("{VALID}&prompt=create"), ErrorKind::InvalidRequest),
        (format!("{VALID}&max_age=-1"), ErrorKind::InvalidRequest),
        (format!("{VALID}&max_age=%2B1"), ErrorKind::InvalidRequest),
        (format!("{VALID}&resource=api"), ErrorKind::InvalidTarget),
        (format!("{VALID}&request=e30.e30."), ErrorKind::RequestNotSupported),
        (format!("{VALID}&request_uri=https://a.example"), ErrorKind::RequestUriNotSupported),
        (VALID.replace("openid", "op%22enid"), ErrorKind::InvalidScope),
        (format!("{VALID}&nonce={}", "n".repeat(1_025)), ErrorKind::InvalidRequest),
    ];
    for (form, kind) in cases {
        assert_eq!(redirected(request(&form, &client())), kind, "{form}");
    }
}

#[test]
fn state_is_echoed_unless_it_is_the_error() {
    let state = |form: &str| match *request(form, &client()).unwrap_err().delivery {
        Delivery::Redirect(target) => target.state,
        Delivery::Page => panic!("shown on a page"),
    };
    assert_eq!(state(&format!("{VALID}&prompt=x")).as_deref(), Some("s1"));
    assert_eq!(state(&format!("{VALID}&state=s2")), None);
    assert_eq!(state(&VALID.replace("s1", &"s".repeat(4_097))), None);
    assert!(request(&VALID.replace("s1", &"s".repeat(4_096)), &client()).is_ok());
}

#[test]
fn errors_use_the_response_mode_of_the_request() {
    let error = with("response_mode=fragment&prompt=x").unwrap_err();
    let Delivery::Redirect(target) = *error.delivery else { panic!("shown on a page") };
    assert_eq!(target.response_mode, ResponseMode::Fragment);
}

#[test]
fn pkce_is_required_unless_the_client_switched_it_off() {
    let bare = without("code_challenge").replace("&code_challenge_method=S256", "");
    let error = request(&bare, &client()).unwrap_err();
    assert_eq!(
        error.error.description,
        "Authorization Server policy requires PKCE to be used for this request"
    );
    let relaxed = ClientMetadata { is_pkce_required: false, ..client() };
    assert_eq!(request(&bare, &relaxed).unwrap().code_challenge, None);
    let plain = VALID.replace("S256", "plain");
    assert_eq!(redirected(request(&plain, &relaxed)), ErrorKind::InvalidRequest);
    let unnamed = without("code_challenge_method");
    assert_eq!(redirected(request(&unnamed, &relaxed)), ErrorKind::InvalidRequest);
}

#[test]
fn offline_access_needs_consent_prompt_and_the_grant() {
    assert!(!with("prompt=login").unwrap().scope.contains("offline_access"));
    assert!(with("prompt=consent").unwrap().scope.contains("offline_access"));
    let client = ClientMetadata { grant_types: vec![GrantType::AuthorizationCode], ..client() };
    let request = request(&format!("{VALID}&prompt=consent"), &client).unwrap();
    assert_eq!(request.scope.to_string(), "openid profile");
}

#[test]
fn limited_client_is_refused_user_scopes_it_was_not_given() {
    let allowed_scopes = Some(ScopeSet::parse("profile").unwrap());
    let client = ClientMetadata { is_third_party: true, allowed_scopes, ..client() };
    assert!(request(&VALID.replace("profile", "profile+read:things"), &client).is_ok());
    let error = request(&VALID.replace("profile", "profile+email"), &client).unwrap_err();
    assert_eq!(
        (error.error.kind, error.error.scope.as_deref()),
        (ErrorKind::InvalidScope, Some("email"))
    );
}

#[test]
fn client_without_the_code_grant_is_unauthorized() {
    let client = ClientMetadata { grant_types: vec![GrantType::ClientCredentials], ..client() };
    assert_eq!(redirected(request(VALID, &client)), ErrorKind::UnauthorizedClient);
}

#[test]
fn one_invalid_product_parameter_drops_the_set_without_an_error() {
    let extra =
        with("first_screen=register&organization_id=o1&identifier=email+fax").unwrap().extra;
    let extra = extra.unwrap();
    assert_eq!(extra.first_screen(), FirstScreen::Register);
    assert_eq!(extra.identifiers, [IdentifierKind::Email]);
    for invalid in ["first_screen=x", "interaction_mode=x", "organization_id=a%20b"] {
        let form = format!("direct_sign_in=social:github&{invalid}");
        assert_eq!(with(&form).unwrap().extra, None, "{invalid}");
    }
}

#[test]
fn first_screen_wins_over_interaction_mode() {
    let first = |form: &str| with(form).unwrap().extra.unwrap().first_screen();
    assert_eq!(first("interaction_mode=signUp"), FirstScreen::Register);
    assert_eq!(first("interaction_mode=signUp&first_screen=sign_in"), FirstScreen::SignIn);
    assert_eq!(first("first_screen=signIn"), FirstScreen::SignIn);
}

#[test]
fn login_is_needed_when_asked_for_or_when_the_last_one_is_too_old() {
    let request = with("max_age=60").unwrap();
    assert!(!request.needs_login(1_000, 1_060));
    assert!(request.needs_login(1_000, 1_061));
    assert!(with("max_age=0").unwrap().needs_login(1_000, 1_000));
    assert!(with("prompt=login").unwrap().needs_login(1_000, 1_000));
    assert!(!with("prompt=consent").unwrap().needs_login(0, i64::MAX));
}

proptest! {
    #[test]
    fn no_answer_goes_anywhere_but_to_a_registered_uri(
        form in "[a-z_=&%./:0-9+]{0,60}",
        uri in "(https://app.example/cb|https://app.example[a-z/.@:]{0,6})",
    ) {
        let form = format!("client_id=app&redirect_uri={uri}&{form}");
        let parameters = Parameters::parse_form(form.as_bytes());
        prop_assume!(parameters.is_ok());
        let target = match validate(&parameters.unwrap(), Some(&client())) {
            Ok(request) => request.target(),
            Err(error) => match *error.delivery {
                Delivery::Redirect(target) => target,
                Delivery::Page => return Ok(()),
            },
        };
        prop_assert_eq!(target.redirect_uri, "https://app.example/cb");
    }
}
