//! A person says yes: what they let the application have and the step of the visit are one commit.

use axum::http::StatusCode;
use domain::{Consent, ConsentCommand, Interaction, InteractionCommand};
use events::{Actor, OrganizationId};
use store::Work;

use super::Asking;
use crate::{
    call::Call,
    consents::require_member,
    http::error::ApiError,
    oidc::{
        resume::Visit,
        session::SignedIn,
        token::gate::{self, Acting, GateError, Source},
    },
};

/// Records that the person lets the application have what it asks for, and lets it act in these
/// organizations.
///
/// # Errors
/// 422 `organization.require_membership`, 403 `oidc.access_denied` for who may not use the
/// application
pub(crate) async fn give(
    call: &Call,
    visit: &Visit,
    (asking, signed_in): (&Asking<'_>, &SignedIn),
    organizations: &[OrganizationId],
) -> Result<(), ApiError> {
    let asked = asking.asked(call)?;
    let id = asking.id()?;
    let context = call.context(Actor::User(asking.user.clone()));
    let log = &call.site.app().log;
    let given = log.transact(&context, async |work: Work| -> Result<(), ApiError> {
        let command = InteractionCommand::RecordConsent { now: call.now };
        work.decide::<Interaction>(&visit.id, command).await?;
        for organization in organizations {
            require_member(&work, asking.user, organization).await?;
        }
        if asking.client.metadata.is_third_party {
            let command = ConsentCommand::GiveConsent {
                scope: asked.scope.clone(),
                resources: asked.resources.clone(),
                organizations: organizations.to_vec(),
            };
            work.decide::<Consent>(&id, command).await?;
        }
        let acting = Acting {
            user: asking.user,
            since: signed_in.authenticated_at,
            session: Some(&signed_in.id),
            client: Some(&asking.client.metadata),
            organization: None,
        };
        match gate::pass(call, Source::Work(&work), &acting).await {
            Ok(_) => Ok(()),
            Err(GateError::Denied(denied)) => {
                tracing::info!(%denied, "consent refused");
                let message = "You may not use this application.";
                Err(ApiError::new(StatusCode::FORBIDDEN, "oidc.access_denied", message))
            }
            Err(GateError::Failed(failure)) => Err(failure.into()),
        }
    });
    let ((), position) = given.await?;
    call.note(position);
    Ok(())
}
