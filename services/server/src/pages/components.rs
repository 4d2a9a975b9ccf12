//! The kit that pages are built from: headings, alerts, inputs, buttons, legal sentences.
//! A component knows its looks and its accessibility, never what the page is for.

use maud::{Markup, PreEscaped, html};

use super::{
    frame::{Frame, logo},
    identifiers::Identifiers,
    phrases::{Argument, Phrases},
    problem::{Field, Problem},
};

/// `id` of the message above a form.
const FORM_ERROR_ID: &str = "form-error";
/// Stand-ins for links while a phrase is formatted: noncharacters, which no text contains.
const TERMS_MARK: char = '\u{FDD0}';
const PRIVACY_MARK: char = '\u{FDD1}';

const ICON_SHOWN: &str = r#"<svg class="icon-hide" viewBox="0 0 24 24" width="22" height="22" aria-hidden="true" focusable="false"><path d="M3 3l18 18M10.6 6.2A9.6 9.6 0 0 1 12 6c5 0 8.3 3.6 9.5 6a13 13 0 0 1-2.8 3.6M6.6 7.6A12.7 12.7 0 0 0 2.5 12c1.2 2.4 4.5 6 9.5 6 1.6 0 3-.4 4.2-.9M9.9 9.900a3 3 0 0 0 4.2 4.2"/></svg>"#;
const ICON_HIDDEN: &str = r#"<svg class="icon-show" viewBox="0 0 24 24" width="22" height="22" aria-hidden="true" focusable="false"><path d="M2.5 12C3.7 9.6 7 6 12 6s8.3 3.6 9.5 6c-1.2 2.4-4.5 6-9.5 6s-8.3-3.6-9.5-6z"/><circle cx="12" cy="12" r="3"/></svg>"#;
const ICON_ALERT: &str = r#"<svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false"><circle cx="12" cy="12" r="9"/><path d="M12 7.500v5.500M12 16.400v.1"/></svg>"#;

/// Logo, title and one line below it.
pub(super) fn heading(frame: &Frame<'_>, title: &str, lead: Option<&str>) -> Markup {
    html! {
        header.heading {
            (logo(frame.branding))
            h1 { (title) }
            @if let Some(lead) = lead { p.lead { (lead) } }
        }
    }
}

/// The message above a form, when the problem is not one field's own.
pub(super) fn form_error(phrases: &Phrases, problem: Option<&Problem>) -> Markup {
    let Some(problem) = problem.filter(|problem| problem.is_told_above()) else {
        return Markup::default();
    };
    html! {
        div.alert role="alert" id=(FORM_ERROR_ID) data-code=(problem.code()) {
            (PreEscaped(ICON_ALERT))
            div { @for message in problem.messages(phrases) { p { (message) } } }
        }
    }
}

/// The token that ties a form to the browser it was made for.
pub(super) fn csrf_field(token: &str) -> Markup {
    html! { input type="hidden" name="csrf" value=(token); }
}

/// How one input differs from another.
pub(super) struct Input<'a> {
    pub(super) field: Field,
    pub(super) label: &'a str,
    pub(super) kind: &'a str,
    pub(super) autocomplete: &'a str,
    pub(super) input_mode: Option<&'a str>,
    pub(super) value: Option<&'a str>,
    pub(super) described_by: Option<&'a str>,
    pub(super) has_focus: bool,
}

/// A labelled input with its own message below it.
pub(super) fn input(phrases: &Phrases, problem: Option<&Problem>, input: &Input<'_>) -> Markup {
    let name = input.field.name();
    let is_password = input.kind == "password";
    let is_marked = problem.is_some_and(|problem| problem.marks(input.field));
    let has_focus = has_focus(problem, input.field, input.has_focus);
    html! {
        div.field {
            label for=(name) { (input.label) }
            div.control {
                input id=(name) name=(name) type=(input.kind) value=[input.value]
                    autocomplete=(input.autocomplete) inputmode=[input.input_mode]
                    autocapitalize="none" autocorrect="off" spellcheck="false" required
                    autofocus[has_focus] aria-invalid=[is_marked.then_some("true")]
                    aria-describedby=[described_by(problem, input.field, input.described_by)];
                @if is_password {
                    button.reveal type="button" hidden data-reveal=(name) aria-pressed="false"
                        aria-controls=(name) aria-label=(phrases.text("field-show-password")) {
                        (PreEscaped(ICON_HIDDEN)) (PreEscaped(ICON_SHOWN))
                    }
                }
            }
            (field_error(phrases, problem, input.field))
        }
    }
}

/// The identifier input of sign-in and register pages.
pub(super) fn identifier_input<'a>(
    identifiers: Identifiers,
    label: &'a str,
    value: &'a str,
) -> Input<'a> {
    Input {
        field: Field::Identifier,
        label,
        kind: identifiers.input_type(),
        autocomplete: "username",
        input_mode: identifiers.input_mode(),
        value: Some(value).filter(|value| !value.is_empty()),
        described_by: None,
        has_focus: false,
    }
}

/// A password input, for the current or for a new password.
pub(super) fn password_input(field: Field, label: &str) -> Input<'_> {
    let autocomplete = if field == Field::Password { "current-password" } else { "new-password" };
    Input {
        field,
        label,
        kind: "password",
        autocomplete,
        input_mode: None,
        value: None,
        described_by: None,
        has_focus: false,
    }
}

/// The form's main button.
pub(super) fn submit_button(label: &str) -> Markup {
    html! { button.button.primary type="submit" name="submit" value="submit" { (label) } }
}

/// A link that looks like a button.
pub(super) fn button_link(href: &str, label: &str, class: &str) -> Markup {
    html! { a class={ "button " (class) } href=(href) { (label) } }
}

/// "By continuing you agree …", or the checkbox for it; nothing when there are no texts.
pub(super) fn terms(frame: &Frame<'_>, needs_tick: bool, problem: Option<&Problem>) -> Markup {
    let (phrases, field) = (frame.phrases, Field::TermsAgreement);
    let links = LegalTexts::of(frame);
    if !needs_tick {
        return html! {
            @if let Some(sentence) = links.sentence(phrases, "legal-notice", &[]) {
                p.terms { (sentence) }
            }
        };
    }
    let is_marked = problem.is_some_and(|problem| problem.marks(field));
    html! {
        @if let Some(sentence) = links.sentence(phrases, "field-terms-agreement", &[]) {
            div.field {
                div.tick {
                    input type="checkbox" id=(field.name()) name=(field.name()) value="true"
                        required autofocus[has_focus(problem, field, false)]
                        aria-invalid=[is_marked.then_some("true")]
                        aria-describedby=[described_by(problem, field, None)];
                    label for=(field.name()) { (sentence) }
                }
                (field_error(phrases, problem, field))
            }
        }
    }
}

/// The legal texts of someone: ours on most pages, the application's on the consent page.
pub(super) struct LegalTexts<'a> {
    terms: Option<&'a str>,
    privacy: Option<&'a str>,
}

impl<'a> LegalTexts<'a> {
    pub(super) fn of(frame: &Frame<'a>) -> Self {
        Self::new(frame.terms_of_use_url, frame.privacy_policy_url)
    }

    pub(super) fn new(terms: Option<&'a str>, privacy: Option<&'a str>) -> Self {
        Self { terms: terms.and_then(web_address), privacy: privacy.and_then(web_address) }
    }

    /// The sentence `<prefix>-both`, `-terms` or `-privacy` with its links; none without texts.
    pub(super) fn sentence(
        &self,
        phrases: &Phrases,
        prefix: &str,
        arguments: &[(&str, Argument)],
    ) -> Option<Markup> {
        let suffix = match (self.terms, self.privacy) {
            (Some(_), Some(_)) => "both",
            (Some(_), None) => "terms",
            (None, Some(_)) => "privacy",
            (None, None) => return None,
        };
        let mut values = arguments.to_vec();
        values.push(("terms", TERMS_MARK.to_string().into()));
        values.push(("privacy", PRIVACY_MARK.to_string().into()));
        let sentence = phrases.format(&format!("{prefix}-{suffix}"), &values);
        Some(html! {
            @for part in sentence.split_inclusive([TERMS_MARK, PRIVACY_MARK]) {
                (part.trim_end_matches([TERMS_MARK, PRIVACY_MARK]))
                @if part.ends_with(TERMS_MARK) { (outside_link(phrases, "legal-terms", self.terms)) }
                @if part.ends_with(PRIVACY_MARK) {
                    (outside_link(phrases, "legal-privacy", self.privacy))
                }
            }
        })
    }
}

/// Footer with the legal links.
pub(super) fn legal_links(frame: &Frame<'_>) -> Markup {
    let texts = LegalTexts::of(frame);
    if texts.terms.is_none() && texts.privacy.is_none() {
        return Markup::default();
    }
    html! {
        footer.legal {
            nav aria-label=(frame.phrases.text("legal-navigation")) {
                (outside_link(frame.phrases, "legal-terms", texts.terms))
                (outside_link(frame.phrases, "legal-privacy", texts.privacy))
            }
        }
    }
}

/// The address if it is one of the web or of this server; `javascript:` and the like are not.
pub(super) fn web_address(address: &str) -> Option<&str> {
    let starts_with = |scheme: &str| {
        address.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    let is_local = address.starts_with('/') && !address.starts_with("//");
    (is_local || starts_with("https://") || starts_with("http://")).then_some(address)
}

fn outside_link(phrases: &Phrases, id: &str, href: Option<&str>) -> Markup {
    html! {
        @if let Some(href) = href {
            a href=(href) target="_blank" rel="noopener noreferrer" { (phrases.text(id)) }
        }
    }
}

fn field_error(phrases: &Phrases, problem: Option<&Problem>, field: Field) -> Markup {
    let Some(problem) = problem.filter(|problem| problem.is_told_at(field)) else {
        return Markup::default();
    };
    html! {
        div.field-error role="alert" id=(error_id(field)) data-code=(problem.code()) {
            @for message in problem.messages(phrases) { p { (message) } }
        }
    }
}

/// The focus goes to the one field that is wrong, else where the page wants it.
fn has_focus(problem: Option<&Problem>, field: Field, is_wanted: bool) -> bool {
    match problem.filter(|problem| !problem.is_told_above()) {
        Some(problem) => problem.is_told_at(field),
        None => is_wanted,
    }
}

fn error_id(field: Field) -> String {
    format!("{}-error", field.name())
}

/// Ids of what describes a field: its own message or the form's, then what the page adds.
fn described_by(problem: Option<&Problem>, field: Field, more: Option<&str>) -> Option<String> {
    let message = problem.filter(|problem| problem.marks(field)).map(|problem| {
        if problem.is_told_above() { FORM_ERROR_ID.to_owned() } else { error_id(field) }
    });
    let ids: Vec<String> = message.into_iter().chain(more.map(str::to_owned)).collect();
    (!ids.is_empty()).then(|| ids.join(" "))
}
