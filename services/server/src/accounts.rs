//! Accounts come, change and go, together with the reservations that keep identifiers unique: one
//! commit each.

use axum::http::StatusCode;
use domain::{
    NewPassword, Reservation, ReservationCommand, ReservationRefusal, User, UserCommand, UserState,
};
use events::{
    ApplicationId, IdentifierKind, RoleId, StreamName, UserChange, UserId, UserIdentity, UserOrigin,
};
use projections::Roles;
use store::{Context, ExecuteError, Work};

use crate::{call::Call, http::error::ApiError, identifier::Identifier};

/// A new account.
#[derive(Clone)]
pub(crate) struct NewAccount {
    /// Its id.
    pub id: UserId,
    /// How it came to be.
    pub origin: UserOrigin,
    /// The application through which the person signed up.
    pub application: Option<ApplicationId>,
    /// Who it is; identifiers have been checked for their form.
    pub identity: UserIdentity,
    /// What the person will sign in with.
    pub password: Option<NewPassword>,
}

/// Creates an account with the default roles; answers with the position.
///
/// # Errors
/// 422 `user.{username,email,phone}_already_in_use`
pub(crate) async fn create(
    call: &Call,
    context: &Context,
    account: &NewAccount,
) -> Result<Option<u64>, ApiError> {
    let roles = default_roles(call)?;
    let transacted =
        call.site.app().log.transact(context, async |work: Work| -> Result<(), ApiError> {
            add(call, &work, account, &roles).await
        });
    let ((), position) = transacted.await?;
    Ok(position)
}

/// Roles that every new user gets.
///
/// # Errors
/// Only failures of the machinery.
pub(crate) fn default_roles(call: &Call) -> Result<Vec<RoleId>, ApiError> {
    let roles = call.site.app().views.reader::<Roles>();
    Ok(roles.defaults(call.site.tenant())?)
}

/// The part of a commit that adds an account.
///
/// # Errors
/// As [`create`].
pub(crate) async fn add(
    call: &Call,
    work: &Work,
    account: &NewAccount,
    roles: &[RoleId],
) -> Result<(), ApiError> {
    let owner = StreamName::user(call.site.tenant(), &account.id);
    for identifier in identifiers(&account.identity) {
        reserve(call, work, &identifier, &owner).await?;
    }
    let command = UserCommand::CreateUser {
        origin: account.origin,
        application: account.application.clone(),
        roles: roles.to_vec(),
        identity: account.identity.clone(),
        password: account.password.clone(),
    };
    work.begin::<User>(&account.id, command).await?;
    Ok(())
}

/// Changes an account; a changed identifier is reserved and the former one set free.
///
/// # Errors
/// 404 `entity.not_found`, 422 `user.{username,email,phone}_already_in_use`
pub(crate) async fn change(
    call: &Call,
    context: &Context,
    id: &UserId,
    change: &UserChange,
) -> Result<Option<u64>, ApiError> {
    let transacted =
        call.site.app().log.transact(context, async |work: Work| -> Result<(), ApiError> {
            let user = work.load::<User>(id).await?.state;
            let owner = StreamName::user(call.site.tenant(), id);
            for (kind, wanted) in [
                (IdentifierKind::Username, &change.username),
                (IdentifierKind::Email, &change.primary_email),
                (IdentifierKind::Phone, &change.primary_phone),
            ] {
                let Some(wanted) = wanted else { continue };
                let former = held(&user, kind);
                let wanted =
                    wanted.as_deref().and_then(|value| Identifier::try_new(kind, value).ok());
                if let Some(wanted) = &wanted {
                    reserve(call, &work, wanted, &owner).await?;
                }
                if let Some(former) = former {
                    let id = former.reservation(&call.site)?;
                    let kept = wanted.map(|it| it.reservation(&call.site)).transpose()?;
                    if kept.as_ref() != Some(&id) {
                        let command = ReservationCommand::Release { owner: owner.clone() };
                        work.decide::<Reservation>(&id, command).await?;
                    }
                }
            }
            work.decide::<User>(id, UserCommand::ChangeUser { change: change.clone() }).await?;
            Ok(())
        });
    let ((), position) = transacted.await?;
    Ok(position)
}

/// Deletes an account and sets its identifiers free.
///
/// # Errors
/// 404 `entity.not_found`
pub(crate) async fn delete(
    call: &Call,
    context: &Context,
    id: &UserId,
) -> Result<Option<u64>, ApiError> {
    let transacted =
        call.site.app().log.transact(context, async |work: Work| -> Result<(), ApiError> {
            let user = work.load::<User>(id).await?.state;
            let owner = StreamName::user(call.site.tenant(), id);
            for kind in [IdentifierKind::Username, IdentifierKind::Email, IdentifierKind::Phone] {
                if let Some(former) = held(&user, kind) {
                    let command = ReservationCommand::Release { owner: owner.clone() };
                    work.decide::<Reservation>(&former.reservation(&call.site)?, command).await?;
                }
            }
            work.decide::<User>(id, UserCommand::DeleteUser).await?;
            Ok(())
        });
    let ((), position) = transacted.await?;
    Ok(position)
}

/// The user whom an identifier names, read from the log itself.
///
/// # Errors
/// Only failures of the machinery.
pub(crate) async fn find(call: &Call, identifier: &Identifier) -> Result<Option<UserId>, ApiError> {
    let id = identifier.reservation(&call.site)?;
    let log = &call.site.app().log;
    let reservation = log.load::<Reservation>(call.site.tenant(), &id).await?.state;
    Ok(reservation.owner().and_then(|owner| owner.id().parse().ok()))
}

/// 422: somebody else holds the identifier.
pub(crate) fn taken(identifier: &Identifier) -> ApiError {
    ApiError::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        identifier.taken_code(),
        format!("This {} is already in use.", identifier.kind().as_str()),
    )
}

async fn reserve(
    call: &Call,
    work: &Work,
    identifier: &Identifier,
    owner: &StreamName,
) -> Result<(), ApiError> {
    let id = identifier.reservation(&call.site)?;
    let command = ReservationCommand::Reserve { owner: owner.clone(), confirmed: true };
    match work.begin::<Reservation>(&id, command).await {
        Ok(_) => Ok(()),
        Err(ExecuteError::Refused(ReservationRefusal::Taken)) => Err(taken(identifier)),
        Err(error) => Err(error.into()),
    }
}

fn identifiers(identity: &UserIdentity) -> impl Iterator<Item = Identifier> {
    [
        (IdentifierKind::Username, &identity.username),
        (IdentifierKind::Email, &identity.primary_email),
        (IdentifierKind::Phone, &identity.primary_phone),
    ]
    .into_iter()
    .filter_map(|(kind, value)| Identifier::try_new(kind, value.as_deref()?).ok())
}

fn held(user: &UserState, kind: IdentifierKind) -> Option<Identifier> {
    let account = user.account()?;
    let value = match kind {
        IdentifierKind::Username => account.username(),
        IdentifierKind::Email => account.email(),
        IdentifierKind::Phone => account.phone(),
    };
    Identifier::try_new(kind, value?).ok()
}
