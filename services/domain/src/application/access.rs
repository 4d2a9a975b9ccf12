//! Who may use a client: lists that count only while they are enabled.

use events::{AccessControl, ApplicationEvent, OrganizationRoleRule};

use super::{ApplicationRefusal, Client};
use crate::holding::distinct;

/// Lets exactly the listed use the client.
pub(super) fn set(
    client: &Client,
    lists: AccessControl,
) -> Result<Vec<ApplicationEvent>, ApplicationRefusal> {
    let wish = AccessControl {
        enabled: client.access_control.enabled,
        users: distinct(lists.users),
        user_roles: distinct(lists.user_roles),
        organizations: distinct(lists.organizations),
        organization_role_rules: rules(lists.organization_role_rules)?,
    };
    if wish.enabled && is_empty(&wish) {
        return Err(ApplicationRefusal::NobodyMayUseIt);
    }
    Ok(changed(client, wish))
}

/// Lets the lists count, or not.
pub(super) fn enable(
    client: &Client,
    enabled: bool,
) -> Result<Vec<ApplicationEvent>, ApplicationRefusal> {
    let wish = AccessControl { enabled, ..client.access_control.clone() };
    if enabled && is_empty(&wish) {
        return Err(ApplicationRefusal::NobodyMayUseIt);
    }
    Ok(changed(client, wish))
}

fn changed(client: &Client, wish: AccessControl) -> Vec<ApplicationEvent> {
    if wish == client.access_control {
        return vec![];
    }
    vec![ApplicationEvent::ApplicationAccessControlChanged(wish)]
}

fn is_empty(access: &AccessControl) -> bool {
    access.users.is_empty()
        && access.user_roles.is_empty()
        && access.organizations.is_empty()
        && access.organization_role_rules.is_empty()
}

/// One rule for each organization: several about one are taken together.
fn rules(
    wished: Vec<OrganizationRoleRule>,
) -> Result<Vec<OrganizationRoleRule>, ApplicationRefusal> {
    let mut rules: Vec<OrganizationRoleRule> = Vec::new();
    for rule in wished {
        if rule.roles.is_empty() {
            return Err(ApplicationRefusal::RuleWithoutRole);
        }
        match rules.iter_mut().find(|held| held.organization == rule.organization) {
            Some(held) => held.roles.extend(rule.roles),
            None => rules.push(rule),
        }
    }
    for rule in &mut rules {
        rule.roles = distinct(std::mem::take(&mut rule.roles));
    }
    Ok(rules)
}

#[cfg(test)]
mod tests {
    use events::{ApplicationSettings, ApplicationType};

    use super::*;
    use crate::{
        Application, ApplicationCommand,
        scenario::{given, id},
    };

    fn created() -> ApplicationEvent {
        ApplicationEvent::ApplicationCreated {
            application_type: ApplicationType::Spa,
            is_third_party: false,
            settings: ApplicationSettings::default(),
        }
    }

    fn lists(users: &[&str], rules: &[(&str, &[&str])]) -> AccessControl {
        AccessControl {
            users: users.iter().copied().map(id).collect(),
            organization_role_rules: rules
                .iter()
                .map(|(organization, roles)| OrganizationRoleRule {
                    organization: id(organization),
                    roles: roles.iter().copied().map(id).collect(),
                })
                .collect(),
            ..AccessControl::default()
        }
    }

    fn set(lists: AccessControl) -> ApplicationCommand {
        ApplicationCommand::SetAccessControl { lists }
    }

    fn enable(enabled: bool) -> ApplicationCommand {
        ApplicationCommand::EnableAccessControl { enabled }
    }

    fn changed(access: AccessControl) -> ApplicationEvent {
        ApplicationEvent::ApplicationAccessControlChanged(access)
    }

    #[test]
    fn lists_are_set_as_a_whole_and_counted_when_enabled() {
        let past = given::<Application>([created()]);
        past.when(set(lists(&["u1", "u1"], &[]))).then([changed(lists(&["u1"], &[]))]);
        let past = given::<Application>([created(), changed(lists(&["u1"], &[]))]);
        past.when(set(lists(&["u1"], &[]))).then_nothing();
        let counted = AccessControl { enabled: true, ..lists(&["u1"], &[]) };
        past.when(enable(true)).then([changed(counted.clone())]);
        past.when(enable(false)).then_nothing();
        let past = given::<Application>([created(), changed(counted)]);
        let other = AccessControl { enabled: true, ..lists(&["u2"], &[]) };
        past.when(set(lists(&["u2"], &[]))).then([changed(other)]);
    }

    #[test]
    fn lists_that_count_are_never_emptied() {
        let counted = AccessControl { enabled: true, ..lists(&["u1"], &[]) };
        given::<Application>([created(), changed(counted)])
            .when(set(lists(&[], &[])))
            .then_refused(ApplicationRefusal::NobodyMayUseIt);
        given::<Application>([created(), changed(lists(&["u1"], &[]))])
            .when(set(lists(&[], &[])))
            .then([changed(lists(&[], &[]))]);
    }

    #[test]
    fn empty_lists_are_never_counted() {
        let past = given::<Application>([created()]);
        past.when(enable(true)).then_refused(ApplicationRefusal::NobodyMayUseIt);
        past.when(enable(false)).then_nothing();
    }

    #[test]
    fn an_organization_has_one_rule_with_roles() {
        let past = given::<Application>([created()]);
        past.when(set(lists(&[], &[("o1", &[])])))
            .then_refused(ApplicationRefusal::RuleWithoutRole);
        past.when(set(lists(&[], &[("o1", &["r1"]), ("o1", &["r2", "r1"])])))
            .then([changed(lists(&[], &[("o1", &["r1", "r2"])]))]);
    }
}
