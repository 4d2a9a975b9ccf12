//! Scenarios of a client.

use events::{
    ApplicationChange, ApplicationEvent, ApplicationSecretValue, ApplicationSettings,
    ApplicationType, Personal, UnixMillis,
};
use serde_json::{Map, Value, json};

use super::{Application, ApplicationCommand, ApplicationRefusal, NewSecret};
use crate::scenario::{given, id};

fn object(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

fn settings(custom_client_metadata: Value) -> ApplicationSettings {
    ApplicationSettings {
        name: "App".into(),
        custom_client_metadata: object(custom_client_metadata),
        ..ApplicationSettings::default()
    }
}

fn created_as(
    application_type: ApplicationType,
    is_third_party: bool,
    metadata: Value,
) -> ApplicationEvent {
    ApplicationEvent::ApplicationCreated {
        application_type,
        is_third_party,
        settings: settings(metadata),
    }
}

fn created(application_type: ApplicationType) -> ApplicationEvent {
    created_as(application_type, false, json!({}))
}

fn create(
    application_type: ApplicationType,
    is_third_party: bool,
    metadata: Value,
) -> ApplicationCommand {
    ApplicationCommand::CreateApplication {
        application_type,
        is_third_party,
        settings: settings(metadata),
        secret: None,
    }
}

fn create_with_secret(application_type: ApplicationType) -> ApplicationCommand {
    ApplicationCommand::CreateApplication {
        application_type,
        is_third_party: false,
        settings: settings(json!({})),
        secret: Some(NewSecret { name: "one".into(), sha256: "h1".into(), value: "v".into() }),
    }
}

fn secret(name: &str, sha256: &str) -> ApplicationEvent {
    ApplicationEvent::ApplicationSecretCreated {
        name: name.into(),
        sha256: sha256.into(),
        expires_at: None,
        personal: Personal::Open(ApplicationSecretValue { value: "v".into() }),
    }
}

fn create_secret(name: &str, sha256: &str) -> ApplicationCommand {
    ApplicationCommand::CreateSecret {
        name: name.into(),
        sha256: sha256.into(),
        value: "v".into(),
        expires_at: None,
    }
}

fn metadata_change(metadata: Value) -> ApplicationCommand {
    let custom_client_metadata = Some(object(metadata));
    ApplicationCommand::ChangeApplication {
        change: ApplicationChange { custom_client_metadata, ..ApplicationChange::default() },
    }
}

#[test]
fn a_client_is_created_with_its_secret() {
    given::<Application>([])
        .when(create_with_secret(ApplicationType::Traditional))
        .then([created(ApplicationType::Traditional), secret("one", "h1")]);
}

#[test]
fn creating_the_same_client_again_changes_nothing() {
    let past = given::<Application>([created(ApplicationType::Traditional), secret("one", "h1")]);
    past.when(create_with_secret(ApplicationType::Traditional)).then_nothing();
    past.when(create(ApplicationType::Spa, false, json!({})))
        .then_refused(ApplicationRefusal::Exists);
}

#[test]
fn public_clients_hold_no_secrets() {
    for kind in [ApplicationType::Native, ApplicationType::Spa] {
        given::<Application>([])
            .when(create_with_secret(kind))
            .then_refused(ApplicationRefusal::HasNoSecrets);
        given::<Application>([created(kind)])
            .when(create_secret("one", "h1"))
            .then_refused(ApplicationRefusal::HasNoSecrets);
    }
}

#[test]
fn only_native_clients_use_the_device_flow() {
    let metadata = json!({"isDeviceFlow": true});
    given::<Application>([])
        .when(create(ApplicationType::Native, false, metadata.clone()))
        .then([created_as(ApplicationType::Native, false, metadata.clone())]);
    given::<Application>([])
        .when(create(ApplicationType::Spa, false, metadata))
        .then_refused(ApplicationRefusal::DeviceFlowNativeOnly);
    given::<Application>([])
        .when(create(ApplicationType::Spa, false, json!({"isDeviceFlow": false})))
        .then([created_as(ApplicationType::Spa, false, json!({"isDeviceFlow": false}))]);
}

#[test]
fn the_device_flow_is_fixed_at_creation_and_absent_means_off() {
    let on = given::<Application>([created_as(
        ApplicationType::Native,
        false,
        json!({"isDeviceFlow": true}),
    )]);
    on.when(metadata_change(json!({"idTokenTtl": 60})))
        .then_refused(ApplicationRefusal::DeviceFlowNotChangeable);
    on.when(metadata_change(json!({"isDeviceFlow": true}))).then_nothing();
    let off = given::<Application>([created(ApplicationType::Native)]);
    off.when(metadata_change(json!({"isDeviceFlow": true})))
        .then_refused(ApplicationRefusal::DeviceFlowNotChangeable);
    let change = ApplicationChange {
        custom_client_metadata: Some(object(json!({"isDeviceFlow": false}))),
        ..ApplicationChange::default()
    };
    off.when(metadata_change(json!({"isDeviceFlow": false})))
        .then([ApplicationEvent::ApplicationChanged { change }]);
}

#[test]
fn a_machine_is_no_third_party() {
    given::<Application>([])
        .when(create(ApplicationType::MachineToMachine, true, json!({})))
        .then_refused(ApplicationRefusal::InvalidThirdPartyType);
    given::<Application>([])
        .when(create(ApplicationType::Traditional, true, json!({})))
        .then([created_as(ApplicationType::Traditional, true, json!({}))]);
}

#[test]
fn third_parties_do_not_exchange_tokens() {
    let metadata = json!({"allowTokenExchange": true});
    given::<Application>([])
        .when(create(ApplicationType::Spa, true, metadata.clone()))
        .then_refused(ApplicationRefusal::ThirdPartyTokenExchange);
    given::<Application>([created_as(ApplicationType::Spa, true, json!({}))])
        .when(metadata_change(metadata.clone()))
        .then_refused(ApplicationRefusal::ThirdPartyTokenExchange);
    given::<Application>([])
        .when(create(ApplicationType::Spa, false, metadata.clone()))
        .then([created_as(ApplicationType::Spa, false, metadata)]);
}

#[test]
fn a_change_records_only_what_differs() {
    let wish = ApplicationChange {
        name: Some("App".into()),
        description: Some(Some("new".into())),
        custom_data: Some(Map::new()),
        ..ApplicationChange::default()
    };
    let due = ApplicationEvent::ApplicationChanged {
        change: ApplicationChange {
            description: Some(Some("new".into())),
            ..ApplicationChange::default()
        },
    };
    let command = ApplicationCommand::ChangeApplication { change: wish };
    let before = [created(ApplicationType::Spa)];
    given::<Application>(before.clone()).when(command.clone()).then([due.clone()]);
    let after = given::<Application>(before.into_iter().chain([due]));
    after.when(command).then_nothing();
    let client = after.state().client().unwrap();
    assert_eq!(client.settings().description.as_deref(), Some("new"));
}

#[test]
fn a_secret_name_is_used_once() {
    let past = given::<Application>([created(ApplicationType::Traditional), secret("one", "h1")]);
    past.when(create_secret("two", "h2")).then([secret("two", "h2")]);
    past.when(create_secret("one", "h2")).then_refused(ApplicationRefusal::SecretNameExists);
    past.when(create_secret("one", "h1")).then_nothing();
    past.when(ApplicationCommand::CreateSecret {
        name: "one".into(),
        sha256: "h1".into(),
        value: "v".into(),
        expires_at: Some(UnixMillis(1)),
    })
    .then_refused(ApplicationRefusal::SecretNameExists);
}

#[test]
fn a_secret_is_renamed_unless_the_name_is_taken() {
    let rename = |from: &str, to: &str| ApplicationCommand::RenameSecret {
        from: from.into(),
        to: to.into(),
    };
    let past = given::<Application>([
        created(ApplicationType::Traditional),
        secret("one", "h1"),
        secret("two", "h2"),
    ]);
    let renamed =
        ApplicationEvent::ApplicationSecretRenamed { from: "one".into(), to: "three".into() };
    past.when(rename("one", "three")).then([renamed.clone()]);
    past.when(rename("one", "one")).then_nothing();
    past.when(rename("one", "two")).then_refused(ApplicationRefusal::SecretNameExists);
    past.when(rename("three", "four")).then_refused(ApplicationRefusal::SecretNotExists);
    let after =
        given::<Application>([created(ApplicationType::Traditional), secret("one", "h1"), renamed]);
    let client = after.state().client().unwrap();
    assert_eq!(client.secrets().keys().collect::<Vec<_>>(), ["three"]);
    assert_eq!(client.secrets()["three"].sha256, "h1");
}

#[test]
fn every_secret_can_be_deleted_once() {
    let delete = ApplicationCommand::DeleteSecret { name: "one".into() };
    let deleted = ApplicationEvent::ApplicationSecretDeleted { name: "one".into() };
    let past = [created(ApplicationType::Traditional), secret("one", "h1")];
    given::<Application>(past.clone()).when(delete.clone()).then([deleted.clone()]);
    given::<Application>(past.into_iter().chain([deleted]))
        .when(delete)
        .then_refused(ApplicationRefusal::SecretNotFound);
}

#[test]
fn machines_hold_roles() {
    let held = ApplicationEvent::ApplicationRolesAssigned { roles: vec![id("r1")] };
    let past = given::<Application>([created(ApplicationType::MachineToMachine), held]);
    past.when(ApplicationCommand::AssignRoles { roles: vec![id("r1"), id("r2"), id("r2")] })
        .then([ApplicationEvent::ApplicationRolesAssigned { roles: vec![id("r2")] }]);
    past.when(ApplicationCommand::AssignRoles { roles: vec![id("r1")] }).then_nothing();
    past.when(ApplicationCommand::ReplaceRoles { roles: vec![id("r2")] }).then([
        ApplicationEvent::ApplicationRolesUnassigned { roles: vec![id("r1")] },
        ApplicationEvent::ApplicationRolesAssigned { roles: vec![id("r2")] },
    ]);
    past.when(ApplicationCommand::ReplaceRoles { roles: vec![id("r1")] }).then_nothing();
    past.when(ApplicationCommand::UnassignRole { role: id("r1") })
        .then([ApplicationEvent::ApplicationRolesUnassigned { roles: vec![id("r1")] }]);
    past.when(ApplicationCommand::UnassignRole { role: id("r2") })
        .then_refused(ApplicationRefusal::RoleNotAssigned);
}

#[test]
fn others_hold_no_roles() {
    for kind in [ApplicationType::Native, ApplicationType::Spa, ApplicationType::Traditional] {
        let past = given::<Application>([created(kind)]);
        for command in [
            ApplicationCommand::AssignRoles { roles: vec![] },
            ApplicationCommand::ReplaceRoles { roles: vec![] },
            ApplicationCommand::UnassignRole { role: id("r1") },
        ] {
            past.when(command).then_refused(ApplicationRefusal::InvalidType);
        }
    }
}

#[test]
fn a_client_is_deleted_for_good() {
    let deleted = ApplicationEvent::ApplicationDeleted {};
    given::<Application>([created(ApplicationType::Spa)])
        .when(ApplicationCommand::DeleteApplication)
        .then([deleted.clone()]);
    let gone = given::<Application>([created(ApplicationType::Spa), deleted]);
    gone.when(ApplicationCommand::DeleteApplication).then_refused(ApplicationRefusal::Absent);
    gone.when(create(ApplicationType::Spa, false, json!({})))
        .then_refused(ApplicationRefusal::Exists);
    assert!(gone.state().client().is_none());
    given::<Application>([])
        .when(metadata_change(json!({})))
        .then_refused(ApplicationRefusal::Absent);
}
