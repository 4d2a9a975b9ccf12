//! Documents tell the truth: each test that one names is there, and each event is told.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

/// Documents that name tests.
const DOCUMENTS: [&str; 3] =
    ["ARCHITECTURE.md", "docs/conformance.md", "docs/adr/0014-security-best-current-practice.md"];
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
            let is_title =
                name.contains(": ") && !name.contains('\n') && name.split(' ').count() >= WORDS_MIN;
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

/// A row of `docs/events.md`: the category that it stands under, its data, its sealed part.
type Row = (String, BTreeSet<String>, BTreeSet<String>);

/// What stands between back ticks outside of brackets: brackets explain values.
fn members(cell: &str) -> BTreeSet<String> {
    let plain = cell.split('(').map(|part| part.split_once(')').map_or(part, |(_, rest)| rest));
    quoted(&plain.collect::<String>()).into_iter().map(str::to_owned).collect()
}

/// The rows of `docs/events.md` by event.
fn told_events(page: &str) -> BTreeMap<String, Row> {
    let (mut told, mut category) = (BTreeMap::new(), "");
    for line in page.lines() {
        category = line.strip_prefix("## ").unwrap_or(category);
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").collect();
        if let [name, _, data, personal] = cells[..] {
            for name in quoted(name).into_iter().filter(|name| name.contains(".v")) {
                let row = (category.to_owned(), members(data), members(personal));
                assert!(told.insert(name.to_owned(), row).is_none(), "{name} is told twice");
            }
        }
    }
    told
}

fn names(members: &Value) -> BTreeSet<String> {
    members.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect()
}

#[test]
fn every_event_is_told_with_what_it_holds() {
    let page = fs::read_to_string(root().join("docs/events.md")).unwrap();
    let told = told_events(&page);
    let mut newest: BTreeMap<String, u32> = BTreeMap::new();
    for entry in fs::read_dir(root().join("events/golden")).unwrap() {
        let golden: Value =
            serde_json::from_slice(&fs::read(entry.unwrap().path()).unwrap()).unwrap();
        let name = golden["event"]["type"].as_str().unwrap();
        let (noun, version) = name.split_once(".v").unwrap();
        let version: u32 = version.parse().unwrap();
        newest.entry(noun.to_owned()).and_modify(|old| *old = version.max(*old)).or_insert(version);
        let Some((category, data, personal)) = told.get(name) else {
            // An older version: that of the newest says what is read.
            assert!(page.contains(&format!("`{name}`")), "{name} is not told");
            continue;
        };
        assert!(golden["stream"].as_str().unwrap().starts_with(&format!("{category}-")), "{name}");
        let mut held = golden["event"]["data"].clone();
        let sealed = names(&held["personal"].take());
        let mut held = names(&held);
        held.remove("personal");
        assert!(held.is_subset(data), "{name} holds {held:?}, told are {data:?}");
        assert!(sealed.is_subset(personal), "{name} seals {sealed:?}, told are {personal:?}");
    }
    let newest: BTreeSet<String> =
        newest.into_iter().map(|(noun, version)| format!("{noun}.v{version}")).collect();
    assert_eq!(told.into_keys().collect::<BTreeSet<_>>(), newest);
}
