//! The authorization code grant (RFC 6749 4.1.3): a code is redeemed once; whoever presents it a
//! second time ends the whole grant.

use domain::{Grant, GrantCommand};
use events::{Actor, GrantEvent, GrantId};
use protocol::{
    OAuthError,
    secret::SecretText,
    token::{OpaqueToken, TokenKind, TokenResponse},
};
use store::Work;

use crate::{
    call::Call,
    ids::parse,
    oidc::{
        failure::OidcResult,
        token::{Asking, answer_or_refuse, family, grant::Granted, issue},
    },
};

/// A code and what must come with it.
pub(super) struct CodeExchange {
    /// The code.
    pub code: SecretText,
    /// That of the authorization request.
    pub redirect_uri: String,
    /// Proof of the challenge (RFC 7636 4.5).
    pub verifier: Option<SecretText>,
    /// Resource that the access token is for.
    pub resource: Option<String>,
}

/// Redeems a code.
pub(super) async fn redeem(
    call: &Call,
    asking: &Asking<'_>,
    exchange: CodeExchange,
) -> OidcResult<TokenResponse> {
    let code = exchange.code.expose();
    let token = OpaqueToken::parse_kind(code, TokenKind::AuthorizationCode)
        .map_err(|_| OAuthError::invalid_grant())?;
    let grant_id: GrantId = parse(token.id())?;
    let verifier = exchange.verifier.as_ref().map(SecretText::expose);
    verifier.map_or(Ok(()), protocol::pkce::check_verifier)?;
    let context = call.context(Actor::Application(asking.application.clone()));
    let log = &call.site.app().log;
    let (answer, position) = log
        .transact(&context, async |work: Work| -> OidcResult<_> {
            let granted = Granted::load(&work, &grant_id).await?;
            let third_party = granted.pass(call, &work, asking, None).await?;
            let refresh = family::first(call, asking, (&grant_id, granted.scope()))?;
            let command = GrantCommand::RedeemCode {
                sha256: crypto::digest::sha256_base64url(code),
                application: asking.application.clone(),
                redirect_uri: exchange.redirect_uri.clone(),
                verifier_challenge: verifier.map(crypto::digest::sha256_base64url),
                dpop_jkt: asking.dpop_jkt.clone(),
                refresh: refresh.as_ref().map(|(_, command)| command.clone()),
                now: call.now,
            };
            let happened = work.decide::<Grant>(&grant_id, command).await?;
            if happened.iter().any(|event| matches!(event, GrantEvent::GrantRevoked { .. })) {
                return Ok(None);
            }
            let wish = (exchange.resource.clone(), third_party.as_ref());
            let mut answer =
                issue::first_tokens(call, &work, asking, (&grant_id, &granted), wish).await?;
            answer.refresh_token = refresh.map(|(text, _)| text);
            Ok(Some(answer))
        })
        .await?;
    answer_or_refuse(call, answer, position).await
}
