//! Users and credentials: what the folds make of every event, and what the queries answer.

use events::{
    PasswordOrigin, PasswordScheme, PasswordSecret, Personal, RoleEvent, RoleType, SessionEvent,
    UnixMillis, UserChange, UserEvent, UserId,
};

use super::history::{History, START, tenant, user_created, views_of};
use crate::{
    Condition, Credentials, Filter, Joint, Page, Pattern, Reader, SchemeCount, UserField,
    UserFilter, UserRow, Users, Views,
};

fn id(text: &str) -> UserId {
    text.parse().unwrap()
}

fn user(views: &Views, text: &str) -> Option<UserRow> {
    views.reader::<Users>().by_id(&tenant(), &id(text)).unwrap()
}

fn password(digest: &str) -> UserEvent {
    UserEvent::PasswordSet {
        origin: PasswordOrigin::Import,
        scheme: PasswordScheme::Md5,
        personal: Personal::Open(PasswordSecret { digest: digest.into() }),
    }
}

fn rehashed() -> UserEvent {
    UserEvent::PasswordRehashed {
        from: PasswordScheme::Md5,
        to: PasswordScheme::Argon2id,
        personal: Personal::Open(PasswordSecret { digest: "$argon2id$x".into() }),
    }
}

fn session(user: &str) -> SessionEvent {
    SessionEvent::SessionStarted {
        continues: None,
        user: id(user),
        interaction: "i1".parse().unwrap(),
        application: "a1".parse().unwrap(),
        secret_sha256: "x".into(),
        amr: vec!["pwd".into()],
        authenticated_at: UnixMillis(77),
        expires_at: UnixMillis(99),
        personal: Personal::Erased,
    }
}

#[test]
fn a_change_touches_only_what_it_names() {
    let folder = tempfile::tempdir().unwrap();
    let mut history = History::default();
    let change = UserChange {
        primary_email: Some(Some("New@Example.com".into())),
        username: Some(None),
        ..UserChange::default()
    };
    history.then("user-default.u1", user_created("Tom")).then(
        "user-default.u1",
        UserEvent::UserChanged { fields: vec![], personal: Personal::Open(change) },
    );
    let views = views_of(folder.path(), &history);
    let row = user(&views, "u1").unwrap();
    assert_eq!(row.name.as_deref(), Some("Tom"));
    assert_eq!(row.username, None);
    assert_eq!(row.primary_email.as_deref(), Some("New@Example.com"));
    assert!(row.email_verified);
    assert_eq!((row.created_at, row.updated_at), (START + 1, START + 2));
}

#[test]
fn a_rehash_changes_scheme_and_digest_but_no_times() {
    let folder = tempfile::tempdir().unwrap();
    let mut history = History::default();
    history
        .then("user-default.u1", user_created("Tom"))
        .then("user-default.u1", password("d"))
        .then("user-default.u1", rehashed());
    let views = views_of(folder.path(), &history);
    let row = user(&views, "u1").unwrap();
    assert_eq!(row.password_scheme, Some(PasswordScheme::Argon2id));
    assert_eq!(row.password_digest.as_deref(), Some("$argon2id$x"));
    assert_eq!((row.updated_at, row.password_updated_at), (START + 2, Some(START + 2)));
    let counts = views.reader::<Credentials>().counts(&tenant()).unwrap();
    assert_eq!(counts, [SchemeCount { scheme: PasswordScheme::Argon2id, users: 1 }]);
}

#[test]
fn suspension_and_sign_in_show_at_the_user() {
    let folder = tempfile::tempdir().unwrap();
    let mut history = History::default();
    history
        .then("user-default.u1", user_created("Tom"))
        .then("session-default.s1", session("u1"))
        .then("user-default.u1", UserEvent::UserSuspended { suspended_at: UnixMillis(START) });
    let views = views_of(folder.path(), &history);
    let row = user(&views, "u1").unwrap();
    assert_eq!((row.is_suspended, row.last_sign_in_at), (true, Some(77)));
    drop(views);
    history.then("user-default.u1", UserEvent::UserReactivated {});
    let views = views_of(folder.path(), &history);
    assert!(!user(&views, "u1").unwrap().is_suspended);
}

#[test]
fn a_deleted_user_leaves_no_trace() {
    let folder = tempfile::tempdir().unwrap();
    let mut history = History::default();
    history
        .then("user-default.u1", user_created("Unforgettable Name"))
        .then("user-default.u1", password("unforgettable-digest"))
        .then("user-default.u1", UserEvent::RolesAssigned { roles: vec!["r1".parse().unwrap()] })
        .then("user-default.u1", UserEvent::UserDeleted {});
    let views = views_of(folder.path(), &history);
    assert_eq!(user(&views, "u1"), None);
    let reader: Reader<Users> = views.reader();
    assert_eq!(reader.count(&tenant(), &UserFilter::default()).unwrap(), 0);
    assert_eq!(reader.roles_of(&tenant(), &id("u1")).unwrap(), []);
    assert_eq!(views.reader::<Credentials>().counts(&tenant()).unwrap(), []);
    assert_eq!(views.scrub().unwrap(), [] as [&str; 0]);
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        assert!(!text.contains("unforgettable"));
    }
}

#[test]
fn erased_personal_data_folds_to_a_user_without_any() {
    let folder = tempfile::tempdir().unwrap();
    let mut history = History::default();
    let created = UserEvent::UserCreated {
        origin: events::UserOrigin::SignUp,
        application: Some("a1".parse().unwrap()),
        roles: vec!["r1".parse().unwrap()],
        personal: Personal::Erased,
    };
    let changed =
        UserEvent::UserChanged { fields: vec!["name".into()], personal: Personal::Erased };
    let set = UserEvent::PasswordSet {
        origin: PasswordOrigin::Person,
        scheme: PasswordScheme::Bcrypt,
        personal: Personal::Erased,
    };
    history
        .then("user-default.u1", created)
        .then("user-default.u1", changed)
        .then("user-default.u1", set);
    let views = views_of(folder.path(), &history);
    let row = user(&views, "u1").unwrap();
    assert_eq!((row.name, row.username, row.password_digest), (None, None, None));
    assert_eq!(row.password_scheme, Some(PasswordScheme::Bcrypt));
    assert_eq!(row.application_id.unwrap().as_str(), "a1");
}

#[test]
fn a_deleted_role_is_held_by_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let mut history = History::default();
    let role = RoleEvent::RoleCreated {
        name: "admin".into(),
        description: "all".into(),
        role_type: RoleType::User,
        is_default: false,
        scopes: vec![],
    };
    let roles = vec!["r1".parse().unwrap(), "r2".parse().unwrap()];
    history
        .then("role-default.r1", role)
        .then("user-default.u1", user_created("Tom"))
        .then("user-default.u1", UserEvent::RolesAssigned { roles });
    let views = views_of(folder.path(), &history);
    let reader: Reader<Users> = views.reader();
    let holders = reader.holders(&tenant(), &"r1".parse().unwrap(), Page::default()).unwrap();
    assert_eq!((holders.rows, holders.total), (vec![id("u1")], 1));
    drop(views);
    history.then("role-default.r1", RoleEvent::RoleDeleted {});
    let views = views_of(folder.path(), &history);
    let left = views.reader::<Users>().roles_of(&tenant(), &id("u1")).unwrap();
    assert_eq!(left, ["r2".parse().unwrap()]);
}

fn found(views: &Views, text: Filter<UserField>) -> Vec<String> {
    let filter = UserFilter { text, ..UserFilter::default() };
    let page = views.reader::<Users>().page(&tenant(), &filter, Page::default()).unwrap();
    assert_eq!(page.total, page.rows.len() as u64);
    page.rows.into_iter().map(|row| row.id.to_string()).collect()
}

fn one(field: Option<UserField>, pattern: Pattern) -> Filter<UserField> {
    Filter { conditions: vec![Condition { field, pattern }], ..Filter::default() }
}

#[test]
fn users_are_found_by_text_newest_first() {
    let folder = tempfile::tempdir().unwrap();
    let mut history = History::default();
    history
        .then("user-default.u1", user_created("Tom 100%"))
        .then("user-default.u2", user_created("ÄRGER"))
        .then("user-default.u3", user_created("tom"))
        .then("user-admin.u4", user_created("tom"));
    let views = views_of(folder.path(), &history);
    let like = |pattern: &str| one(None, Pattern::Like(pattern.into()));
    assert_eq!(found(&views, Filter::default()), ["u3", "u2", "u1"]);
    assert_eq!(found(&views, Filter::containing("ärg")), ["u2"]);
    assert_eq!(found(&views, Filter::containing("100%")), ["u1"]);
    assert_eq!(found(&views, Filter::containing("1%0")), [] as [&str; 0]);
    assert_eq!(found(&views, like("tom")), ["u3"]);
    assert_eq!(found(&views, like("TOM%")), ["u3", "u1"]);
    assert_eq!(found(&views, like("%100\\%")), ["u1"]);
    let email = Pattern::Exact(vec!["TOM@example.COM".into()]);
    assert_eq!(found(&views, one(Some(UserField::PrimaryEmail), email.clone())), ["u3"]);
    let sensitive = Filter { is_case_sensitive: true, ..one(Some(UserField::PrimaryEmail), email) };
    assert_eq!(found(&views, sensitive), [] as [&str; 0]);
    let mut both = like("%o%");
    both.conditions.push(Condition {
        field: Some(UserField::Id),
        pattern: Pattern::Exact(vec!["u1".into(), "u2".into()]),
    });
    both.joint = Joint::And;
    assert_eq!(found(&views, both), ["u2", "u1"]);
}

#[test]
fn the_row_of_a_fresh_user_is_the_one_that_the_fold_writes() {
    let folder = tempfile::tempdir().unwrap();
    let mut history = History::default();
    history.then("user-default.u1", user_created("Tom")).then("user-default.u1", password("d"));
    history.then("user-default.u2", user_created("Ann"));
    let time = UnixMillis(START);
    history.0.iter_mut().for_each(|recorded| recorded.time = time);
    let identity_of = |event: &events::Event| {
        let events::Event::User(UserEvent::UserCreated { application, personal, .. }) = event
        else {
            panic!("nobody was created")
        };
        (application.clone(), personal.open().unwrap().clone())
    };
    let (tom_from, tom) = identity_of(&history.0[0].event);
    let (ann_from, ann) = identity_of(&history.0[2].event);
    let views = views_of(folder.path(), &history);
    let secret = Some((PasswordScheme::Md5, "d".to_owned()));
    let fresh = UserRow::created(id("u1"), time, tom_from, tom, secret);
    assert_eq!(user(&views, "u1"), Some(fresh));
    let fresh = UserRow::created(id("u2"), time, ann_from, ann, None);
    assert_eq!(user(&views, "u2"), Some(fresh));
}
