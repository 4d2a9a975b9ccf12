//! What the rules know of a grant. Digests are compared plainly, not in constant time: they are
//! SHA-256 of long random secrets, so what a comparison tells about one helps nobody to the other.

use std::collections::{BTreeMap, VecDeque};

use events::{AccessTokenId, ApplicationId, GrantEvent, GrantKind, SessionId, UnixMillis, UserId};

use super::{CONSUMED_MAX, OVERLAP_MILLIS};

/// What the rules know of a grant.
#[derive(Debug, Clone, Default)]
pub struct GrantState(pub(super) Option<Box<Authorization>>);

#[derive(Debug, Clone)]
pub(super) struct Authorization {
    kind: GrantKind,
    pub(super) user: UserId,
    pub(super) application: ApplicationId,
    pub(super) session: Option<SessionId>,
    pub(super) scope: Vec<String>,
    pub(super) resources: BTreeMap<String, Vec<String>>,
    pub(super) ends_with_session: bool,
    pub(super) nonce: Option<String>,
    pub(super) authenticated_at: UnixMillis,
    pub(super) requires_auth_time: bool,
    pub(super) granted_at: UnixMillis,
    pub(super) expires_at: UnixMillis,
    pub(super) dpop_jkt: Option<String>,
    pub(super) code: Option<Code>,
    pub(super) family: Option<Family>,
    pub(super) is_revoked: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Code {
    pub(super) sha256: String,
    pub(super) redirect_uri: String,
    pub(super) code_challenge: Option<String>,
    pub(super) expires_at: UnixMillis,
    pub(super) is_redeemed: bool,
}

/// Refresh tokens that follow one another; one of them is current.
#[derive(Debug, Clone)]
pub(super) struct Family {
    issued_at: UnixMillis,
    /// Thumbprint of the key that every use must prove.
    dpop_jkt: Option<String>,
    current: Link,
    previous: Option<Previous>,
    /// Those before the previous one, oldest first.
    consumed: VecDeque<Consumed>,
}

#[derive(Debug, Clone)]
struct Link {
    sha256: String,
    issued_at: UnixMillis,
    expires_at: UnixMillis,
}

/// A token that was rotated, and then its successor too.
#[derive(Debug, Clone)]
struct Consumed {
    sha256: Box<str>,
    rotated_at: UnixMillis,
    expires_at: UnixMillis,
}

#[derive(Debug, Clone)]
struct Previous {
    sha256: String,
    expires_at: UnixMillis,
    /// The access token issued when it was rotated.
    access_token: AccessTokenId,
}

/// What presenting a refresh token amounts to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefreshUse {
    /// It is the current one.
    Current {
        /// When it was issued.
        issued_at: UnixMillis,
        /// From this moment on it is refused.
        expires_at: UnixMillis,
        /// When the first token of the family was issued.
        family_issued_at: UnixMillis,
    },
    /// It was rotated a moment ago: the answer is the same tokens again.
    Overlap {
        /// The access token issued at the rotation.
        access_token: AccessTokenId,
        /// When it was rotated.
        rotated_at: UnixMillis,
        /// SHA-256 of the refresh token that took its place.
        successor_sha256: String,
        /// From this moment on that one is refused.
        successor_expires_at: UnixMillis,
    },
    /// It was consumed before: somebody has a copy.
    Reused,
    /// Nothing comes of it: unknown, expired, revoked, or of another application.
    Invalid,
}

impl GrantState {
    fn authorization(&self) -> Option<&Authorization> {
        self.0.as_deref()
    }

    /// The user who granted.
    pub fn user(&self) -> Option<&UserId> {
        self.authorization().map(|held| &held.user)
    }

    /// The application that was let in.
    pub fn application(&self) -> Option<&ApplicationId> {
        self.authorization().map(|held| &held.application)
    }

    /// By which way the application was let in.
    pub fn kind(&self) -> Option<GrantKind> {
        self.authorization().map(|held| held.kind)
    }

    /// The session on which it happened, if it was one.
    pub fn session(&self) -> Option<&SessionId> {
        self.authorization().and_then(|held| held.session.as_ref())
    }

    /// Scopes of OpenID Connect, in the order asked for.
    pub fn scope(&self) -> &[String] {
        self.authorization().map_or(&[], |held| &held.scope)
    }

    /// API resources by indicator, each with the scopes asked for.
    pub fn resources(&self) -> Option<&BTreeMap<String, Vec<String>>> {
        self.authorization().map(|held| &held.resources)
    }

    /// `nonce` of the request.
    pub fn nonce(&self) -> Option<&str> {
        self.authorization().and_then(|held| held.nonce.as_deref())
    }

    /// When the user had proved who they are.
    pub fn authenticated_at(&self) -> Option<UnixMillis> {
        self.authorization().map(|held| held.authenticated_at)
    }

    /// Whether `auth_time` goes into ID tokens.
    pub fn requires_auth_time(&self) -> bool {
        self.authorization().is_some_and(|held| held.requires_auth_time)
    }

    /// When the user granted; to be compared with the moment before which a suspension revokes.
    pub fn granted_at(&self) -> Option<UnixMillis> {
        self.authorization().map(|held| held.granted_at)
    }

    /// From this moment on nothing can come of the grant.
    pub fn expires_at(&self) -> Option<UnixMillis> {
        self.authorization().map(|held| held.expires_at)
    }

    /// Whether the grant ends with the session.
    pub fn ends_with_session(&self) -> bool {
        self.authorization().is_some_and(|held| held.ends_with_session)
    }

    /// When the first token of the refresh family was issued.
    pub fn family_issued_at(&self) -> Option<UnixMillis> {
        self.authorization()?.family.as_ref().map(|family| family.issued_at)
    }

    /// Thumbprint of the key that must be proved to redeem the code.
    pub fn code_key(&self) -> Option<&str> {
        self.authorization().and_then(|held| held.dpop_jkt.as_deref())
    }

    /// Thumbprint of the key that must be proved to use a refresh token.
    pub fn refresh_key(&self) -> Option<&str> {
        self.authorization()?.family.as_ref()?.dpop_jkt.as_deref()
    }

    /// Whether refresh tokens may be used by who proves to hold the key with this thumbprint.
    pub fn accepts_key(&self, dpop_jkt: Option<&str>) -> bool {
        self.refresh_key().is_none_or(|bound| Some(bound) == dpop_jkt)
    }

    /// Whether nothing can come of the grant any more.
    pub fn is_revoked(&self) -> bool {
        self.authorization().is_some_and(|held| held.is_revoked)
    }

    /// Whether something can come of the grant: there, not revoked, not expired.
    pub fn is_live(&self, now: UnixMillis) -> bool {
        self.authorization().is_some_and(|held| !held.is_revoked && now < held.expires_at)
    }

    /// What it amounts to when `application` presents the refresh token with digest `sha256`.
    pub fn refresh_use(
        &self,
        sha256: &str,
        application: &ApplicationId,
        now: UnixMillis,
    ) -> RefreshUse {
        self.authorization().map_or(RefreshUse::Invalid, |held| {
            if held.is_revoked || held.expires_at <= now || held.application != *application {
                return RefreshUse::Invalid;
            }
            held.family
                .as_ref()
                .map_or(RefreshUse::Invalid, |family| family.refresh_use(sha256, now))
        })
    }
}

impl Family {
    fn first(current: Link, dpop_jkt: Option<String>) -> Self {
        let issued_at = current.issued_at;
        Self { issued_at, dpop_jkt, current, previous: None, consumed: VecDeque::new() }
    }

    fn refresh_use(&self, sha256: &str, now: UnixMillis) -> RefreshUse {
        let Link { sha256: current, issued_at, expires_at } = &self.current;
        if current == sha256 {
            if *expires_at <= now {
                return RefreshUse::Invalid;
            }
            return RefreshUse::Current {
                issued_at: *issued_at,
                expires_at: *expires_at,
                family_issued_at: self.issued_at,
            };
        }
        if let Some(previous) = self.previous.as_ref().filter(|held| held.sha256 == sha256) {
            if issued_at.plus_millis(OVERLAP_MILLIS) < now {
                return RefreshUse::Reused;
            }
            if previous.expires_at <= now {
                return RefreshUse::Invalid;
            }
            return self.overlap(previous);
        }
        let Some(consumed) = self.consumed.iter().rev().find(|held| *held.sha256 == *sha256) else {
            return RefreshUse::Invalid;
        };
        // Rotated more than once within the overlap: the answer is the newest rotation's.
        match &self.previous {
            Some(previous)
                if now <= consumed.rotated_at.plus_millis(OVERLAP_MILLIS)
                    && now < consumed.expires_at =>
            {
                self.overlap(previous)
            }
            Some(_) | None => RefreshUse::Reused,
        }
    }

    /// The tokens of the newest rotation once more.
    fn overlap(&self, previous: &Previous) -> RefreshUse {
        RefreshUse::Overlap {
            access_token: previous.access_token.clone(),
            rotated_at: self.current.issued_at,
            successor_sha256: self.current.sha256.clone(),
            successor_expires_at: self.current.expires_at,
        }
    }

    fn rotated(mut self, successor: Link, access_token: &AccessTokenId) -> Self {
        let before = std::mem::replace(&mut self.current, successor);
        let previous = Previous {
            sha256: before.sha256,
            expires_at: before.expires_at,
            access_token: access_token.clone(),
        };
        let rotated_at = before.issued_at;
        if let Some(older) = self.previous.replace(previous) {
            if self.consumed.len() == CONSUMED_MAX {
                self.consumed.pop_front();
            }
            self.consumed.push_back(Consumed {
                sha256: older.sha256.into(),
                rotated_at,
                expires_at: older.expires_at,
            });
        }
        self
    }
}

impl Authorization {
    /// The authorization that an event creates; `None` for every other event.
    pub(super) fn created(event: &GrantEvent) -> Option<Self> {
        match event.clone() {
            GrantEvent::GrantCreated {
                kind,
                user,
                application,
                session,
                scope,
                resources,
                ends_with_session,
                nonce,
                authenticated_at,
                requires_auth_time,
                granted_at,
                expires_at,
                dpop_jkt,
            } => Some(Self {
                kind,
                user,
                application,
                session,
                scope,
                resources,
                ends_with_session,
                nonce,
                authenticated_at,
                requires_auth_time,
                granted_at,
                expires_at,
                dpop_jkt,
                code: None,
                family: None,
                is_revoked: false,
            }),
            GrantEvent::AuthorizationCodeIssued { .. }
            | GrantEvent::AuthorizationCodeRedeemed {}
            | GrantEvent::RefreshTokenIssued { .. }
            | GrantEvent::RefreshTokenRotated { .. }
            | GrantEvent::GrantRevoked { .. } => None,
        }
    }

    /// The authorization after one more event.
    pub(super) fn after(mut self, event: &GrantEvent) -> Self {
        match event {
            GrantEvent::GrantCreated { .. } => {}
            GrantEvent::AuthorizationCodeIssued {
                sha256,
                redirect_uri,
                code_challenge,
                expires_at,
            } => {
                self.code = Some(Code {
                    sha256: sha256.clone(),
                    redirect_uri: redirect_uri.clone(),
                    code_challenge: code_challenge.clone(),
                    expires_at: *expires_at,
                    is_redeemed: false,
                });
            }
            GrantEvent::AuthorizationCodeRedeemed {} => {
                if let Some(code) = &mut self.code {
                    code.is_redeemed = true;
                }
            }
            GrantEvent::RefreshTokenIssued { sha256, issued_at, expires_at, dpop_jkt } => {
                let (sha256, issued_at, expires_at) = (sha256.clone(), *issued_at, *expires_at);
                let first = Link { sha256, issued_at, expires_at };
                self.family = Some(Family::first(first, dpop_jkt.clone()));
            }
            GrantEvent::RefreshTokenRotated { sha256, rotated_at, expires_at, access_token } => {
                let successor = Link {
                    sha256: sha256.clone(),
                    issued_at: *rotated_at,
                    expires_at: *expires_at,
                };
                self.family = self.family.map(|family| family.rotated(successor, access_token));
            }
            GrantEvent::GrantRevoked { .. } => self.is_revoked = true,
        }
        self
    }
}
