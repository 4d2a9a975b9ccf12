//! The OpenID Foundation's list for the FAPI 2.0 Security Profile, asked of a client that has it.

mod assertion;
mod authorization;
mod proof;
mod pushed;

use std::sync::{
    Mutex,
    atomic::{AtomicU64, Ordering},
};

use axum::{body::Body, http::Request};
use crypto::{
    jws::signing,
    key::{Algorithm, PrivateKey, Signer},
};
use form_urlencoded::Serializer;
use serde_json::{Value, json};

use crate::testing::{
    Answer, Bench, NOW,
    browser::Browser,
    relying_party::{RelyingParty, VERIFIER},
};

/// Where the client is called back.
const CALLBACK: &str = "https://app.example/callback";

/// A client of the profile with its two keys.
struct Client {
    party: RelyingParty,
    key: Signer,
    holder: Signer,
    nonce: Mutex<String>,
    count: AtomicU64,
}

/// The public half of a key, as it is sent.
fn public(signer: &Signer) -> Value {
    serde_json::to_value(signer.public_jwk()).unwrap()
}

fn new_key() -> Signer {
    Signer::new(PrivateKey::generate(Algorithm::ES256).unwrap())
}

impl Client {
    async fn register(bench: &Bench) -> Self {
        let key = new_key();
        let body = json!({
            "name": "Bank", "type": "Traditional",
            "oidcClientMetadata": {
                "redirectUris": [CALLBACK], "postLogoutRedirectUris": [],
                "tokenEndpointAuthMethod": "private_key_jwt", "jwks": {"keys": [public(&key)]},
            },
            "customClientMetadata": {"securityProfile": "fapi2"},
        });
        let made = bench.request("POST", "/api/applications", body).await;
        assert_eq!(made.status, 200, "{}", made.text);
        let party = RelyingParty { id: made.text_of("id"), redirect_uri: CALLBACK.into() };
        let (nonce, count) = (Mutex::default(), AtomicU64::new(0));
        let client = Self { party, key, holder: new_key(), nonce, count };
        // The first answer to a proof tells the nonce that every further one must hold.
        let answered = client.token(bench, &[("grant_type", "refresh_token")]).await;
        let nonce = answered.header("dpop-nonce").to_owned();
        assert!(!nonce.is_empty(), "{:?} {}", answered.headers, answered.text);
        *client.nonce.lock().unwrap() = nonce;
        client
    }

    fn next(&self) -> String {
        format!("id-{}", self.count.fetch_add(1, Ordering::Relaxed))
    }

    /// An assertion, changed before it is signed.
    fn assertion(&self, bench: &Bench, change: impl Fn(&mut Value)) -> String {
        let mut claims = json!({
            "iss": self.party.id, "sub": self.party.id, "aud": bench.site.issuer(),
            "iat": NOW.seconds().0, "exp": NOW.seconds().0 + 60, "jti": self.next(),
        });
        change(&mut claims);
        signing::by_key(&self.key, &json!({"kid": self.key.kid()}), &claims).unwrap()
    }

    /// A proof for a request to `path`, changed before it is signed.
    fn proof(
        &self,
        bench: &Bench,
        method: &str,
        path: &str,
        change: impl Fn(&mut Value),
    ) -> String {
        self.proof_of(&self.holder, bench, method, path, change)
    }

    fn proof_of(
        &self,
        holder: &Signer,
        bench: &Bench,
        method: &str,
        path: &str,
        change: impl Fn(&mut Value),
    ) -> String {
        let mut claims = json!({
            "jti": self.next(), "htm": method, "htu": format!("{}{path}", bench.site.issuer()),
            "iat": NOW.seconds().0, "nonce": self.nonce.lock().unwrap().clone(),
        });
        change(&mut claims);
        let header = json!({"typ": "dpop+jwt", "jwk": public(holder)});
        signing::by_key(holder, &header, &claims).unwrap()
    }

    /// Sends a form to an endpoint, with an assertion and perhaps a proof.
    async fn send(
        &self,
        bench: &Bench,
        path: &str,
        (assertion, proof): (&str, Option<&str>),
        fields: &[(&str, &str)],
    ) -> Answer {
        let mut form = Serializer::new(String::new());
        form.append_pair("client_id", &self.party.id).extend_pairs(fields);
        if !assertion.is_empty() {
            let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
            form.append_pair("client_assertion_type", kind);
            form.append_pair("client_assertion", assertion);
        }
        let mut request = Request::post(format!("/oidc{path}"))
            .header("content-type", "application/x-www-form-urlencoded");
        if let Some(proof) = proof {
            request = request.header("dpop", proof);
        }
        bench.send(request.body(Body::from(form.finish())).unwrap()).await
    }

    /// A token request with all that it needs.
    async fn token(&self, bench: &Bench, fields: &[(&str, &str)]) -> Answer {
        let assertion = self.assertion(bench, |_| {});
        let proof = self.proof(bench, "POST", "/token", |_| {});
        self.send(bench, "/token", (&assertion, Some(&proof)), fields).await
    }

    /// Parameters of an authorization request.
    fn parameters(&self) -> Vec<(&'static str, String)> {
        vec![
            ("redirect_uri", CALLBACK.into()),
            ("response_type", "code".into()),
            ("scope", "openid offline_access profile".into()),
            ("prompt", "consent".into()),
            ("state", "a-state".into()),
            ("nonce", "a-nonce".into()),
            ("code_challenge", crypto::digest::sha256_base64url(VERIFIER)),
            ("code_challenge_method", "S256".into()),
        ]
    }

    /// Pushes a request in which these parameters are others; an empty one is left out.
    async fn push(&self, bench: &Bench, changes: &[(&str, &str)]) -> Answer {
        let assertion = self.assertion(bench, |_| {});
        self.push_by(bench, (&assertion, None), changes).await
    }

    async fn push_by(
        &self,
        bench: &Bench,
        proofs: (&str, Option<&str>),
        changes: &[(&str, &str)],
    ) -> Answer {
        let mut fields = self.parameters();
        fields.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
        let kept = fields.iter().map(|(name, value)| (*name, value.as_str()));
        let added = changes.iter().copied().filter(|(_, value)| !value.is_empty());
        let fields: Vec<(&str, &str)> = kept.chain(added).collect();
        self.send(bench, "/request", proofs, &fields).await
    }

    /// Where the browser goes with a pushed request.
    fn target(&self, pushed: &Answer) -> String {
        assert_eq!(pushed.status, 201, "{}", pushed.text);
        self.target_of(&pushed.text_of("request_uri"))
    }

    fn target_of(&self, request_uri: &str) -> String {
        let mut query = Serializer::new(String::new());
        query.append_pair("client_id", &self.party.id).append_pair("request_uri", request_uri);
        format!("/oidc/auth?{}", query.finish())
    }

    /// A code by a pushed request.
    async fn code(&self, bench: &Bench, changes: &[(&str, &str)]) -> String {
        let pushed = self.push(bench, changes).await;
        let browser = Browser::new(bench);
        let begun = browser.open(&self.target(&pushed)).await;
        assert!(
            begun.header("location").starts_with("/sign-in"),
            "{:?} {}",
            begun.headers,
            begun.text
        );
        browser.sign_in("tom").await.sent_on("code")
    }

    async fn redeem(&self, bench: &Bench, code: &str) -> Answer {
        self.token(bench, &exchange(code)).await
    }
}

/// The form that redeems a code.
fn exchange(code: &str) -> [(&str, &str); 4] {
    [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ]
}
