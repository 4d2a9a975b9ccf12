//! Rules of a person's account: created once, changed and suspended while it is there, deleted for
//! good. That an identifier is unique is the business of its reservation.

mod command;
mod refusal;
#[cfg(test)]
mod scenarios;
mod state;

use events::{
    Event, PasswordSecret, Personal, RoleId, StreamName, TenantId, UserChange, UserEvent, UserId,
};

pub use self::{
    command::{NewPassword, UserCommand},
    refusal::UserRefusal,
    state::{Account, Password, UserState},
};
use crate::{Decider, holding};

/// A person's account.
pub struct User;

impl Decider for User {
    type Id = UserId;
    type Command = UserCommand;
    type Event = UserEvent;
    type Refusal = UserRefusal;
    type State = UserState;

    fn stream(tenant: &TenantId, id: &UserId) -> StreamName {
        StreamName::user(tenant, id)
    }

    fn event(event: &Event) -> Option<&UserEvent> {
        if let Event::User(event) = event { Some(event) } else { None }
    }

    fn decide(state: &UserState, command: UserCommand) -> Result<Vec<UserEvent>, UserRefusal> {
        match (state, command) {
            (UserState::Present(account), command) => decide_present(account, command),
            (
                UserState::Absent,
                UserCommand::CreateUser { origin, application, roles, identity, password },
            ) => {
                let roles = holding::distinct(roles);
                let personal = Personal::Open(identity);
                let created = UserEvent::UserCreated { origin, application, roles, personal };
                Ok([created].into_iter().chain(password.map(password_set)).collect())
            }
            (UserState::Deleted, UserCommand::CreateUser { .. }) => Err(UserRefusal::Exists),
            (
                UserState::Absent | UserState::Deleted,
                UserCommand::ChangeUser { .. }
                | UserCommand::SetPassword { .. }
                | UserCommand::RehashPassword { .. }
                | UserCommand::SuspendUser { .. }
                | UserCommand::ReactivateUser
                | UserCommand::AuthorizeApplication { .. }
                | UserCommand::AssignRoles { .. }
                | UserCommand::ReplaceRoles { .. }
                | UserCommand::UnassignRole { .. }
                | UserCommand::DeleteUser,
            ) => Err(UserRefusal::Absent),
        }
    }

    fn evolve(state: UserState, event: &UserEvent) -> UserState {
        match state {
            UserState::Absent => Account::default().after(event),
            UserState::Present(account) => account.after(event),
            UserState::Deleted => UserState::Deleted,
        }
    }
}

fn decide_present(account: &Account, command: UserCommand) -> Result<Vec<UserEvent>, UserRefusal> {
    let events = match command {
        UserCommand::CreateUser { application, roles, identity, password, origin: _ } => {
            let is_same = account.identity == identity
                && account.application == application
                && account.roles == roles.into_iter().collect()
                && account.password
                    == password.map(|new| Password { scheme: new.scheme, digest: new.digest });
            return if is_same { Ok(vec![]) } else { Err(UserRefusal::Exists) };
        }
        UserCommand::ChangeUser { change } => changed(account, change),
        UserCommand::SetPassword { origin, scheme, digest } => {
            let is_stored = account
                .password
                .as_ref()
                .is_some_and(|held| held.scheme == scheme && held.digest == digest);
            if is_stored {
                vec![]
            } else {
                vec![password_set(NewPassword { origin, scheme, digest })]
            }
        }
        UserCommand::RehashPassword { seen_digest, scheme, digest } => match &account.password {
            Some(held) if held.digest == seen_digest && held.digest != digest => {
                vec![UserEvent::PasswordRehashed {
                    from: held.scheme,
                    to: scheme,
                    personal: Personal::Open(PasswordSecret { digest }),
                }]
            }
            Some(_) | None => vec![],
        },
        UserCommand::SuspendUser { now } => {
            when(!account.is_suspended, UserEvent::UserSuspended { suspended_at: now })
        }
        UserCommand::ReactivateUser => when(account.is_suspended, UserEvent::UserReactivated {}),
        UserCommand::AuthorizeApplication { application } => when(
            account.application.is_none(),
            UserEvent::FirstApplicationAuthorized { application },
        ),
        UserCommand::AssignRoles { roles } => assigned(holding::added(&account.roles, roles)),
        UserCommand::ReplaceRoles { roles } => {
            let mut events = unassigned(holding::removed(&account.roles, &roles));
            events.extend(assigned(holding::added(&account.roles, roles)));
            events
        }
        UserCommand::UnassignRole { role } => {
            if !account.roles.contains(&role) {
                return Err(UserRefusal::RoleNotAssigned);
            }
            unassigned(vec![role])
        }
        UserCommand::DeleteUser => vec![UserEvent::UserDeleted {}],
    };
    Ok(events)
}

fn when(is_due: bool, event: UserEvent) -> Vec<UserEvent> {
    if is_due { vec![event] } else { vec![] }
}

fn assigned(roles: Vec<RoleId>) -> Vec<UserEvent> {
    when(!roles.is_empty(), UserEvent::RolesAssigned { roles })
}

fn unassigned(roles: Vec<RoleId>) -> Vec<UserEvent> {
    when(!roles.is_empty(), UserEvent::RolesUnassigned { roles })
}

fn password_set(NewPassword { origin, scheme, digest }: NewPassword) -> UserEvent {
    let personal = Personal::Open(PasswordSecret { digest });
    UserEvent::PasswordSet { origin, scheme, personal }
}

fn changed(account: &Account, wish: UserChange) -> Vec<UserEvent> {
    let held = &account.identity;
    let mut fields = Vec::new();
    let fields_mut = &mut fields;
    let change = UserChange {
        username: differing(fields_mut, "username", wish.username, &held.username),
        primary_email: differing(
            fields_mut,
            "primary_email",
            wish.primary_email,
            &held.primary_email,
        ),
        primary_phone: differing(
            fields_mut,
            "primary_phone",
            wish.primary_phone,
            &held.primary_phone,
        ),
        name: differing(fields_mut, "name", wish.name, &held.name),
        avatar: differing(fields_mut, "avatar", wish.avatar, &held.avatar),
        custom_data: differing(fields_mut, "custom_data", wish.custom_data, &held.custom_data),
        profile: differing(fields_mut, "profile", wish.profile, &held.profile),
    };
    let is_due = !fields.is_empty();
    when(is_due, UserEvent::UserChanged { fields, personal: Personal::Open(change) })
}

/// The wish, if it is one and not what is held; then its name goes to `fields`.
fn differing<T: PartialEq>(
    fields: &mut Vec<String>,
    name: &str,
    wish: Option<T>,
    held: &T,
) -> Option<T> {
    let new = wish.filter(|new| new != held)?;
    fields.push(name.to_owned());
    Some(new)
}
