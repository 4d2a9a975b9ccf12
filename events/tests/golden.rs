//! Every version of every event that was ever written still reads.
//!
//! `golden/<Type>.v<N>.json` holds a stream and an event as it was stored, with its personal part
//! opened. A file is written once and never changed: if one stops reading, an upcaster is missing.

#[cfg(test)]
mod golden {
    use std::{
        collections::{BTreeMap, BTreeSet},
        convert::Infallible,
        fs,
        path::{Path, PathBuf},
    };

    use events::{Actor, Draft, EventId, Recorded, SealedPersonal, StoredEvent, UnixMillis};
    use serde_json::{Map, Value, json};

    const TIME: UnixMillis = UnixMillis(1_700_000_000_000);

    /// A golden file.
    struct Golden {
        stream: String,
        event_type: String,
        data: Map<String, Value>,
    }

    fn folder(name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
    }

    fn files(of: &Path) -> Vec<PathBuf> {
        fs::read_dir(of).unwrap().map(|entry| entry.unwrap().path()).collect()
    }

    fn is_version_name(text: &str) -> bool {
        text.split_once(".v").is_some_and(|(noun, number)| {
            noun.starts_with(|first: char| first.is_ascii_uppercase())
                && noun.bytes().all(|byte| byte.is_ascii_alphanumeric())
                && !number.is_empty()
                && number.bytes().all(|byte| byte.is_ascii_digit())
        })
    }

    /// Names of versions in the sources: `all` in any text literal, `newest` in serde's names.
    fn versions() -> (BTreeSet<String>, BTreeSet<String>) {
        let (mut all, mut newest) = (BTreeSet::new(), BTreeSet::new());
        for file in files(&folder("src")) {
            let source = fs::read_to_string(file).unwrap();
            let literals: Vec<&str> = source.split('"').collect();
            for pair in literals.windows(2).filter(|pair| is_version_name(pair[1])) {
                all.insert(pair[1].to_owned());
                if pair[0].ends_with("rename = ") {
                    newest.insert(pair[1].to_owned());
                }
            }
        }
        (all, newest)
    }

    fn golden_files() -> BTreeMap<String, Golden> {
        let read = |path: PathBuf| {
            let name = path.file_name().unwrap().to_str().unwrap();
            let name = name.strip_suffix(".json").expect("only JSON in golden/").to_owned();
            let value: Value = serde_json::from_slice(&fs::read(&path).unwrap()).expect(&name);
            let golden = Golden {
                stream: value["stream"].as_str().expect(&name).to_owned(),
                event_type: value["event"]["type"].as_str().expect(&name).to_owned(),
                data: value["event"]["data"].as_object().expect(&name).clone(),
            };
            (name, golden)
        };
        files(&folder("golden")).into_iter().map(read).collect()
    }

    /// Reads the event the way the log does, sealed part and all.
    fn read(golden: &Golden, key_is_there: bool) -> Recorded {
        let mut data = golden.data.clone();
        let personal = data.remove("personal");
        let sealed = personal
            .as_ref()
            .map(|_| json!({ "subject": golden.stream, "key": 1, "sealed": "c2VhbGVk" }));
        let body = json!({
            "id": EventId::new(TIME, &[7; 10]),
            "type": golden.event_type,
            "stream": golden.stream,
            "revision": 3,
            "time": TIME.to_rfc3339(),
            "tenant": "default",
            "actor": { "kind": "system" },
            "correlation": "golden",
            "causation": null,
            "data": data,
            "personal": sealed,
        });
        let body = serde_json::to_vec(&body).unwrap().into_boxed_slice();
        let opened = personal.filter(|_| key_is_there).map(|part| part.to_string().into_bytes());
        StoredEvent { position: 1, body }
            .open(|_, _| Ok::<_, Infallible>(opened))
            .unwrap_or_else(|error| panic!("{}: {error:?}", golden.event_type))
    }

    #[test]
    fn every_version_has_a_golden_file_and_every_golden_file_a_version() {
        let (all, _) = versions();
        let golden: BTreeSet<String> = golden_files().into_keys().collect();
        assert!(all.len() > 60, "the sources were not found");
        assert_eq!(all.difference(&golden).collect::<Vec<_>>(), Vec::<&String>::new(), "no file");
        assert_eq!(golden.difference(&all).collect::<Vec<_>>(), Vec::<&String>::new(), "orphans");
    }

    #[test]
    fn a_golden_file_is_named_after_the_version_it_holds() {
        for (name, golden) in golden_files() {
            assert_eq!(name, golden.event_type);
        }
    }

    #[test]
    fn every_version_reads_as_the_newest_version_of_its_event() {
        let (_, newest) = versions();
        for (name, golden) in golden_files() {
            let recorded = read(&golden, true);
            let noun = |text: &str| text.split(".v").next().unwrap().to_owned();
            assert!(newest.contains(&*recorded.event_type), "{name} reads as no newest version");
            assert_eq!(noun(&recorded.event_type), noun(&name));
            assert_eq!(recorded.event.category(), recorded.stream.category(), "{name}");
        }
    }

    #[test]
    fn the_newest_version_serializes_to_the_very_same_data() {
        let (_, newest) = versions();
        for (name, golden) in golden_files().into_iter().filter(|(name, _)| newest.contains(name)) {
            let event = serde_json::to_value(read(&golden, true).event).unwrap();
            assert_eq!(event["type"], name);
            assert_eq!(event["data"], Value::Object(golden.data), "{name}");
        }
    }

    #[test]
    fn writing_puts_the_personal_part_under_the_seal_and_nothing_else() {
        let (_, newest) = versions();
        for (name, golden) in golden_files().into_iter().filter(|(name, _)| newest.contains(name)) {
            let recorded = read(&golden, true);
            let draft = Draft {
                id: recorded.id,
                time: recorded.time,
                actor: Actor::System,
                correlation: recorded.correlation,
                causation: None,
                event: recorded.event,
            };
            let mut plain = None;
            let bytes = draft.to_bytes(&recorded.stream, 3, |subject, _, personal| {
                plain = Some(serde_json::from_slice::<Value>(personal).unwrap());
                Ok::<_, Infallible>(SealedPersonal { subject, key: 1, sealed: "x".into() })
            });
            let stored: Value = serde_json::from_slice(&bytes.expect(&name)).unwrap();
            let mut data = golden.data;
            assert_eq!(plain, data.remove("personal"), "{name}");
            assert_eq!(stored["data"], Value::Object(data), "{name}");
            assert_eq!(stored["personal"].is_null(), plain.is_none(), "{name}");
        }
    }

    #[test]
    fn every_version_reads_when_the_key_of_its_personal_part_is_destroyed() {
        for (name, golden) in golden_files() {
            let event = serde_json::to_value(read(&golden, false).event).unwrap();
            assert_eq!(
                event["data"].get("personal").unwrap_or(&Value::Null),
                &Value::Null,
                "{name}"
            );
        }
    }
}
