//! The people of the demonstration: one for each way in which an older system may have hashed
//! passwords. The digests are the vectors of the contract (lazy-password-migration §3).

use events::PasswordScheme;

/// Somebody who comes from an older system.
pub(super) struct OldUser {
    /// 12 characters.
    pub(super) id: &'static str,
    /// What they sign in with …
    pub(super) username: &'static str,
    /// … and this.
    pub(super) password: &'static str,
    /// How the older system hashed it …
    pub(super) scheme: PasswordScheme,
    /// … to this.
    pub(super) digest: &'static str,
}

/// The person whom the demonstration is about.
pub(super) const ADA: OldUser = OldUser {
    id: "ada000000001",
    username: "ada",
    password: "lovelace-1843",
    scheme: PasswordScheme::Sha256,
    digest: "a7b94c7303061a5803b93b7e0d40d7370ee36b6b5b0a82e350312e2b4f9b37df",
};

const fn old(
    id: &'static str,
    username: &'static str,
    scheme: PasswordScheme,
    digest: &'static str,
) -> OldUser {
    OldUser { id, username, password: "password", scheme, digest }
}

/// Everybody.
pub(super) const USERS: [OldUser; 9] = [
    ADA,
    old(
        "argon2i00001",
        "argon2i",
        PasswordScheme::Argon2i,
        "$argon2i$v=19$m=64,t=2,p=1$AgICAgICAgICAgICAgICAg$QnHgqtLsiKy8rh65SB0EAztvcijJKxW42UgAhd0CBYs",
    ),
    old(
        "argon2id0001",
        "argon2id",
        PasswordScheme::Argon2id,
        "$argon2id$v=19$m=64,t=2,p=1$AgICAgICAgICAgICAgICAg$BnNM/ZjCJEt+QggK3q4vBVbZuDmHnwT/CZ5B5JKkQUE",
    ),
    old(
        "argon2d00001",
        "argon2d",
        PasswordScheme::Argon2d,
        "$argon2d$v=19$m=64,t=2,p=1$AgICAgICAgICAgICAgICAg$vR8YtYTGgomxh+OFAXZtvyA+oHmIZw0Q0+DjLtHf8WE",
    ),
    old(
        "bcrypt000001",
        "bcrypt",
        PasswordScheme::Bcrypt,
        "$2a$05$.OC/.OC/.OC/.OC/.OC/.OhLquwE1iYToSe8a2A4O9N2ST/lTM/LK",
    ),
    old("md5000000001", "md5", PasswordScheme::Md5, "5f4dcc3b5aa765d61d8327deb882cf99"),
    old("sha100000001", "sha1", PasswordScheme::Sha1, "5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8"),
    old(
        "sha256000001",
        "sha256",
        PasswordScheme::Sha256,
        "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8",
    ),
    old(
        "legacy000001",
        "legacy",
        PasswordScheme::Legacy,
        r#"["sha256",["salt123","@"],"d833bc9900084e742ac71366b0f4f987beb70e8cd8b21a9baf999acc5079437f"]"#,
    ),
];
