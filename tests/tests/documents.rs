//! Documents tell the truth: each test that one names is there.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Documents that name tests.
const DOCUMENTS: [&str; 2] =
    ["docs/conformance.md", "docs/adr/0014-security-best-current-practice.md"];
/// A name of a test in Rust is a sentence: at least so many words.
const WORDS_MIN: usize = 4;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn read(folder: &Path, extension: &str, text: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && !["target", "node_modules", ".git", "corpus"].contains(&name.as_str()) {
            read(&path, extension, text);
        } else if path.extension().is_some_and(|found| found == extension) {
            text.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}

/// What a document writes between back ticks.
fn quoted(document: &str) -> Vec<&str> {
    document.split('`').skip(1).step_by(2).collect()
}

#[test]
fn every_test_that_a_document_names_is_there() {
    let (mut rust, mut script) = (String::new(), String::new());
    read(&root(), "rs", &mut rust);
    read(&root().join("tests/journeys"), "js", &mut script);
    let mut named = 0;
    for document in DOCUMENTS {
        let text = fs::read_to_string(root().join(document)).unwrap();
        for name in quoted(&text) {
            let is_sentence =
                name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
                    && name.split('_').count() >= WORDS_MIN
                    && !name.ends_with("_supported")
                    && !name.ends_with("_endpoint");
            let is_title = name.contains(": ") && name.split(' ').count() >= WORDS_MIN;
            if is_sentence {
                assert!(rust.contains(&format!("fn {name}(")), "{document} names {name}");
                named += 1;
            } else if is_title {
                assert!(script.contains(name), "{document} names {name:?}");
                named += 1;
            }
        }
    }
    assert!(named > 100, "the names were not read: {named}");
}
