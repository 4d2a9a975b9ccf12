//! Search over named text columns, as the rich search and `q` of the Management API need it.
//!
//! Case-insensitive comparison uses columns that the fold wrote in lower case, so it knows every
//! alphabet and can use an index.

use rusqlite::types::Value;

/// What a text must look like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pattern {
    /// The text contains this, taken literally.
    Contains(String),
    /// The whole text matches a pattern of SQL's `LIKE`: `%`, `_`, and `\` before either.
    Like(String),
    /// The text is one of these.
    Exact(Vec<String>),
}

/// How conditions combine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Joint {
    /// Every condition holds.
    And,
    /// At least one condition holds.
    #[default]
    Or,
}

/// One condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition<F> {
    /// The field that must match; `None` = any field.
    pub field: Option<F>,
    /// What it must look like.
    pub pattern: Pattern,
}

/// Conditions on text fields. None at all = everything matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter<F> {
    /// The conditions.
    pub conditions: Vec<Condition<F>>,
    /// How they combine.
    pub joint: Joint,
    /// Whether `A` differs from `a`.
    pub is_case_sensitive: bool,
}

impl<F> Default for Filter<F> {
    fn default() -> Self {
        Self { conditions: Vec::new(), joint: Joint::Or, is_case_sensitive: false }
    }
}

impl<F> Filter<F> {
    /// Any field contains the text, taken literally, whatever the case: the simple search `q`.
    pub fn containing(text: impl Into<String>) -> Self {
        let pattern = Pattern::Contains(text.into());
        Self { conditions: vec![Condition { field: None, pattern }], ..Self::default() }
    }
}

/// The columns of a field.
pub(crate) struct Column {
    /// The text as given.
    pub(crate) exact: &'static str,
    /// The text in lower case.
    pub(crate) folded: &'static str,
}

/// A field that can be searched.
pub(crate) trait Field: Copy + 'static {
    const ALL: &'static [Self];
    fn column(self) -> Column;
}

/// The conditions of a statement with their parameters.
pub(crate) struct Where {
    sql: String,
    values: Vec<Value>,
}

impl Where {
    /// Starts with one condition that has one parameter.
    pub(crate) fn new(sql: &str, value: impl Into<Value>) -> Self {
        Self { sql: sql.into(), values: vec![value.into()] }
    }

    /// One more condition with its parameters.
    pub(crate) fn and(&mut self, sql: &str, values: impl IntoIterator<Item = Value>) {
        self.sql.push_str(" AND ");
        self.sql.push_str(sql);
        self.values.extend(values);
    }

    /// The conditions of a filter.
    pub(crate) fn search<F: Field>(&mut self, filter: &Filter<F>) {
        if filter.conditions.is_empty() {
            return;
        }
        let joint = match filter.joint {
            Joint::And => " AND ",
            Joint::Or => " OR ",
        };
        let mut sql = String::from("(");
        for (index, condition) in filter.conditions.iter().enumerate() {
            if index > 0 {
                sql.push_str(joint);
            }
            let one;
            let fields = match condition.field {
                None => F::ALL,
                Some(field) => {
                    one = [field];
                    one.as_slice()
                }
            };
            sql.push('(');
            for (index, field) in fields.iter().enumerate() {
                if index > 0 {
                    sql.push_str(" OR ");
                }
                self.one(&mut sql, field.column(), &condition.pattern, filter.is_case_sensitive);
            }
            sql.push(')');
        }
        sql.push(')');
        self.sql.push_str(" AND ");
        self.sql.push_str(&sql);
    }

    fn one(&mut self, sql: &mut String, column: Column, pattern: &Pattern, sensitive: bool) {
        let name = if sensitive { column.exact } else { column.folded };
        let fold = |text: &str| if sensitive { text.to_owned() } else { text.to_lowercase() };
        match pattern {
            Pattern::Contains(text) => {
                sql.push_str(&["instr(", name, ", ?) > 0"].concat());
                self.values.push(fold(text).into());
            }
            // Without wildcards it is an exact match, which an index can answer.
            Pattern::Like(pattern) if !pattern.contains(['%', '_', '\\']) => {
                sql.push_str(&[name, " = ?"].concat());
                self.values.push(fold(pattern).into());
            }
            Pattern::Like(pattern) => {
                sql.push_str(&[name, " GLOB ?"].concat());
                self.values.push(glob(&fold(pattern)).into());
            }
            Pattern::Exact(texts) => {
                let marks = vec!["?"; texts.len()].join(", ");
                sql.push_str(&[name, " IN (", &marks, ")"].concat());
                self.values.extend(texts.iter().map(|text| Value::from(fold(text))));
            }
        }
    }

    pub(crate) fn sql(&self) -> &str {
        &self.sql
    }

    /// The parameters, followed by some more.
    pub(crate) fn values(&self, more: &[i64]) -> Vec<Value> {
        self.values.iter().cloned().chain(more.iter().map(|&value| value.into())).collect()
    }
}

/// A pattern of `LIKE` as one of `GLOB`, which heeds case.
fn glob(like: &str) -> String {
    let mut glob = String::with_capacity(like.len());
    let mut chars = like.chars();
    while let Some(char) = chars.next() {
        let literal = match char {
            '%' => {
                glob.push('*');
                continue;
            }
            '_' => {
                glob.push('?');
                continue;
            }
            '\\' => chars.next().unwrap_or('\\'),
            other => other,
        };
        if matches!(literal, '*' | '?' | '[') {
            glob.extend(['[', literal, ']']);
        } else {
            glob.push(literal);
        }
    }
    glob
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_like_pattern_keeps_its_meaning_as_glob() {
        for (like, expected) in [
            ("%tom_", "*tom?"),
            (r"100\%", "100%"),
            (r"a\_b", "a_b"),
            ("a*b?c[d]", "a[*]b[?]c[[]d]"),
            (r"end\", r"end\"),
        ] {
            assert_eq!(glob(like), expected, "{like}");
        }
    }
}
