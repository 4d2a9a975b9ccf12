//! What a user's grant is exchanged for: an access token, its record, and an ID token.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use crypto::key::Signer;
use domain::{AccessToken, AccessTokenCommand, GrantState, IssuedAccessToken};
use events::{
    AccessTokenForm, AccessTokenId, CustomClaims, GrantId, Personal, SessionId, UnixMillis, UserId,
};
use protocol::{
    OAuthError, ScopeSet, claims,
    token::{
        ACCESS_TOKEN_TYP, AccessTokenClaims, ActClaim, ConfirmationClaim, IdTokenClaims,
        OpaqueToken, TokenKind, TokenResponse,
    },
};
use serde_json::{Map, Value};
use store::Work;

use crate::{
    call::Call,
    claims::user_claims,
    claims_script::{self, UserToken},
    ids::{TOKEN_ID_CHARS, parse},
    oidc::{
        failure::{OidcFailure, OidcResult},
        token::{
            Asking,
            gate::ThirdParty,
            grant::{self, Granted},
            target::{self, Asked, Named, Permitted, Target},
        },
    },
};

/// What an access token is wanted for.
pub(super) struct Wanted<'a> {
    /// Who asks at the token endpoint.
    pub asking: &'a Asking<'a>,
    /// The grant's id.
    pub grant_id: &'a GrantId,
    /// The grant; none = it was made for this request, and nothing but the user's rights bounds it.
    pub grant: Option<&'a GrantState>,
    /// Its user.
    pub user: &'a UserId,
    /// Who acts in the user's name.
    pub actor: Option<&'a UserId>,
    /// Scope asked for in this exchange, inside the grant.
    pub scope: &'a ScopeSet,
    /// What the token is for.
    pub target: &'a Target,
    /// What bounds an application that somebody else runs.
    pub third_party: Option<&'a ThirdParty>,
    /// The moment that the tokens carry.
    pub issued_at: UnixMillis,
    /// The refresh token whose use must always give the same access token.
    pub seed: Option<&'a str>,
    /// What is known about the occasion, for the operator's script: that of a subject token.
    pub occasion: Option<&'a Map<String, Value>>,
}

impl Wanted<'_> {
    fn asked(&self) -> Asked<'_> {
        Asked {
            client: self.asking.client,
            user: self.user,
            scope: self.scope,
            granted: self.grant.and_then(GrantState::resources),
            target: self.target,
            third_party: self.third_party,
        }
    }
}

/// An access token before it is recorded.
pub(super) struct NewAccessToken {
    /// Its id.
    pub id: AccessTokenId,
    text: String,
    command: AccessTokenCommand,
    permitted: Permitted,
}

/// The first tokens of a grant that a person gave and the client redeems, for all of its scope.
///
/// # Errors
/// As [`access_token`].
pub(super) async fn first_tokens(
    call: &Call,
    work: &Work,
    asking: &Asking<'_>,
    (grant_id, granted): (&GrantId, &Granted),
    (resource, third_party): (Option<String>, Option<&ThirdParty>),
) -> OidcResult<TokenResponse> {
    let state = granted.state();
    let target = Target::read(call, Named { resource, organization: None }, Some(state))?;
    let wanted = Wanted {
        asking,
        grant_id,
        grant: Some(state),
        user: granted.user(),
        actor: None,
        scope: &grant::whole_scope(granted),
        target: &target,
        third_party,
        issued_at: call.now,
        seed: None,
        occasion: None,
    };
    let token = access_token(call, &wanted).await?;
    asking.use_up(work).await?;
    token.record(call, work, &wanted).await
}

/// Makes the access token.
///
/// # Errors
/// `invalid_target` for a resource outside the grant.
pub(super) async fn access_token(call: &Call, wanted: &Wanted<'_>) -> OidcResult<NewAccessToken> {
    let permitted = target::permitted(&call.site, &wanted.asked())?;
    let signer = permitted.audience.as_ref().map(|_| call.site.signer()).transpose()?;
    let (id, secret) = identity(call, wanted, &permitted, signer.as_ref());
    let id: AccessTokenId = parse(&id)?;
    let custom = custom_claims(call, wanted, &permitted, &id).await?;
    let (form, text, personal) = match (&permitted.audience, signer) {
        (Some(audience), Some(signer)) => {
            let claims = claims_of(call, wanted, &permitted, (&id, audience));
            let text = if custom.is_empty() {
                crypto::jwt::mint(&signer, Some(ACCESS_TOKEN_TYP), &claims)?
            } else {
                crypto::jwt::mint(&signer, Some(ACCESS_TOKEN_TYP), &claims.with_extra(custom))?
            };
            let kid = signer.kid().to_owned();
            (AccessTokenForm::Jwt { audience: audience.clone(), kid }, text, None)
        }
        (None, _) | (_, None) => {
            let token = OpaqueToken::try_new(TokenKind::AccessToken, id.as_str(), &secret)
                .map_err(|error| OidcFailure::Broken(Box::new(error)))?;
            let text = token.to_text().expose().to_owned();
            let sha256 = crypto::digest::sha256_base64url(&text);
            let personal = Some(custom).filter(|custom| !custom.is_empty());
            let personal = personal.map(|claims| Personal::Open(CustomClaims { claims }));
            (AccessTokenForm::Opaque { sha256 }, text, personal)
        }
    };
    let command = AccessTokenCommand::IssueAccessToken(Box::new(IssuedAccessToken {
        grant: wanted.grant_id.clone(),
        user: wanted.user.clone(),
        application: wanted.asking.application.clone(),
        form,
        scope: permitted.scope.iter().map(str::to_owned).collect(),
        organization: wanted.target.organization().cloned(),
        actor: wanted.actor.cloned(),
        dpop_jkt: wanted.asking.dpop_jkt.clone(),
        issued_at: wanted.issued_at,
        expires_at: wanted.issued_at.plus_seconds(permitted.ttl_seconds),
        personal,
    }));
    Ok(NewAccessToken { id, text, command, permitted })
}

impl NewAccessToken {
    /// Its lifetime.
    pub(super) fn ttl_seconds(&self) -> i64 {
        self.permitted.ttl_seconds
    }

    /// Records the token and makes the answer, with an ID token if the scope asks for one.
    ///
    /// # Errors
    /// `invalid_grant` if the user is gone.
    pub(super) async fn record(
        self,
        call: &Call,
        work: &Work,
        wanted: &Wanted<'_>,
    ) -> OidcResult<TokenResponse> {
        let Permitted { scope, ttl_seconds, .. } = self.permitted;
        work.decide::<AccessToken>(&self.id, self.command).await?;
        let mut answer = TokenResponse::for_user(self.text, ttl_seconds, &scope)
            .bound_to(wanted.asking.dpop_jkt.as_deref());
        answer.id_token = id_token(call, wanted).await?;
        Ok(answer)
    }
}

/// What the operator's script adds to the token.
async fn custom_claims(
    call: &Call,
    wanted: &Wanted<'_>,
    permitted: &Permitted,
    id: &AccessTokenId,
) -> OidcResult<Map<String, Value>> {
    let token = UserToken {
        jti: id.as_str(),
        audience: permitted.audience.as_deref(),
        scope: &permitted.scope,
        client: wanted.asking.client,
        user: wanted.user,
        grant: wanted.grant_id,
        grant_type: wanted.asking.grant_type.as_str(),
        session: wanted.grant.and_then(GrantState::session),
        ends_with_session: wanted.grant.is_some_and(GrantState::ends_with_session),
        organization: wanted.target.organization(),
        subject_token_context: wanted.occasion,
    };
    claims_script::for_user_token(call, &token).await
}

/// Id and secret: made up, or derived from the seed and from all that the record of the token says,
/// so that a repeated request gets the same token and a different one gets another.
fn identity(
    call: &Call,
    wanted: &Wanted<'_>,
    permitted: &Permitted,
    signer: Option<&Signer>,
) -> (String, String) {
    let random = &call.site.app().random;
    let Some(seed) = wanted.seed else { return (random.id(TOKEN_ID_CHARS), random.token()) };
    let audience = permitted.audience.as_deref().unwrap_or_default();
    let kid = signer.map_or("", Signer::kid);
    let Permitted { scope, ttl_seconds, .. } = permitted;
    let organization = wanted.target.organization().map_or("", |it| it.as_str());
    let key = wanted.asking.dpop_jkt.as_deref().unwrap_or_default();
    let material =
        format!("{seed}\n{audience}\n{kid}\n{scope}\n{ttl_seconds}\n{organization}\n{key}");
    let derive = call.site.token_key();
    let id = derive.text(format!("access token id\n{material}").as_bytes());
    let secret = derive.digest(format!("access token secret\n{material}").as_bytes());
    (id.chars().take(TOKEN_ID_CHARS).collect(), URL_SAFE_NO_PAD.encode(secret))
}

fn claims_of(
    call: &Call,
    wanted: &Wanted<'_>,
    permitted: &Permitted,
    (id, audience): (&AccessTokenId, &str),
) -> AccessTokenClaims {
    let issued_at = wanted.issued_at.seconds();
    // The audience of an organization token names the organization already.
    let organization = match wanted.target {
        Target::Inside(_, organization) => Some(organization.as_str().to_owned()),
        Target::Opaque | Target::Resource(_) | Target::Organization(_) => None,
    };
    AccessTokenClaims {
        jti: id.as_str().to_owned(),
        sub: wanted.user.as_str().to_owned(),
        iat: issued_at.0,
        exp: issued_at.plus(permitted.ttl_seconds).0,
        scope: permitted.scope.clone(),
        client_id: wanted.asking.client.client_id.clone(),
        iss: call.site.issuer().to_owned(),
        aud: audience.to_owned(),
        organization_id: organization,
        act: wanted.actor.map(|actor| ActClaim { sub: actor.as_str().to_owned() }),
        cnf: wanted.asking.dpop_jkt.clone().map(|jkt| ConfirmationClaim { jkt }),
    }
}

/// Makes the ID token, if there is a grant and the scope holds `openid` (OpenID Connect Core 2).
///
/// # Errors
/// `invalid_grant` if the user is gone.
async fn id_token(call: &Call, wanted: &Wanted<'_>) -> OidcResult<Option<String>> {
    let Some(grant) = wanted.grant else { return Ok(None) };
    let client = wanted.asking.client;
    let scope = target::oidc_scope(&wanted.asked());
    if !scope.contains(protocol::scope::OPENID) {
        return Ok(None);
    }
    let user = user_claims(call, wanted.user, &scope).await?;
    let user = user.ok_or_else(OAuthError::invalid_grant)?;
    let issued_at = wanted.issued_at.seconds();
    let auth_time = grant.authenticated_at().filter(|_| grant.requires_auth_time());
    let session = grant.session().filter(|_| client.is_session_id_required);
    let claims = IdTokenClaims {
        sub: user.id.clone(),
        aud: client.client_id.clone(),
        iss: call.site.issuer().to_owned(),
        iat: issued_at.0,
        exp: issued_at.plus(client.id_token_ttl_seconds).0,
        nonce: grant.nonce().map(str::to_owned),
        auth_time: auth_time.map(|time| time.seconds().0),
        sid: session.map(SessionId::as_str).map(str::to_owned),
    };
    let settings = call.site.oidc_settings()?;
    let person = claims::for_id_token(&user, &scope, &settings.id_token_claims);
    let signer = call.site.signer_of(client.id_token_algorithm.as_deref())?;
    Ok(Some(crypto::jwt::mint(&signer, None, &claims.with_user(person))?))
}
