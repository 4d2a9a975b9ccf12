//! The people of the tenant `admin` who administer the tenant `default`, and the first of them.

use domain::{NewPassword, Reservation, ReservationCommand, ReservationRefusal, User, UserCommand};
use events::{PasswordOrigin, ReservationId, RoleId, StreamName, UserId, UserIdentity, UserOrigin};
use store::{Context, ExecuteError, Work};

use crate::{
    accounts::{self, NewAccount},
    bootstrap::CONSOLE_ROLE,
    call::Call,
    http::error::ApiError,
    ids::{NotAnId, parse},
    passwords::recorded_scheme,
};

/// Held by the first administrator, so that there is only one first.
const FIRST: &str = "first_administrator:0";

/// Whether nobody has become the first administrator yet.
///
/// # Errors
/// Only failures of the machinery.
pub(crate) async fn is_vacant(call: &Call) -> Result<bool, ApiError> {
    let log = &call.site.app().log;
    let first = log.load::<Reservation>(call.site.tenant(), &first()?).await?.state;
    Ok(first.owner().is_none())
}

/// Creates the first administrator; nothing happens, and the answer is `false`, if there is one.
///
/// # Errors
/// 422 `user.username_already_in_use`
pub(crate) async fn create_first(
    call: &Call,
    context: &Context,
    id: &UserId,
    username: &str,
    password: String,
) -> Result<bool, ApiError> {
    let digest = call.site.app().passwords.hash(password).await?;
    let account = NewAccount {
        id: id.clone(),
        origin: UserOrigin::Management,
        application: None,
        identity: UserIdentity { username: Some(username.into()), ..UserIdentity::default() },
        password: Some(NewPassword {
            origin: PasswordOrigin::Person,
            scheme: recorded_scheme(digest.scheme()),
            digest: digest.encoded().to_owned(),
        }),
    };
    let owner = StreamName::user(call.site.tenant(), id);
    let (first, role): (ReservationId, RoleId) = (first()?, parse(CONSOLE_ROLE)?);
    let log = &call.site.app().log;
    let transacted = log.transact(context, async |work: Work| -> Result<bool, ApiError> {
        let reserve = ReservationCommand::Reserve { owner: owner.clone(), confirmed: true };
        match work.decide::<Reservation>(&first, reserve).await {
            Ok(happened) if happened.is_empty() => return Ok(false),
            Ok(_) => {}
            Err(ExecuteError::Refused(ReservationRefusal::Taken)) => return Ok(false),
            Err(error) => return Err(error.into()),
        }
        accounts::add(call, &work, &account, &[]).await?;
        work.decide::<User>(id, UserCommand::AssignRoles { roles: vec![role.clone()] }).await?;
        Ok(true)
    });
    let (created, position) = transacted.await?;
    call.settle(position).await?;
    Ok(created)
}

fn first() -> Result<ReservationId, NotAnId> {
    parse(FIRST)
}
