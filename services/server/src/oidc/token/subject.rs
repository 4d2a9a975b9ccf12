//! The tokens that speak for a user at an exchange, and the token of who acts in the user's name
//! (contract: oidc §5). Whether the user may act at all is for the gate to say.

use domain::{
    AccessToken, Grant, GrantState, PersonalAccessToken, SubjectToken, SubjectTokenState,
};
use events::{
    AccessTokenForm, AccessTokenId, ApplicationId, PersonalAccessTokenId, SessionId,
    SubjectTokenId, UnixMillis, UserId,
};
use protocol::{
    OAuthError,
    jwt_claims::JwtClaims,
    scope::OPENID,
    token::{OpaqueToken, TokenKind},
    token_exchange::SubjectTokenType,
};
use serde_json::{Map, Value};
use store::Work;

use crate::{
    call::Call,
    http::verified_tokens::TokenError,
    oidc::{
        failure::{OidcFailure, OidcResult},
        token::gate::{self, Acting, Source},
    },
};

/// For whom a token speaks.
pub(super) struct Subject {
    /// The user.
    pub user: UserId,
    /// When the token came to be: a later suspension ends it.
    pub since: UnixMillis,
    /// The session that the token ends with.
    pub session: Option<SessionId>,
    /// Id and digest of a token that is good for one exchange.
    pub single_use: Option<(SubjectTokenId, String)>,
    /// What is known about the occasion.
    pub context: Option<Map<String, Value>>,
}

/// Reads a subject token.
///
/// # Errors
/// `invalid_grant` for whatever is wrong with it.
pub(super) async fn read(
    call: &Call,
    work: &Work,
    kind: SubjectTokenType,
    text: &str,
) -> OidcResult<Subject> {
    match kind {
        SubjectTokenType::Impersonation => impersonation(call, work, text).await,
        SubjectTokenType::PersonalAccessToken => personal(call, work, text).await,
        // Older clients send subject tokens under the name of access tokens.
        SubjectTokenType::AccessToken
            if OpaqueToken::parse_kind(text, TokenKind::SubjectToken).is_ok() =>
        {
            impersonation(call, work, text).await
        }
        SubjectTokenType::AccessToken => access(call, work, text).await,
    }
}

async fn impersonation(call: &Call, work: &Work, text: &str) -> OidcResult<Subject> {
    let id: SubjectTokenId =
        id_of(text, TokenKind::SubjectToken)?.parse().map_err(|_| invalid())?;
    let state = work.load::<SubjectToken>(&id).await?.state;
    let sha256 = crypto::digest::sha256_base64url(text);
    let token = SubjectTokenState::usable(&state, &sha256, call.now).ok_or_else(invalid)?;
    Ok(Subject {
        user: token.user.clone(),
        // Whoever issued it had the user as it is now in mind.
        since: call.now,
        session: None,
        context: Some(token.context.context.clone()),
        single_use: Some((id, sha256)),
    })
}

async fn personal(call: &Call, work: &Work, text: &str) -> OidcResult<Subject> {
    let id = id_of(text, TokenKind::PersonalAccessToken)?;
    let id: PersonalAccessTokenId = id.parse().map_err(|_| invalid())?;
    let state = work.load::<PersonalAccessToken>(&id).await?.state;
    let sha256 = crypto::digest::sha256_base64url(text);
    let token = state.usable(&sha256, call.now).ok_or_else(invalid)?;
    Ok(Subject {
        user: token.user.clone(),
        // It survives a suspension, as a password does: only while suspended nobody may act.
        since: call.now,
        session: None,
        single_use: None,
        context: None,
    })
}

/// An access token of a first-party client: opaque, or a JWT of this issuer.
async fn access(call: &Call, work: &Work, text: &str) -> OidcResult<Subject> {
    let (id, shown) = match id_of(text, TokenKind::AccessToken) {
        Ok(id) => (id, Shown::Opaque(text)),
        Err(_) => (jwt_id(call, text)?, Shown::Jwt),
    };
    let held = Held::load(call, Source::Work(work), &id, shown).await?;
    let clients = call.site.clients()?;
    let client = clients.get(held.application.as_str()).ok_or_else(invalid)?;
    if client.metadata.is_third_party {
        return Err(invalid().into());
    }
    Ok(Subject {
        user: held.user,
        since: held.since,
        session: held.session,
        single_use: None,
        context: None,
    })
}

/// Who acts: the user of an opaque access token with scope `openid`, who may act now.
///
/// # Errors
/// `invalid_grant` for whatever is wrong with the token.
pub(super) async fn actor(call: &Call, text: &str) -> OidcResult<UserId> {
    let id = id_of(text, TokenKind::AccessToken)?;
    let held = Held::load(call, Source::Log, &id, Shown::Opaque(text)).await?;
    if !held.scope.iter().any(|name| name == OPENID) {
        return Err(invalid().into());
    }
    let clients = call.site.clients()?;
    let client = clients.get(held.application.as_str()).ok_or_else(invalid)?;
    let acting = Acting {
        user: &held.user,
        since: held.since,
        session: held.session.as_ref(),
        client: Some(&client.metadata),
        organization: None,
    };
    gate::pass(call, Source::Log, &acting).await?;
    Ok(held.user)
}

/// A genuine access token that has neither expired nor lost its grant.
struct Held {
    user: UserId,
    application: ApplicationId,
    scope: Vec<String>,
    since: UnixMillis,
    session: Option<SessionId>,
}

/// What was brought: the text of an opaque token, or a JWT that has been verified.
enum Shown<'a> {
    Opaque(&'a str),
    Jwt,
}

impl Shown<'_> {
    /// Whether it is the token that was recorded in this form.
    fn is(&self, form: &AccessTokenForm) -> bool {
        match (self, form) {
            (Self::Opaque(text), AccessTokenForm::Opaque { sha256 }) => {
                let shown = crypto::digest::sha256_base64url(text);
                crypto::digest::constant_time_eq(sha256.as_bytes(), shown.as_bytes())
            }
            (Self::Jwt, AccessTokenForm::Jwt { .. }) => true,
            (Self::Opaque(_), AccessTokenForm::Jwt { .. })
            | (Self::Jwt, AccessTokenForm::Opaque { .. }) => false,
        }
    }
}

impl Held {
    async fn load(call: &Call, source: Source<'_>, id: &str, shown: Shown<'_>) -> OidcResult<Self> {
        let id: AccessTokenId = id.parse().map_err(|_| invalid())?;
        let token = source.load::<AccessToken>(call, &id).await?;
        let token = token.issued().ok_or_else(invalid)?;
        let grant = source.load::<Grant>(call, &token.grant).await?;
        // A token that needs the proof of a key speaks for nobody who cannot give it here.
        let is_good = shown.is(&token.form)
            && call.now < token.expires_at
            && !grant.is_revoked()
            && token.dpop_jkt.is_none();
        if !is_good {
            return Err(invalid().into());
        }
        let session = GrantState::session(&grant).filter(|_| grant.ends_with_session());
        Ok(Self {
            user: token.user.clone(),
            application: token.application.clone(),
            scope: token.scope.clone(),
            since: grant.granted_at().ok_or_else(invalid)?,
            session: session.cloned(),
        })
    }
}

/// The id of an opaque token of a kind.
fn id_of(text: &str, kind: TokenKind) -> OidcResult<String> {
    let token = OpaqueToken::parse_kind(text, kind).map_err(|_| invalid())?;
    Ok(token.id().to_owned())
}

/// The id of a JWT access token that one of our keys signed for a user and that has not expired.
fn jwt_id(call: &Call, text: &str) -> OidcResult<String> {
    let claims = call.site.verified_tokens().claims(&call.site, text);
    let claims = claims.map_err(|error| match error {
        TokenError::Keys(error) => OidcFailure::from(error),
        TokenError::Token(_) | TokenError::Claims(_) | TokenError::Type => invalid().into(),
    })?;
    let JwtClaims { iss, exp, sub, client_id, jti, .. } = &*claims;
    let is_ours = iss.as_deref() == Some(call.site.issuer());
    let is_of_a_user = sub.is_some() && client_id.is_some() && sub != client_id;
    if !is_ours || !is_of_a_user || exp.is_none_or(|end| end <= call.now.seconds().0) {
        return Err(invalid().into());
    }
    Ok(jti.clone().ok_or_else(invalid)?)
}

fn invalid() -> OAuthError {
    OAuthError::invalid_grant()
}
