//! The `Content-Security-Policy` of a page: own files only, nothing inline, framed by nobody or
//! by the console.

/// Where a form of the page may lead, redirects included.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) enum FormTargets<'a> {
    /// Only to this server.
    #[default]
    Own,
    /// To this server and from there to these sources (`https://app.example`, `com.example.app:`).
    /// Browsers apply `form-action` to the redirect that answers a form, so a page that ends at an
    /// application must name it.
    And(&'a [&'a str]),
    /// Anywhere, because the target is not known when the page is made.
    Anywhere,
}

/// The header's value. `ancestors` are the origins that may frame the page; none means nobody.
#[must_use]
pub(crate) fn content_security_policy(targets: FormTargets<'_>, ancestors: &[&str]) -> String {
    let mut policy = "default-src 'none'; script-src 'self'; style-src 'self'; \
         img-src 'self' data: https: http:; connect-src 'self'; base-uri 'none'"
        .to_owned();
    match targets {
        FormTargets::Own => policy.push_str("; form-action 'self'"),
        FormTargets::And(sources) => {
            policy.push_str("; form-action 'self'");
            append(&mut policy, sources);
        }
        FormTargets::Anywhere => {}
    }
    policy.push_str("; frame-ancestors ");
    policy.push_str(if ancestors.is_empty() { "'none'" } else { "'self'" });
    append(&mut policy, ancestors);
    policy
}

/// Appends sources, leaving out any that could end the directive or be more than one source.
fn append(policy: &mut String, sources: &[&str]) {
    let is_one_source = |source: &&&str| {
        !source.is_empty()
            && source.bytes().all(|byte| byte.is_ascii_graphic() && !b";,'\"".contains(&byte))
    };
    for source in sources.iter().filter(is_one_source) {
        policy.push(' ');
        policy.push_str(source);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_inline_is_allowed() {
        let policy = content_security_policy(FormTargets::Own, &[]);
        assert!(policy.starts_with("default-src 'none';"));
        assert!(!policy.contains("unsafe"));
        assert!(policy.ends_with("form-action 'self'; frame-ancestors 'none'"));
    }

    #[test]
    fn the_application_at_the_end_of_the_form_is_named() {
        let targets = FormTargets::And(&["https://app.example", "com.example.app:"]);
        let policy = content_security_policy(targets, &["https://console.example"]);
        assert!(policy.contains("form-action 'self' https://app.example com.example.app:;"));
        assert!(policy.ends_with("frame-ancestors 'self' https://console.example"));
    }

    #[test]
    fn a_source_cannot_add_a_directive() {
        let targets = FormTargets::And(&["https://a.example; script-src *", "'unsafe-inline'", ""]);
        let policy = content_security_policy(targets, &[]);
        assert!(policy.contains("form-action 'self'; frame-ancestors"));
    }
}
