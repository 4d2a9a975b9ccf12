//! One gate for all: whatever is against a person stops every grant, and nothing else does.

use proptest::prelude::{ProptestConfig, any, prop_assert, prop_assert_eq, proptest};
use serde_json::{Value, json};

use super::{
    ACCESS, IMPERSONATION, PERSONAL, application, done, exchange, made, personal_token,
    subject_token,
};
use crate::{
    oidc::tests::me,
    testing::{
        Answer, Bench,
        browser::{Browser, person, suspend},
        relying_party::RelyingParty,
    },
};

/// What can be against a person.
#[derive(Debug, Clone, Copy)]
struct Flaws {
    is_deleted: bool,
    is_suspended: bool,
    /// Suspended and let in again: what was granted before is over, what is made later is not.
    was_suspended: bool,
    is_shut_out: bool,
    is_no_member: bool,
    is_application_deleted: bool,
}

const NONE: Flaws = Flaws {
    is_deleted: false,
    is_suspended: false,
    was_suspended: false,
    is_shut_out: false,
    is_no_member: false,
    is_application_deleted: false,
};

/// Everything that a person could have been given, before anything was against them.
struct Ground {
    bench: Bench,
    tom: String,
    organization: String,
    party: RelyingParty,
    code: String,
    access: String,
    refresh: String,
    subject: String,
    personal: String,
}

impl Ground {
    async fn new() -> Self {
        let bench = Bench::new().await;
        let (tom, ann) = (person(&bench, "tom").await, person(&bench, "ann").await);
        let organization = made(&bench, "/api/organizations", json!({"name": "o"})).await;
        let members = format!("/api/organizations/{organization}/users");
        done(&bench, "POST", &members, json!({"userIds": [tom]})).await;
        let custom = json!({"allowTokenExchange": true, "rotateRefreshToken": false});
        let (party, _) = application(&bench, "SPA", custom).await;
        let path = format!("/api/applications/{}/access-control", party.id);
        let lists = |users: Value| {
            json!({
                "userIds": users, "userRoleIds": [], "organizationIds": [],
                "organizationRoleRules": [],
            })
        };
        done(&bench, "PUT", &path, lists(json!([tom, ann]))).await;
        let on = json!({"appLevelAccessControlEnabled": true});
        done(&bench, "PATCH", &format!("/api/applications/{}", party.id), on).await;
        let scope = "openid offline_access urn:logto:scope:organizations";
        let request = party.request().with("scope", scope);
        let tokens = Browser::new(&bench).tokens(&party, &request, "tom").await;
        let code = Browser::new(&bench).authorize(&request, "tom").await.sent_on("code");
        let subject = subject_token(&bench, &tom).await;
        let personal = personal_token(&bench, &tom).await;
        let (access, refresh) = (tokens.text_of("access_token"), tokens.text_of("refresh_token"));
        bench.advance_millis(1);
        Self { bench, tom, organization, party, code, access, refresh, subject, personal }
    }

    async fn spoil(&self, flaws: Flaws) {
        let Self { bench, tom, party, .. } = self;
        if flaws.is_suspended || flaws.was_suspended {
            suspend(bench, tom).await;
        }
        if flaws.was_suspended && !flaws.is_suspended {
            let path = format!("/api/users/{tom}/is-suspended");
            done(bench, "PATCH", &path, json!({"isSuspended": false})).await;
            bench.advance_millis(1);
        }
        if flaws.is_shut_out {
            let path = format!("/api/applications/{}/access-control", party.id);
            let others = bench.get("/api/users?search.username=ann").await;
            let lists = json!({
                "userIds": [others.body[0]["id"]], "userRoleIds": [], "organizationIds": [],
                "organizationRoleRules": [],
            });
            done(bench, "PUT", &path, lists).await;
        }
        if flaws.is_no_member {
            let path = format!("/api/organizations/{}/users/{tom}", self.organization);
            done(bench, "DELETE", &path, Value::Null).await;
        }
        if flaws.is_deleted {
            done(bench, "DELETE", &format!("/api/users/{tom}"), Value::Null).await;
        }
        if flaws.is_application_deleted {
            let path = format!("/api/applications/{}", party.id);
            done(bench, "DELETE", &path, Value::Null).await;
        }
    }

    /// Every grant, whether it was made before, and whether it is about the organization.
    async fn all(&self) -> Vec<(&'static str, Answer, bool, bool)> {
        let Self { bench, party, .. } = self;
        let inside = [("organization_id", self.organization.as_str())];
        let personal = (PERSONAL, self.personal.as_str());
        vec![
            ("code", party.redeem(bench, &self.code).await, true, false),
            ("refresh", party.refresh(bench, &self.refresh, &[]).await, true, false),
            ("refresh inside", party.refresh(bench, &self.refresh, &inside).await, true, true),
            (
                "access token",
                exchange(bench, party, (ACCESS, &self.access), &[]).await,
                true,
                false,
            ),
            ("personal", exchange(bench, party, personal, &[]).await, false, false),
            ("personal inside", exchange(bench, party, personal, &inside).await, false, true),
            (
                "impersonation",
                exchange(bench, party, (IMPERSONATION, &self.subject), &[]).await,
                false,
                false,
            ),
            ("me", me(bench, &self.access).await, true, false),
        ]
    }
}

/// Every grant that gave, or did not give, what it should have; none if all is well.
async fn wrong(flaws: Flaws) -> Vec<String> {
    let ground = Ground::new().await;
    ground.spoil(flaws).await;
    let head = ground.bench.head();
    let mut wrong = Vec::new();
    let mut is_any_good = false;
    for (grant, answer, is_older, is_inside) in ground.all().await {
        let is_barred = flaws.is_deleted
            || flaws.is_suspended
            || (flaws.was_suspended && is_older)
            || flaws.is_shut_out
            || flaws.is_application_deleted
            || (flaws.is_no_member && is_inside);
        is_any_good |= !is_barred;
        let has_tokens = answer.body.get("access_token").is_some();
        let is_as_it_should = (answer.status == 200) != is_barred && !(is_barred && has_tokens);
        if !is_as_it_should {
            wrong.push(format!("{grant}: {} {}", answer.status, answer.text));
        }
    }
    if !is_any_good && ground.bench.head() != head {
        wrong.push("a refusal was recorded".into());
    }
    wrong
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_with_nothing_against_them_passes_with_every_grant() {
    assert_eq!(wrong(NONE).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn each_thing_against_a_person_stops_every_grant_that_it_concerns() {
    for flaws in [
        Flaws { is_deleted: true, ..NONE },
        Flaws { is_suspended: true, ..NONE },
        Flaws { was_suspended: true, ..NONE },
        Flaws { is_shut_out: true, ..NONE },
        Flaws { is_no_member: true, ..NONE },
        Flaws { is_application_deleted: true, ..NONE },
    ] {
        assert_eq!(wrong(flaws).await, Vec::<String>::new(), "{flaws:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]

    #[test]
    fn no_grant_gives_a_token_against_the_facts_whatever_they_are(facts in any::<[bool; 6]>()) {
        let [is_deleted, is_suspended, was_suspended, is_shut_out, is_no_member, last] = facts;
        let flaws = Flaws {
            is_deleted,
            is_suspended,
            was_suspended,
            is_shut_out,
            is_no_member,
            is_application_deleted: last,
        };
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
        let found = runtime.map(|runtime| runtime.block_on(wrong(flaws)));
        prop_assert!(found.is_ok());
        prop_assert_eq!(found.unwrap_or_default(), Vec::<String>::new());
    }
}
