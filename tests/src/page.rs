//! The forms of a hosted page, read from its markup as a browser without script would use them.

use anyhow::{Context, Result};

/// The first form of a page.
#[derive(Debug, Clone)]
pub struct Form {
    /// Where it posts to.
    pub action: String,
    /// Names and values of the inputs that have both.
    pub fields: Vec<(String, String)>,
}

/// An attribute of a tag, with the five predefined entities decoded.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let value = tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()?;
    let decoded = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    Some(decoded.iter().fold(value.to_owned(), |text, (from, to)| text.replace(from, to)))
}

impl Form {
    /// Reads the first form of a page.
    ///
    /// # Errors
    /// If there is none.
    pub fn read(page: &str) -> Result<Self> {
        let form = page.split("<form").nth(1).context("no form on the page")?;
        let form = form.split("</form>").next().unwrap_or(form);
        let tag = form.split('>').next().unwrap_or_default();
        let inputs = form.split("<input").skip(1);
        let tags = inputs.map(|input| input.split('>').next().unwrap_or_default());
        let fields =
            tags.filter_map(|tag| Some((attribute(tag, "name")?, attribute(tag, "value")?)));
        let fields = fields.collect();
        Ok(Self { action: attribute(tag, "action").unwrap_or_default(), fields })
    }

    /// The fields with another filled in.
    #[must_use]
    pub fn fill(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(held, _)| held != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// What is posted.
    pub fn pairs(&self) -> Vec<(&str, &str)> {
        self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_gives_its_action_and_its_filled_inputs() {
        let page = r#"<p><form method="post" action="/a?b=1&amp;c=2"><input type="hidden"
            name="csrf" value="x&quot;"><input name="password"></form><input name="y" value="z">"#;
        let page = page.replace('\n', " ");
        let form = Form::read(&page).unwrap().fill("password", "p");
        assert_eq!(form.action, "/a?b=1&c=2");
        assert_eq!(form.pairs(), [("csrf", "x\""), ("password", "p")]);
        assert!(Form::read("<p>none</p>").is_err());
    }
}
