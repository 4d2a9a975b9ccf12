//! Organizations, their scopes, roles and members in histories made at random.

use events::{
    Member, MembershipEnding, MembershipEvent, OrganizationChange, OrganizationEvent,
    OrganizationRoleEvent, OrganizationScopeEvent, OrganizationSettings,
};

use super::{
    history::History,
    random::{Dice, parsed},
};

/// Appends the event that the dice say.
pub(super) fn push(history: &mut History, dice: Dice) {
    let Dice { kind, id, other, is_erased } = dice;
    match kind {
        44 => history.then(&format!("organization-default.n{id}"), organization(dice)),
        45 => history.then(&format!("organization_scope-default.c{id}"), scope(dice)),
        46 => history.then(&format!("organization_role-default.o{id}"), role(dice)),
        _ => {
            let (mark, letter) = if is_erased { ("m", "a") } else { ("u", "u") };
            let stream = format!("membership-default.n{}~{mark}~{letter}{other}", id % 2);
            history.then(&stream, membership(dice))
        }
    };
}

fn organization(dice: Dice) -> OrganizationEvent {
    let name = format!("Organization {}", dice.other);
    match (dice.other, dice.is_erased) {
        (0..=1, _) => OrganizationEvent::OrganizationCreated {
            settings: OrganizationSettings { name, ..OrganizationSettings::default() },
        },
        (_, true) => OrganizationEvent::OrganizationChanged {
            change: OrganizationChange {
                name: Some(name),
                description: Some(Some("d".into())),
                custom_data: Some(serde_json::Map::new()),
                is_mfa_required: Some(true),
                color: Some(serde_json::Map::new()),
                branding: Some(serde_json::Map::new()),
                custom_css: Some(None),
            },
        },
        (_, false) => OrganizationEvent::OrganizationDeleted {},
    }
}

fn scope(dice: Dice) -> OrganizationScopeEvent {
    let (name, description) = (format!("scope {}", dice.id), None);
    match (dice.other, dice.is_erased) {
        (0..=1, _) => OrganizationScopeEvent::OrganizationScopeCreated { name, description },
        (_, true) => OrganizationScopeEvent::OrganizationScopeChanged {
            name: "new".into(),
            description: Some("d".into()),
        },
        (_, false) => OrganizationScopeEvent::OrganizationScopeDeleted {},
    }
}

fn role(dice: Dice) -> OrganizationRoleEvent {
    match (dice.other % 2, dice.is_erased) {
        (0, false) => OrganizationRoleEvent::OrganizationRoleScopesAssigned {
            scopes: vec![parsed("c", dice.other), parsed("c", 1)],
        },
        (0, true) => OrganizationRoleEvent::OrganizationRoleScopesUnassigned {
            scopes: vec![parsed("c", dice.other)],
        },
        (_, false) => OrganizationRoleEvent::OrganizationRoleResourceScopesAssigned {
            scopes: vec![parsed("c", dice.other)],
        },
        (_, true) => OrganizationRoleEvent::OrganizationRoleResourceScopesUnassigned {
            scopes: vec![parsed("c", dice.other)],
        },
    }
}

fn membership(dice: Dice) -> MembershipEvent {
    let roles = vec![parsed("o", dice.other), parsed("o", 1)];
    match dice.id {
        0..=1 => MembershipEvent::MembershipStarted {
            organization: parsed("n", dice.id % 2),
            member: if dice.is_erased {
                Member::Application(parsed("a", dice.other))
            } else {
                Member::User(parsed("u", dice.other))
            },
            roles,
        },
        2 => MembershipEvent::MembershipRolesAssigned { roles },
        _ if dice.other == 0 => MembershipEvent::MembershipRolesUnassigned { roles },
        _ => MembershipEvent::MembershipEnded { reason: MembershipEnding::Removed },
    }
}
