//! The authorization code grant (RFC 6749 4.1.3): a code is redeemed once; whoever presents it a
//! second time ends the whole grant.

use domain::{AccessToken, Grant, GrantCommand, GrantState, NewRefreshToken};
use events::{Actor, ApplicationId, GrantEvent, GrantId};
use protocol::{
    ClientMetadata, OAuthError, ScopeSet,
    token::{OpaqueToken, TokenKind, TokenResponse},
};
use store::Work;

use crate::{
    call::Call,
    ids::parse,
    oidc::{
        failure::{OidcFailure, OidcResult},
        token::{
            answer_or_refuse,
            issue::{self, Wanted},
            subject,
        },
    },
};

/// A code and what must come with it.
pub(super) struct CodeExchange {
    /// The code.
    pub code: String,
    /// That of the authorization request.
    pub redirect_uri: String,
    /// Proof of the challenge (RFC 7636 4.5).
    pub verifier: Option<String>,
    /// Resource that the access token is for.
    pub resource: Option<String>,
}

/// Redeems a code.
pub(super) async fn redeem(
    call: &Call,
    client: &ClientMetadata,
    exchange: CodeExchange,
) -> OidcResult<TokenResponse> {
    let code = OpaqueToken::parse_kind(&exchange.code, TokenKind::AuthorizationCode)
        .map_err(|_| OAuthError::invalid_grant())?;
    let grant_id: GrantId = parse(code.id())?;
    exchange.verifier.as_deref().map_or(Ok(()), protocol::pkce::check_verifier)?;
    let application: ApplicationId = parse(&client.client_id)?;
    let context = call.context(Actor::Application(application.clone()));
    let log = &call.site.app().log;
    let (answer, position) = log
        .transact(&context, async |work: Work| -> OidcResult<_> {
            let grant = &subject::load(call, &work, &grant_id).await?;
            let scope = ScopeSet::try_from_names(grant.scope().iter().map(String::as_str))
                .map_err(|_| OAuthError::invalid_grant())?;
            let refresh = refresh_token(call, client, &scope, &grant_id)?;
            let command = GrantCommand::RedeemCode {
                sha256: crypto::digest::sha256_base64url(&exchange.code),
                application: application.clone(),
                redirect_uri: exchange.redirect_uri.clone(),
                verifier_challenge: exchange
                    .verifier
                    .as_deref()
                    .map(crypto::digest::sha256_base64url),
                refresh: refresh.as_ref().map(|(_, command)| command.clone()),
                now: call.now,
            };
            let happened = work.decide::<Grant>(&grant_id, command).await?;
            if happened.iter().any(|event| matches!(event, GrantEvent::GrantRevoked { .. })) {
                return Ok(None);
            }
            let user = grant.user().ok_or_else(OAuthError::invalid_grant)?;
            let all = grant_scope(&scope, grant);
            let wanted = Wanted {
                client,
                grant_id: &grant_id,
                grant,
                user,
                scope: &all,
                resource: exchange.resource.as_deref(),
                issued_at: call.now,
                seed: None,
            };
            let token = issue::access_token(call, &wanted)?;
            work.decide::<AccessToken>(&token.id, token.command).await?;
            let mut answer = TokenResponse::for_user(token.text, token.ttl_seconds, &token.scope);
            answer.id_token = issue::id_token(call, &wanted).await?;
            answer.refresh_token = refresh.map(|(text, _)| text);
            Ok(Some(answer))
        })
        .await?;
    answer_or_refuse(call, answer, position).await
}

/// Scopes of OpenID Connect and of every granted resource together.
pub(super) fn grant_scope(scope: &ScopeSet, grant: &GrantState) -> ScopeSet {
    let names = grant.resources().into_iter().flatten().flat_map(|(_, names)| names);
    let names = names.map(String::as_str);
    ScopeSet::try_from_names(names).map_or_else(|_| scope.clone(), |others| scope.union(&others))
}

/// The first refresh token, if the client gets one for this scope.
fn refresh_token(
    call: &Call,
    client: &ClientMetadata,
    scope: &ScopeSet,
    grant: &GrantId,
) -> OidcResult<Option<(String, NewRefreshToken)>> {
    if !client.gets_refresh_token(scope) {
        return Ok(None);
    }
    let secret = call.site.app().random.token();
    let token = OpaqueToken::try_new(TokenKind::RefreshToken, grant.as_str(), &secret)
        .map_err(|error| OidcFailure::Broken(Box::new(error)))?;
    let text = token.to_text().expose().to_owned();
    let command = NewRefreshToken {
        sha256: crypto::digest::sha256_base64url(&text),
        expires_at: call.now.plus_seconds(client.refresh_token_ttl_seconds),
    };
    Ok(Some((text, command)))
}
