//! What the rules know of the wish of a device.

use events::{ApplicationId, DeviceAuthorizationEvent, GrantId, UnixMillis, UserId};

/// What the rules know of the wish of a device.
#[derive(Debug, Clone, Default)]
pub struct DeviceAuthorizationState(pub(super) Option<Box<Wish>>);

#[derive(Debug, Clone)]
pub(super) struct Wish {
    pub(super) request: DeviceRequest,
    pub(super) answer: Answer,
}

/// What a person said.
#[derive(Debug, Clone)]
pub(super) enum Answer {
    None,
    Approved { grant: GrantId, user: UserId, is_redeemed: bool },
    Denied,
}

/// What a device asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceRequest {
    /// The application on the device.
    pub application: ApplicationId,
    /// Scopes asked for, in that order, after what was silently dropped.
    pub scope: Vec<String>,
    /// Indicators of the API resources that tokens will be asked for.
    pub resources: Vec<String>,
    /// SHA-256 of the device code in base64url.
    pub device_code_sha256: String,
    /// Keyed digest of the user code.
    pub user_code_digest: String,
    /// From this moment on nothing can come of it.
    pub expires_at: UnixMillis,
}

/// What a device code that was presented is good for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeviceCodeUse {
    /// It is no code of this wish, or not of this application.
    Invalid,
    /// Nobody has decided yet.
    Pending,
    /// Too late.
    Expired,
    /// A person said no.
    Denied,
    /// It can be exchanged for tokens of this grant.
    Approved(GrantId),
    /// It was exchanged before, for tokens of this grant.
    Redeemed(GrantId),
}

impl DeviceAuthorizationState {
    /// What the device asks for.
    pub fn request(&self) -> Option<&DeviceRequest> {
        self.0.as_ref().map(|wish| &wish.request)
    }

    /// Whether a person has said yes or no.
    pub fn is_decided(&self) -> bool {
        self.0.as_ref().is_some_and(|wish| match wish.answer {
            Answer::None => false,
            Answer::Approved { .. } | Answer::Denied => true,
        })
    }

    /// What a device code is good for. A code that was exchanged stays so when its time is over: its
    /// second use tells of a copy.
    pub fn device_code_use(
        &self,
        sha256: &str,
        application: &ApplicationId,
        now: UnixMillis,
    ) -> DeviceCodeUse {
        let fits = |wish: &&Wish| {
            wish.request.device_code_sha256 == sha256 && wish.request.application == *application
        };
        let Some(wish) = self.0.as_deref().filter(fits) else { return DeviceCodeUse::Invalid };
        let is_late = now >= wish.request.expires_at;
        match &wish.answer {
            Answer::Approved { grant, is_redeemed: true, .. } => {
                DeviceCodeUse::Redeemed(grant.clone())
            }
            Answer::None | Answer::Approved { .. } | Answer::Denied if is_late => {
                DeviceCodeUse::Expired
            }
            Answer::None => DeviceCodeUse::Pending,
            Answer::Denied => DeviceCodeUse::Denied,
            Answer::Approved { grant, .. } => DeviceCodeUse::Approved(grant.clone()),
        }
    }

    pub(super) fn after(self, event: &DeviceAuthorizationEvent) -> Self {
        let answered = |answer| Self(self.0.clone().map(|wish| Box::new(Wish { answer, ..*wish })));
        match event {
            DeviceAuthorizationEvent::DeviceAuthorizationStarted {
                application,
                scope,
                resources,
                device_code_sha256,
                user_code_digest,
                expires_at,
            } => {
                let request = DeviceRequest {
                    application: application.clone(),
                    scope: scope.clone(),
                    resources: resources.clone(),
                    device_code_sha256: device_code_sha256.clone(),
                    user_code_digest: user_code_digest.clone(),
                    expires_at: *expires_at,
                };
                Self(Some(Box::new(Wish { request, answer: Answer::None })))
            }
            DeviceAuthorizationEvent::DeviceAuthorizationApproved { grant, user } => {
                let (grant, user) = (grant.clone(), user.clone());
                answered(Answer::Approved { grant, user, is_redeemed: false })
            }
            DeviceAuthorizationEvent::DeviceAuthorizationDenied {} => answered(Answer::Denied),
            DeviceAuthorizationEvent::DeviceCodeRedeemed {} => Self(self.0.map(|mut wish| {
                if let Answer::Approved { is_redeemed, .. } = &mut wish.answer {
                    *is_redeemed = true;
                }
                wish
            })),
        }
    }
}
