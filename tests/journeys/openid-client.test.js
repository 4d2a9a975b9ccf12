// A certified relying-party library signs in, refreshes, asks and signs out.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import * as client from "openid-client";

import { serve } from "./harness/evident.js";
import { CLAIMS, Management, PERSON } from "./harness/management.js";
import { Visitor } from "./harness/visitor.js";

const REDIRECT_URI = "http://127.0.0.1:9/callback";
const GOODBYE_URI = "http://127.0.0.1:9/goodbye";
const SCOPE = "openid offline_access profile email phone address";

let server;
let management;

before(async () => {
  server = await serve();
  management = await Management.connect(server.endpoint, server.management);
  await management.call("POST", "/users", PERSON);
});
after(() => server?.evident.remove());

const insecure = { execute: [client.allowInsecureRequests] };

async function configure({ clientId, clientSecret }) {
  const issuer = new URL(`${server.endpoint}/oidc`);
  const authentication = clientSecret ? client.ClientSecretBasic(clientSecret) : client.None();
  return client.discovery(issuer, clientId, undefined, authentication, insecure);
}

async function signIn(config, visitor, extra = {}) {
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const expectedState = client.randomState();
  const expectedNonce = client.randomNonce();
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: REDIRECT_URI,
    scope: SCOPE,
    prompt: "consent",
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
    state: expectedState,
    nonce: expectedNonce,
    ...extra,
  });
  const callback = await visitor.signIn(url, REDIRECT_URI, PERSON);
  const checks = { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true };
  return client.authorizationCodeGrant(config, callback, checks);
}

for (const type of ["SPA", "Native", "Traditional"]) {
  test(`openid-client: sign-in, refresh and logout of a ${type} application`, async () => {
    const config = await configure(await management.application(type, REDIRECT_URI, GOODBYE_URI));
    client.enableNonRepudiationChecks(config);
    const visitor = new Visitor(server.endpoint);
    const tokens = await signIn(config, visitor);
    const claims = tokens.claims();
    for (const [name, value] of Object.entries(CLAIMS)) assert.deepEqual(claims[name], value, name);

    const told = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
    for (const [name, value] of Object.entries(CLAIMS)) assert.deepEqual(told[name], value, name);

    const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token);
    assert.equal(refreshed.claims().sub, claims.sub);
    assert.equal(refreshed.refresh_token === tokens.refresh_token, type === "Traditional");
    await client.fetchUserInfo(config, refreshed.access_token, claims.sub);

    const end = client.buildEndSessionUrl(config, {
      post_logout_redirect_uri: GOODBYE_URI,
      id_token_hint: refreshed.id_token,
      state: "bye",
    });
    assert.equal(await visitor.signOut(end), `${GOODBYE_URI}?state=bye`);
    await assert.rejects(signIn(config, visitor, { prompt: "none" }), { error: "login_required" });
  });
}

test("openid-client: a session answers prompt=none without a page", async () => {
  const config = await configure(await management.application("SPA", REDIRECT_URI, GOODBYE_URI));
  const visitor = new Visitor(server.endpoint);
  const first = await signIn(config, visitor);
  const second = await signIn(config, visitor, { prompt: "none" });
  assert.equal(second.claims().sub, first.claims().sub);
});

test("openid-client: a machine gets a token for the Management API", async () => {
  const config = await configure(server.management);
  const { resource } = server.management;
  const tokens = await client.clientCredentialsGrant(config, { resource, scope: "all" });
  assert.equal(tokens.scope, "all");
  const url = new URL(`${server.endpoint}/api/users`);
  const answer = await client.fetchProtectedResource(config, tokens.access_token, url, "GET");
  assert.equal(answer.status, 200);
});

test("openid-client: a code that was used is refused", async () => {
  const config = await configure(await management.application("SPA", REDIRECT_URI, GOODBYE_URI));
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: REDIRECT_URI,
    scope: SCOPE,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
  });
  const visitor = new Visitor(server.endpoint);
  const callback = await visitor.signIn(url, REDIRECT_URI, PERSON);
  await client.authorizationCodeGrant(config, callback, { pkceCodeVerifier });
  const again = client.authorizationCodeGrant(config, callback, { pkceCodeVerifier });
  await assert.rejects(again, { error: "invalid_grant", status: 400 });
});
