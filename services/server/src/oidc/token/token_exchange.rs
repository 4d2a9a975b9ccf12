//! The token exchange grant (RFC 8693): a token that speaks for a user becomes an access token of this
//! client for that user. A grant is made for it, without refresh token and without ID token.

use std::collections::BTreeMap;

use domain::{Grant, GrantCommand, SubjectToken, SubjectTokenCommand};
use events::{Actor, GrantId, GrantKind, UnixMillis};
use protocol::{
    ScopeSet,
    secret::SecretText,
    token::TokenResponse,
    token_exchange::{ACCESS_TOKEN_TYPE, TokenExchange},
};
use store::Work;

use crate::{
    call::Call,
    ids::{TOKEN_ID_CHARS, parse},
    oidc::{
        failure::OidcResult,
        token::{
            Asking,
            gate::{self, Acting, Source},
            issue::{self, Wanted},
            subject::{self, Subject},
            target::{Named, Target},
        },
    },
};

/// Exchanges a token.
pub(super) async fn exchange(
    call: &Call,
    asking: &Asking<'_>,
    request: TokenExchange,
) -> OidcResult<TokenResponse> {
    let (kind, text) = (request.subject_token_type, request.subject_token.expose());
    let actor = match request.actor_token.as_ref().map(SecretText::expose) {
        Some(token) => Some(subject::actor(call, token).await?),
        None => None,
    };
    let named =
        Named { resource: request.resource.clone(), organization: request.organization_id.clone() };
    let target = Target::read(call, named, None)?;
    let grant_id: GrantId = parse(&call.site.app().random.id(TOKEN_ID_CHARS))?;
    let context = call.context(Actor::Application(asking.application.clone()));
    let log = &call.site.app().log;
    let (answer, position) = log
        .transact(&context, async |work: Work| -> OidcResult<_> {
            let subject = subject::read(call, &work, kind, text).await?;
            let acting = Acting {
                user: &subject.user,
                since: subject.since,
                session: subject.session.as_ref(),
                client: Some(asking.client),
                organization: target.organization(),
            };
            let third_party = gate::pass(call, Source::Work(&work), &acting).await?;
            consume(call, &work, &subject).await?;
            let wanted = Wanted {
                asking,
                grant_id: &grant_id,
                grant: None,
                user: &subject.user,
                actor: actor.as_ref(),
                scope: &request.scope,
                target: &target,
                third_party: third_party.as_ref(),
                issued_at: call.now,
                seed: None,
                occasion: subject.context.as_ref(),
            };
            let token = issue::access_token(call, &wanted).await?;
            let expires_at = call.now.plus_seconds(token.ttl_seconds());
            let command = new_grant(asking, &request, &subject, (call.now, expires_at));
            work.begin::<Grant>(&grant_id, command).await?;
            asking.use_up(&work).await?;
            token.record(call, &work, &wanted).await
        })
        .await?;
    call.note(position);
    Ok(TokenResponse { issued_token_type: Some(ACCESS_TOKEN_TYPE), ..answer })
}

/// A token that is good for one exchange is worth nothing once the commit is durable.
async fn consume(call: &Call, work: &Work, subject: &Subject) -> OidcResult<()> {
    let Some((id, sha256)) = &subject.single_use else { return Ok(()) };
    let command =
        SubjectTokenCommand::ConsumeSubjectToken { sha256: sha256.clone(), now: call.now };
    work.decide::<SubjectToken>(id, command).await?;
    Ok(())
}

/// The grant that the token comes from; it ends with the token, and with the session if the subject's
/// token did.
fn new_grant(
    asking: &Asking<'_>,
    request: &TokenExchange,
    subject: &Subject,
    (granted_at, expires_at): (UnixMillis, UnixMillis),
) -> GrantCommand {
    let scopes = |part: ScopeSet| part.iter().map(str::to_owned).collect::<Vec<_>>();
    let resources = request
        .resource
        .clone()
        .map(|resource| BTreeMap::from([(resource, scopes(request.scope.resource_part()))]));
    GrantCommand::CreateGrant {
        kind: GrantKind::TokenExchange,
        user: subject.user.clone(),
        application: asking.application.clone(),
        session: subject.session.clone(),
        scope: scopes(request.scope.oidc_part()),
        resources: resources.unwrap_or_default(),
        ends_with_session: subject.session.is_some(),
        nonce: None,
        authenticated_at: subject.since,
        requires_auth_time: false,
        granted_at,
        expires_at,
        dpop_jkt: None,
        code: None,
    }
}
