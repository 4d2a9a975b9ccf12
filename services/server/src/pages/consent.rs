//! The consent page: a third-party application asks a signed-in person for access.

use maud::{Markup, html};
use protocol::resource::ORGANIZATIONS_RESOURCE;

use super::{
    components::{LegalTexts, csrf_field, heading, web_address},
    frame::{Frame, Page, document},
    phrases::Phrases,
};

/// What the page shows. It posts `csrf`, `decision` (`authorize` or `cancel`) and, if there is a
/// choice, `organizationIds` with one id.
pub(crate) struct ConsentView<'a> {
    /// Where the form posts to.
    pub action: &'a str,
    /// Anti-forgery token.
    pub csrf: &'a str,
    /// Terms of the application itself.
    pub application_terms_url: Option<&'a str>,
    /// Privacy policy of the application itself.
    pub application_privacy_url: Option<&'a str>,
    /// Who is signed in.
    pub user: UserCard<'a>,
    /// OIDC scopes that are newly asked for: name, and what of the person it shows.
    pub scopes: &'a [(&'a str, Option<&'a str>)],
    /// Scopes of API resources that are newly asked for.
    pub resources: &'a [ResourcePermissions<'a>],
    /// Organizations to choose from: id and name. The first is chosen at the start.
    pub organizations: &'a [(&'a str, &'a str)],
    /// Host that the browser returns to; none if it stays here.
    pub redirect_host: Option<&'a str>,
    /// Signs out and starts again with another account.
    pub switch_account_href: Option<&'a str>,
}

/// The signed-in person, as a card.
pub(crate) struct UserCard<'a> {
    /// Display name, or the best identifier.
    pub name: &'a str,
    /// A second line: e-mail, phone or username.
    pub detail: Option<&'a str>,
    /// Picture; the name's first letter without one.
    pub avatar_url: Option<&'a str>,
}

/// What is asked for at one API resource.
pub(crate) struct ResourcePermissions<'a> {
    /// The resource's name.
    pub resource: &'a str,
    /// Scopes: name and description.
    pub scopes: &'a [(&'a str, Option<&'a str>)],
}

/// The page at `/consent`.
#[must_use]
pub(crate) fn consent(frame: &Frame<'_>, view: &ConsentView<'_>) -> Markup {
    let phrases = frame.phrases;
    let application = [("application", frame.application_name.into())];
    let title = phrases.text("consent-title");
    let lead = phrases.format("consent-lead", &application);
    let legal = LegalTexts::new(view.application_terms_url, view.application_privacy_url);
    let content = html! {
        (heading(frame, &title, Some(&lead)))
        form method="post" action=(view.action) data-once {
            (csrf_field(view.csrf))
            (user_card(phrases, &view.user, view.switch_account_href))
            div.permissions {
                @if !view.scopes.is_empty() {
                    h2 { (phrases.format("consent-personal", &application)) }
                    ul {
                        @for (scope, value) in view.scopes {
                            li {
                                div {
                                    (scope_words(phrases, scope))
                                    @if let Some(value) = value { " " span.value { (value) } }
                                }
                            }
                        }
                    }
                }
                @for asked in view.resources { (resource_permissions(phrases, asked)) }
            }
            @if !view.organizations.is_empty() {
                div.field {
                    label for="organizationIds" { (phrases.text("consent-organization")) }
                    select id="organizationIds" name="organizationIds" {
                        @for (id, name) in view.organizations { option value=(id) { (name) } }
                    }
                }
            }
            @if let Some(host) = view.redirect_host {
                p.note { (phrases.format("consent-host", &[("host", host.into())])) }
            }
            div.actions {
                button.button.primary type="submit" name="decision" value="authorize" {
                    (phrases.text("consent-authorize"))
                }
                button.button.quiet type="submit" name="decision" value="cancel" formnovalidate {
                    (phrases.text("consent-cancel"))
                }
            }
            @if let Some(sentence) = legal.sentence(phrases, "consent-legal", &application) {
                p.terms { (sentence) }
            }
        }
    };
    document(frame, &Page::new(&title, content))
}

fn user_card(phrases: &Phrases, user: &UserCard<'_>, switch_href: Option<&str>) -> Markup {
    let initial: String = user.name.chars().take(1).flat_map(char::to_uppercase).collect();
    html! {
        section.user aria-label=(phrases.text("consent-signed-in-as")) {
            @if let Some(avatar) = user.avatar_url.and_then(web_address) {
                img.avatar src=(avatar) alt="" width="44" height="44" referrerpolicy="no-referrer";
            } @else {
                span.avatar aria-hidden="true" { (initial) }
            }
            div.who {
                strong { (user.name) }
                @if let Some(detail) = user.detail { span { (detail) } }
            }
            @if let Some(href) = switch_href {
                a href=(href) { (phrases.text("consent-switch-account")) }
            }
        }
    }
}

fn resource_permissions(phrases: &Phrases, asked: &ResourcePermissions<'_>) -> Markup {
    html! {
        h2 {
            @if asked.resource == ORGANIZATIONS_RESOURCE {
                (phrases.text("consent-resource-organizations"))
            } @else {
                (phrases.format("consent-resource", &[("resource", asked.resource.into())]))
            }
        }
        ul {
            @for (name, description) in asked.scopes {
                li {
                    div {
                        @match description.filter(|words| !words.is_empty()) {
                            Some(words) => { (words) " " code { (name) } },
                            None => code { (name) },
                        }
                    }
                }
            }
        }
    }
}

/// Words for an OIDC scope; the bare name for one that has none.
fn scope_words(phrases: &Phrases, scope: &str) -> Markup {
    let id = match scope {
        "profile" => "scope-profile",
        "email" => "scope-email",
        "phone" => "scope-phone",
        "address" => "scope-address",
        "roles" => "scope-roles",
        "custom_data" => "scope-custom-data",
        "identities" => "scope-identities",
        "offline_access" => "scope-offline-access",
        "urn:logto:scope:organizations" => "scope-organizations",
        "urn:logto:scope:organization_roles" => "scope-organization-roles",
        "urn:logto:scope:sessions" => "scope-sessions",
        "urn:logto:scope:trusted_devices" => "scope-trusted-devices",
        unknown => return html! { code { (unknown) } },
    };
    html! { (phrases.text(id)) }
}
