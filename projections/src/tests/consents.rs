//! Consents to organizations, folded and made at random.

use events::{ApplicationEvent, ConsentEvent, OrganizationEvent, UserEvent};

use super::{
    history::{History, tenant, views_of},
    random::{Dice, parsed},
};
use crate::Consents;

/// Appends the event of a consent that the dice say.
pub(super) fn push(history: &mut History, dice: Dice) {
    let stream = format!("consent-default.u{}~a{}", dice.id, dice.other);
    let organizations = vec![parsed("n", dice.other), parsed("n", 0)];
    let event = match (dice.is_erased, dice.other % 2) {
        (false, 0) => ConsentEvent::ConsentOrganizationsWithdrawn { organizations },
        (false, _) => ConsentEvent::ConsentOrganizationsGranted { organizations },
        (true, 0) => ConsentEvent::ConsentWithdrawn {},
        (true, _) => ConsentEvent::ConsentGiven {
            scope: vec!["openid".into()],
            resources: [("https://api".to_owned(), vec![])].into(),
        },
    };
    history.then(&stream, event);
}

fn granted(ids: &[&str]) -> ConsentEvent {
    ConsentEvent::ConsentOrganizationsGranted {
        organizations: ids.iter().map(|id| id.parse().unwrap()).collect(),
    }
}

fn withdrawn(ids: &[&str]) -> ConsentEvent {
    ConsentEvent::ConsentOrganizationsWithdrawn {
        organizations: ids.iter().map(|id| id.parse().unwrap()).collect(),
    }
}

/// The organizations that the user `u1` let the application `a1` into, and the applications that they
/// let into `o1`.
fn held(history: &History) -> (Vec<String>, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let views = views_of(folder.path(), history);
    let view = views.reader::<Consents>();
    let (user, one) = ("u1".parse().unwrap(), "o1".parse().unwrap());
    let organizations = view.organizations(&tenant(), &"a1".parse().unwrap(), &user).unwrap();
    let applications = view.applications(&tenant(), &user, &one).unwrap();
    (
        organizations.iter().map(ToString::to_string).collect(),
        applications.iter().map(ToString::to_string).collect(),
    )
}

#[test]
fn organizations_come_in_the_order_they_were_let_into() {
    let mut history = History::default();
    history
        .then("consent-default.u1~a1", granted(&["o2", "o3"]))
        .then("consent-default.u1~a2", granted(&["o1"]))
        .then("consent-default.u2~a1", granted(&["o1"]))
        .then("consent-default.u1~a1", granted(&["o1"]))
        .then("consent-default.u1~a1", withdrawn(&["o3"]));
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert_eq!(held(&history), (names(&["o2", "o1"]), names(&["a1", "a2"])));
}

#[test]
fn whatever_ends_a_consent_takes_its_organizations_along() {
    let begun = || {
        let mut history = History::default();
        history.then("consent-default.u1~a1", granted(&["o1"]));
        history
    };
    assert_eq!(held(&begun()).0, ["o1"]);
    let mut taken_back = begun();
    taken_back.then("consent-default.u1~a1", ConsentEvent::ConsentWithdrawn {});
    let mut user = begun();
    user.then("user-default.u1", UserEvent::UserDeleted {});
    let mut application = begun();
    application.then("application-default.a1", ApplicationEvent::ApplicationDeleted {});
    let mut organization = begun();
    organization.then("organization-default.o1", OrganizationEvent::OrganizationDeleted {});
    for history in [taken_back, user, application, organization] {
        assert_eq!(held(&history), (vec![], vec![]));
    }
}
