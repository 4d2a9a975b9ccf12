//! Scenarios of a person's account.

use events::{
    PasswordOrigin, PasswordScheme, PasswordSecret, Personal, Profile, UnixMillis, UserChange,
    UserEvent, UserIdentity, UserOrigin,
};
use serde_json::json;

use super::{NewPassword, User, UserCommand, UserRefusal};
use crate::scenario::{given, id};

fn identity() -> UserIdentity {
    UserIdentity {
        username: Some("tom".into()),
        primary_email: Some("Tom@example.com".into()),
        email_verified: true,
        ..UserIdentity::default()
    }
}

fn created() -> UserEvent {
    UserEvent::UserCreated {
        origin: UserOrigin::Management,
        application: None,
        roles: vec![id("r1")],
        personal: Personal::Open(identity()),
    }
}

fn create(password: Option<NewPassword>) -> UserCommand {
    UserCommand::CreateUser {
        origin: UserOrigin::Management,
        application: None,
        roles: vec![id("r1"), id("r1")],
        identity: identity(),
        password,
    }
}

fn new_password(digest: &str) -> NewPassword {
    NewPassword {
        origin: PasswordOrigin::Import,
        scheme: PasswordScheme::Md5,
        digest: digest.into(),
    }
}

fn secret(digest: &str) -> Personal<PasswordSecret> {
    Personal::Open(PasswordSecret { digest: digest.into() })
}

fn set(digest: &str) -> UserEvent {
    UserEvent::PasswordSet {
        origin: PasswordOrigin::Import,
        scheme: PasswordScheme::Md5,
        personal: secret(digest),
    }
}

fn rehashed(digest: &str) -> UserEvent {
    UserEvent::PasswordRehashed {
        from: PasswordScheme::Md5,
        to: PasswordScheme::Argon2id,
        personal: secret(digest),
    }
}

fn rehash(seen: &str, digest: &str) -> UserCommand {
    UserCommand::RehashPassword {
        seen_digest: seen.into(),
        scheme: PasswordScheme::Argon2id,
        digest: digest.into(),
    }
}

fn suspended(at: i64) -> UserEvent {
    UserEvent::UserSuspended { suspended_at: UnixMillis(at) }
}

fn change(change: UserChange) -> UserCommand {
    UserCommand::ChangeUser { change }
}

#[test]
fn the_first_application_is_noted_once() {
    let noted = |name| UserEvent::FirstApplicationAuthorized { application: id(name) };
    let note = |name| UserCommand::AuthorizeApplication { application: id(name) };
    given::<User>([created()]).when(note("a1")).then([noted("a1")]);
    let past = given::<User>([created(), noted("a1")]);
    past.when(note("a2")).then_nothing();
    given::<User>([]).when(note("a1")).then_refused(UserRefusal::Absent);
}

#[test]
fn an_account_is_created_with_its_password_and_each_role_once() {
    let none = given::<User>([]);
    none.when(create(None)).then([created()]);
    none.when(create(Some(new_password("0a")))).then([created(), set("0a")]);
}

#[test]
fn creating_the_same_account_again_changes_nothing() {
    given::<User>([created(), set("0a")]).when(create(Some(new_password("0a")))).then_nothing();
}

#[test]
fn an_id_that_was_used_is_refused() {
    given::<User>([created()])
        .when(create(Some(new_password("0a"))))
        .then_refused(UserRefusal::Exists);
    given::<User>([created(), UserEvent::UserDeleted {}])
        .when(create(None))
        .then_refused(UserRefusal::Exists);
}

#[test]
fn a_change_records_only_what_differs_in_the_order_of_the_members() {
    let custom = json!({"a": 1}).as_object().unwrap().clone();
    let wish = UserChange {
        username: Some(Some("tom".into())),
        primary_email: Some(None),
        name: Some(Some("Tom".into())),
        avatar: Some(None),
        custom_data: Some(custom.clone()),
        profile: Some(Profile::default()),
        ..UserChange::default()
    };
    let due = UserEvent::UserChanged {
        fields: ["primary_email", "name", "custom_data"].map(String::from).into(),
        personal: Personal::Open(UserChange {
            primary_email: Some(None),
            name: Some(Some("Tom".into())),
            custom_data: Some(custom),
            ..UserChange::default()
        }),
    };
    given::<User>([created()]).when(change(wish.clone())).then([due.clone()]);
    given::<User>([created(), due]).when(change(wish)).then_nothing();
}

#[test]
fn an_empty_change_changes_nothing() {
    given::<User>([created()]).when(change(UserChange::default())).then_nothing();
}

#[test]
fn a_changed_address_counts_as_verified_and_a_cleared_one_does_not() {
    let with = |phone: Option<&str>| UserEvent::UserChanged {
        fields: vec!["primary_phone".into()],
        personal: Personal::Open(UserChange {
            primary_phone: Some(phone.map(Into::into)),
            ..UserChange::default()
        }),
    };
    let without_email = UserEvent::UserChanged {
        fields: vec!["primary_email".into()],
        personal: Personal::Open(UserChange { primary_email: Some(None), ..UserChange::default() }),
    };
    let cleared = given::<User>([created(), without_email]);
    let account = cleared.state().account().unwrap();
    assert_eq!((account.email(), account.identity().email_verified), (None, false));
    let set = given::<User>([created(), with(Some("4912"))]);
    let account = set.state().account().unwrap();
    assert_eq!((account.phone(), account.identity().phone_verified), (Some("4912"), true));
    let cleared = given::<User>([created(), with(Some("4912")), with(None)]);
    let account = cleared.state().account().unwrap();
    assert_eq!((account.phone(), account.identity().phone_verified), (None, false));
}

#[test]
fn a_password_replaces_whatever_there_was() {
    let set_password = |digest: &str| UserCommand::SetPassword {
        origin: PasswordOrigin::Import,
        scheme: PasswordScheme::Md5,
        digest: digest.into(),
    };
    given::<User>([created()]).when(set_password("0a")).then([set("0a")]);
    given::<User>([created(), set("0a")]).when(set_password("0b")).then([set("0b")]);
    given::<User>([created(), set("0a")]).when(set_password("0a")).then_nothing();
}

#[test]
fn a_password_is_rehashed_once() {
    given::<User>([created(), set("0a")]).when(rehash("0a", "0a")).then_nothing();
    given::<User>([created(), set("0a")]).when(rehash("0a", "$new")).then([rehashed("$new")]);
    let after = given::<User>([created(), set("0a"), rehashed("$new")]);
    after.when(rehash("0a", "$other")).then_nothing();
    let password = after.state().account().unwrap().password().unwrap();
    assert_eq!((password.scheme, &*password.digest), (PasswordScheme::Argon2id, "$new"));
}

#[test]
fn a_password_changed_meanwhile_is_not_rehashed_over() {
    given::<User>([created(), set("0b")]).when(rehash("0a", "$new")).then_nothing();
    given::<User>([created()]).when(rehash("0a", "$new")).then_nothing();
}

#[test]
fn a_suspension_is_recorded_once_and_outlives_the_reactivation() {
    let suspend = |now| UserCommand::SuspendUser { now: UnixMillis(now) };
    given::<User>([created()]).when(suspend(5)).then([suspended(5)]);
    given::<User>([created(), suspended(5)]).when(suspend(6)).then_nothing();
    let back = given::<User>([created(), suspended(5), UserEvent::UserReactivated {}]);
    back.when(UserCommand::ReactivateUser).then_nothing();
    back.when(suspend(6)).then([suspended(6)]);
    let account = back.state().account().unwrap();
    assert_eq!((account.is_suspended(), account.revoked_before()), (false, Some(UnixMillis(5))));
    given::<User>([created(), suspended(5)])
        .when(UserCommand::ReactivateUser)
        .then([UserEvent::UserReactivated {}]);
}

#[test]
fn roles_already_held_are_ignored() {
    let assign = |roles: &[&str]| UserCommand::AssignRoles {
        roles: roles.iter().copied().map(id).collect(),
    };
    let past = given::<User>([created()]);
    past.when(assign(&["r1", "r2", "r2"]))
        .then([UserEvent::RolesAssigned { roles: vec![id("r2")] }]);
    past.when(assign(&["r1"])).then_nothing();
    past.when(assign(&[])).then_nothing();
}

#[test]
fn replacing_roles_records_the_difference() {
    let replace = |roles: &[&str]| UserCommand::ReplaceRoles {
        roles: roles.iter().copied().map(id).collect(),
    };
    let past = given::<User>([created()]);
    past.when(replace(&["r2"])).then([
        UserEvent::RolesUnassigned { roles: vec![id("r1")] },
        UserEvent::RolesAssigned { roles: vec![id("r2")] },
    ]);
    past.when(replace(&["r1"])).then_nothing();
    past.when(replace(&[])).then([UserEvent::RolesUnassigned { roles: vec![id("r1")] }]);
}

#[test]
fn only_a_role_that_is_held_is_taken_away() {
    let past = given::<User>([created()]);
    past.when(UserCommand::UnassignRole { role: id("r1") })
        .then([UserEvent::RolesUnassigned { roles: vec![id("r1")] }]);
    past.when(UserCommand::UnassignRole { role: id("r2") })
        .then_refused(UserRefusal::RoleNotAssigned);
}

#[test]
fn an_account_is_deleted_for_good() {
    given::<User>([created()]).when(UserCommand::DeleteUser).then([UserEvent::UserDeleted {}]);
    let gone = given::<User>([created(), UserEvent::UserDeleted {}]);
    gone.when(UserCommand::DeleteUser).then_refused(UserRefusal::Absent);
    assert!(gone.state().account().is_none());
}

#[test]
fn nothing_can_be_done_to_an_absent_account() {
    for command in [
        change(UserChange::default()),
        rehash("0a", "$new"),
        UserCommand::SuspendUser { now: UnixMillis(1) },
        UserCommand::ReactivateUser,
        UserCommand::AssignRoles { roles: vec![] },
        UserCommand::ReplaceRoles { roles: vec![] },
        UserCommand::UnassignRole { role: id("r1") },
        UserCommand::DeleteUser,
    ] {
        given::<User>([]).when(command).then_refused(UserRefusal::Absent);
    }
}

#[test]
fn an_erased_person_has_no_identity_and_no_password() {
    let past = given::<User>([
        UserEvent::UserCreated {
            origin: UserOrigin::SignUp,
            application: None,
            roles: vec![id("r1")],
            personal: Personal::Erased,
        },
        UserEvent::UserChanged { fields: vec!["name".into()], personal: Personal::Erased },
        UserEvent::PasswordSet {
            origin: PasswordOrigin::Person,
            scheme: PasswordScheme::Argon2id,
            personal: Personal::Erased,
        },
    ]);
    let account = past.state().account().unwrap();
    assert_eq!(account.identity(), &UserIdentity::default());
    assert!(account.password().is_none() && account.roles().contains(&id("r1")));
}
