//! Tests of the hasher: known answers of every scheme, and the work that each answer costs.

use super::*;
use crate::password::phc::count_runs;

/// Contract: lazy-password-migration 3 and 4; password `password`.
const VECTORS: [(Scheme, &str); 8] = [
    (Scheme::Md5, "5f4dcc3b5aa765d61d8327deb882cf99"),
    (Scheme::Sha1, "5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8"),
    (Scheme::Sha256, "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8"),
    (Scheme::Bcrypt, "$2a$05$.OC/.OC/.OC/.OC/.OC/.OhLquwE1iYToSe8a2A4O9N2ST/lTM/LK"),
    (
        Scheme::Argon2i,
        "$argon2i$v=19$m=64,t=2,p=1$AgICAgICAgICAgICAgICAg$QnHgqtLsiKy8rh65SB0EAztvcijJKxW42UgAhd0CBYs",
    ),
    (
        Scheme::Argon2id,
        "$argon2id$v=19$m=64,t=2,p=1$AgICAgICAgICAgICAgICAg$BnNM/ZjCJEt+QggK3q4vBVbZuDmHnwT/CZ5B5JKkQUE",
    ),
    (
        Scheme::Argon2d,
        "$argon2d$v=19$m=64,t=2,p=1$AgICAgICAgICAgICAgICAg$vR8YtYTGgomxh+OFAXZtvyA+oHmIZw0Q0+DjLtHf8WE",
    ),
    (
        Scheme::Legacy,
        r#"["sha256",["salt123","@"],"d833bc9900084e742ac71366b0f4f987beb70e8cd8b21a9baf999acc5079437f"]"#,
    ),
];

fn hasher(memory_kib: u32, iterations: u32) -> Hasher {
    Hasher::try_new(Parameters { memory_kib, iterations, lanes: 1 }).unwrap()
}

fn imported(scheme: Scheme, text: &str) -> PasswordDigest {
    PasswordDigest::try_import(scheme, text).unwrap()
}

#[test]
fn every_scheme_verifies_its_vector_and_refuses_another_password() {
    let hasher = hasher(128, 2);
    for (scheme, text) in VECTORS {
        let digest = imported(scheme, text);
        assert_eq!(hasher.verify("password", &digest), Verdict::Match { rehash: true }, "{scheme}");
        for wrong in ["", "Password", "password ", "password\0", &"p".repeat(100_000)] {
            assert_eq!(hasher.verify(wrong, &digest), Verdict::Mismatch, "{scheme}");
        }
    }
}

/// Contract: lazy-password-migration 3.
#[test]
fn passwords_are_hashed_as_utf_8_and_the_empty_one_too() {
    let hasher = hasher(64, 1);
    for (password, md5) in
        [("pässword", "8e1843033a0f6ee52e2f618aa8ebbef4"), ("", "d41d8cd98f00b204e9800998ecf8427e")]
    {
        let digest = imported(Scheme::Md5, md5);
        assert_eq!(hasher.verify(password, &digest), Verdict::Match { rehash: true });
    }
}

#[test]
fn only_argon2id_of_at_least_the_target_is_kept() {
    for (scheme, text) in VECTORS {
        let rehash = scheme != Scheme::Argon2id;
        let digest = imported(scheme, text);
        assert_eq!(hasher(64, 2).verify("password", &digest), Verdict::Match { rehash });
    }
    let (scheme, text) = VECTORS[5];
    for weaker in [hasher(65, 1), hasher(64, 3)] {
        let verdict = weaker.verify("password", &imported(scheme, text));
        assert_eq!(verdict, Verdict::Match { rehash: true });
    }
}

#[test]
fn fresh_hash_is_argon2id_and_needs_no_rehash() {
    let hasher = hasher(64, 2);
    let random = Random::seeded(1);
    for password in ["password", "", "a\0b", "пароль", &"x".repeat(1000)] {
        let digest = hasher.hash(&random, password).unwrap();
        assert_eq!(digest.scheme(), Scheme::Argon2id);
        assert!(digest.encoded().starts_with("$argon2id$v=19$m=64,t=2,p=1$"));
        assert_eq!(hasher.verify(password, &digest), Verdict::Match { rehash: false });
        assert_eq!(imported(Scheme::Argon2id, digest.encoded()), digest);
    }
}

#[test]
fn two_hashes_of_one_password_differ() {
    let (hasher, random) = (hasher(64, 1), Random::seeded(1));
    assert_ne!(
        hasher.hash(&random, "password").unwrap(),
        hasher.hash(&random, "password").unwrap()
    );
}

#[test]
fn default_parameters_give_the_expected_text() {
    let hasher = Hasher::try_new(Parameters::default()).unwrap();
    let digest = hasher.hash(&Random::seeded(1), "password").unwrap();
    assert!(digest.encoded().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    assert_eq!(digest.encoded().len(), 97);
}

#[test]
fn parameters_out_of_range_are_refused() {
    let is_accepted = |memory_kib, iterations, lanes| {
        Hasher::try_new(Parameters { memory_kib, iterations, lanes }).is_ok()
    };
    assert!(is_accepted(8, 1, 1));
    assert!(!is_accepted(7, 1, 1));
    assert!(!is_accepted(8, 0, 1));
    assert!(!is_accepted(8, 1, 0));
    assert!(!is_accepted(15, 1, 2));
    assert!(is_accepted(1_048_576, 1, 1));
    assert!(!is_accepted(1_048_577, 1, 1));
    assert!(!is_accepted(u32::MAX, u32::MAX, u32::MAX));
}

#[test]
fn damaged_digest_in_the_log_is_a_mismatch() {
    let hasher = hasher(64, 1);
    for scheme in Scheme::ALL {
        for text in ["", "x", "$", "$argon2id$v=19$m=64,t=2,p=1$", r#"["md5",["@"],""]"#, "é"] {
            let digest = PasswordDigest::stored(scheme, text.to_owned());
            assert_eq!(hasher.verify_or_decoy("password", Some(&digest)), Verdict::Mismatch);
        }
    }
}

#[test]
fn unknown_user_costs_one_hash() {
    let hasher = hasher(64, 2);
    assert_eq!(count_runs(|| hasher.verify_or_decoy("password", None)), (1, Verdict::Mismatch));
}

#[test]
fn wrong_password_of_a_cheap_scheme_costs_a_decoy() {
    // The vectors' Argon2 and bcrypt cost less than this target.
    let hasher = hasher(4096, 2);
    for (scheme, text) in VECTORS {
        let own = if text.starts_with("$argon2") { 1 } else { 0 };
        let digest = imported(scheme, text);
        let verify = || hasher.verify_or_decoy("wrong", Some(&digest));
        assert_eq!(count_runs(verify), (own + 1, Verdict::Mismatch), "{scheme}");
    }
}

#[test]
fn wrong_password_at_the_target_costs_no_decoy() {
    for (scheme, text) in VECTORS.into_iter().filter(|(_, text)| text.starts_with("$argon2")) {
        let digest = imported(scheme, text);
        let verify = || hasher(64, 2).verify_or_decoy("wrong", Some(&digest));
        assert_eq!(count_runs(verify), (1, Verdict::Mismatch), "{scheme}");
    }
}

#[test]
fn wrong_password_of_a_costly_bcrypt_costs_no_decoy() {
    let (scheme, text) = VECTORS[3];
    let verify = || hasher(64, 2).verify_or_decoy("wrong", Some(&imported(scheme, text)));
    assert_eq!(count_runs(verify), (0, Verdict::Mismatch));
}

#[test]
fn bcrypt_that_is_not_computed_costs_a_decoy() {
    let (scheme, text) = VECTORS[3];
    let hasher = hasher(64, 2);
    let nul = || hasher.verify_or_decoy("pass\0word", Some(&imported(scheme, text)));
    assert_eq!(count_runs(nul), (1, Verdict::Mismatch));
    let absurd = imported(scheme, &text.replace("$05$", "$31$"));
    let cost = || hasher.verify_or_decoy("password", Some(&absurd));
    assert_eq!(count_runs(cost), (1, Verdict::Mismatch));
}

#[test]
fn right_password_costs_no_decoy_because_the_rehash_costs_the_same() {
    let (hasher, random) = (hasher(4096, 2), Random::seeded(1));
    for (scheme, text) in VECTORS {
        let own = if text.starts_with("$argon2") { 1 } else { 0 };
        let digest = imported(scheme, text);
        let sign_in = || match hasher.verify_or_decoy("password", Some(&digest)) {
            Verdict::Match { rehash: true } => hasher.hash(&random, "password").is_ok(),
            Verdict::Match { rehash: false } | Verdict::Mismatch => false,
        };
        assert_eq!(count_runs(sign_in), (own + 1, true), "{scheme}");
    }
}

#[test]
fn damaged_digest_costs_one_hash() {
    let hasher = hasher(64, 2);
    let digest = PasswordDigest::stored(Scheme::Argon2id, "damaged".to_owned());
    let verify = || hasher.verify_or_decoy("password", Some(&digest));
    assert_eq!(count_runs(verify), (1, Verdict::Mismatch));
}

#[test]
fn decoy_and_verification_together_cost_the_target() {
    let hasher = hasher(1024, 2);
    let decoy = |spent| hasher.decoy_after(spent).map(|params| (params.m_cost(), params.t_cost()));
    assert_eq!(decoy(0), Some((1024, 2)));
    assert_eq!(decoy(48), Some((1000, 2)));
    assert_eq!(decoy(2047), Some((8, 2)));
    assert_eq!(decoy(2048), None);
    assert_eq!(decoy(4096), None);
}

#[test]
fn memory_that_was_used_before_changes_no_answer() {
    let hasher = hasher(128, 2);
    let random = Random::seeded(1);
    let digest = hasher.hash(&random, "password").unwrap();
    for (scheme, text) in VECTORS {
        let digest = imported(scheme, text);
        assert!(matches!(hasher.verify("password", &digest), Verdict::Match { .. }), "{text}");
    }
    assert_eq!(hasher.spare().len(), 1);
    assert_eq!(hasher.verify("password", &digest), Verdict::Match { rehash: false });
    hasher.rest();
    assert_eq!(hasher.spare().len(), 0);
    assert_eq!(hasher.verify("password", &digest), Verdict::Match { rehash: false });
}

#[test]
fn memory_beyond_the_targets_is_not_kept() {
    let (target, foreign) = (hasher(64, 2), hasher(128, 2));
    let digest = foreign.hash(&Random::seeded(1), "password").unwrap();
    assert_eq!(target.verify("password", &digest), Verdict::Match { rehash: false });
    assert_eq!(target.spare().len(), 0);
}
