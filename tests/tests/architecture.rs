//! The house stays in order: who imports whom, what lies at the top, how long a file is.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use cargo_metadata::MetadataCommand;

/// Most lines of a source file, tests included.
const FILE_LINES_MAX: usize = 400;

/// Who may import whom. A new edge needs an architecture decision record.
const IMPORTS: &[(&str, &[&str])] = &[
    ("events", &[]),
    ("domain", &["events"]),
    ("projections", &["events"]),
    ("crypto", &[]),
    ("connectors", &[]),
    ("protocol", &["crypto", "events"]),
    ("script", &[]),
    ("store", &["crypto", "domain", "events"]),
    (
        "server",
        &["connectors", "crypto", "domain", "events", "projections", "protocol", "script", "store"],
    ),
    ("e2e", &["events", "server"]),
];

/// Everything that may lie at the top of the repository.
const TOP: &[&str] = &[
    ".cargo",
    ".ci",
    ".git",
    ".github",
    ".gitignore",
    "ARCHITECTURE.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "README.md",
    "clippy.toml",
    "deny.toml",
    "deploy",
    "docs",
    "events",
    "projections",
    "rust-toolchain.toml",
    "rustfmt.toml",
    "services",
    "tests",
];

/// Folders that git does not keep.
const IGNORED: &[&str] = &["target", "node_modules", "evident-data", "artifacts"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for path in entries(folder) {
        if path.is_dir() && !IGNORED.contains(&name(&path).as_str()) && name(&path) != ".git" {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn every_crate_imports_only_what_the_table_allows() {
    let metadata = MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .no_deps()
        .other_options(vec!["--offline".to_owned()])
        .exec()
        .unwrap();
    let ours: BTreeSet<&str> =
        metadata.packages.iter().map(|package| package.name.as_str()).collect();
    let allowed: BTreeMap<&str, &[&str]> = IMPORTS.iter().copied().collect();
    assert!(ours.len() >= 8, "the workspace was not read: {ours:?}");
    for package in &metadata.packages {
        let allowed = allowed.get(package.name.as_str());
        let allowed = allowed.unwrap_or_else(|| panic!("{} is not in the table", package.name));
        let imports = package.dependencies.iter().map(|dependency| dependency.name.as_str());
        for import in imports.filter(|import| ours.contains(import)) {
            assert!(allowed.contains(&import), "{} must not import {import}", package.name);
        }
    }
}

#[test]
fn no_source_file_is_longer_than_a_reader_can_hold() {
    let mut files = Vec::new();
    sources(&root(), &mut files);
    assert!(files.len() > 50, "the sources were not found");
    let mut long = Vec::new();
    for file in files {
        let lines = fs::read_to_string(&file).unwrap().lines().count();
        if lines > FILE_LINES_MAX {
            long.push((file, lines));
        }
    }
    assert!(long.is_empty(), "longer than {FILE_LINES_MAX} lines: {long:?}");
}

#[test]
fn every_source_file_begins_by_saying_what_it_answers_for() {
    let mut files = Vec::new();
    sources(&root(), &mut files);
    let silent = |file: &PathBuf| !fs::read_to_string(file).unwrap().starts_with("//! ");
    let silent: Vec<_> = files.into_iter().filter(silent).collect();
    assert!(silent.is_empty(), "no module doc on top: {silent:?}");
}

#[test]
fn decision_records_have_unique_numbers() {
    let mut titles: BTreeMap<String, String> = BTreeMap::new();
    for path in entries(&root().join("docs/adr")) {
        let title = name(&path);
        let Some((number, _)) = title.split_once('-') else { continue };
        if number.len() != 4 || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            panic!("{title} is not NNNN-title.md");
        }
        if let Some(other) = titles.insert(number.to_owned(), title.clone()) {
            panic!("{other} and {title} have the same number");
        }
    }
}

#[test]
fn nothing_lies_at_the_top_that_has_no_home_there() {
    let strays: Vec<String> = entries(&root())
        .iter()
        .map(|path| name(path))
        .filter(|entry| !TOP.contains(&entry.as_str()) && !IGNORED.contains(&entry.as_str()))
        .collect();
    assert!(strays.is_empty(), "not in the house: {strays:?}");
}
