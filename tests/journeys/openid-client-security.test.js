// A certified relying-party library pushes, signs and binds its requests.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import * as client from "openid-client";

import { serve } from "./harness/evident.js";
import { Management, PERSON } from "./harness/management.js";
import { ask, configure, finish, REDIRECT_URI, register, signingKey } from "./harness/party.js";
import { Visitor } from "./harness/visitor.js";

let server;
let management;

before(async () => {
  server = await serve();
  management = await Management.connect(server.endpoint, server.management);
  await management.call("POST", "/users", PERSON);
});
after(() => server?.evident.remove());

const visitor = () => new Visitor(server.endpoint);

/** The error that an authorization request ends with at the redirect URI. */
async function refused(url) {
  const { target } = await visitor().follow(url, REDIRECT_URI);
  return target.searchParams.get("error");
}

test("openid-client: a pushed request signs in, once, and a request that must be pushed is", async () => {
  const oidc = { requirePushedAuthorizationRequests: true };
  const { clientId, clientSecret } = await register(management, "Traditional", oidc);
  const config = await configure(server.endpoint, clientId, client.ClientSecretBasic(clientSecret));
  const { parameters, checks } = await ask();
  const url = await client.buildAuthorizationUrlWithPAR(config, parameters);
  assert.deepEqual([...url.searchParams.keys()].sort(), ["client_id", "request_uri"]);
  const tokens = await finish(config, visitor(), url, checks);
  assert.equal(tokens.token_type, "bearer");
  const again = await visitor().follow(url, REDIRECT_URI);
  assert.notEqual(again.answer?.status ?? again.target.searchParams.get("error"), 200);
  assert.equal(await refused(client.buildAuthorizationUrl(config, parameters)), "invalid_request");
});

test("openid-client: a signed request is what counts, and one that must be signed is", async () => {
  const { key, jwks } = await signingKey();
  const oidc = { jwks, requireSignedRequestObject: true };
  const { clientId } = await register(management, "SPA", oidc);
  const config = await configure(server.endpoint, clientId);
  const { parameters, checks } = await ask();
  const url = await client.buildAuthorizationUrlWithJAR(config, parameters, key);
  await finish(config, visitor(), url, checks);
  assert.equal(await refused(client.buildAuthorizationUrl(config, parameters)), "invalid_request");
  const other = await signingKey();
  const forged = await client.buildAuthorizationUrlWithJAR(config, parameters, other.key);
  const { answer, target } = await visitor().follow(forged, REDIRECT_URI);
  const told = answer ? (await answer.json()).error : target.searchParams.get("error");
  assert.equal(told, "invalid_request_object");
});

test("openid-client: a signed answer signs in", async () => {
  const { clientId } = await register(management, "SPA");
  const algorithm = { authorization_signed_response_alg: "EdDSA" };
  const config = await configure(server.endpoint, clientId, undefined, algorithm);
  client.useJwtResponseMode(config);
  const { parameters, checks } = await ask();
  await finish(config, visitor(), client.buildAuthorizationUrl(config, parameters), checks);
});

test("openid-client: a client proves who it is by its key", async () => {
  const { key, jwks } = await signingKey();
  const oidc = { jwks, tokenEndpointAuthMethod: "private_key_jwt" };
  const { clientId, clientSecret } = await register(management, "Traditional", oidc);
  const config = await configure(server.endpoint, clientId, client.PrivateKeyJwt(key));
  const { parameters, checks } = await ask();
  const tokens = await finish(config, visitor(), client.buildAuthorizationUrl(config, parameters), checks);
  await client.refreshTokenGrant(config, tokens.refresh_token);
  const told = await client.tokenIntrospection(config, tokens.access_token);
  assert.equal(told.active, true);
  assert.equal(told.client_id, clientId);
  // Neither the secret, which is not its method, nor another key opens anything.
  const other = await signingKey();
  for (const method of [client.ClientSecretBasic(clientSecret ?? "x"), client.PrivateKeyJwt(other.key)]) {
    const wrong = await configure(server.endpoint, clientId, method);
    const refresh = client.refreshTokenGrant(wrong, tokens.refresh_token);
    await assert.rejects(refresh, { status: 401 });
  }
  // An assertion counts once.
  const fixed = { [client.modifyAssertion]: (_, claims) => (claims.jti = "always the same") };
  const lazy = await configure(server.endpoint, clientId, client.PrivateKeyJwt(key, fixed));
  await client.tokenIntrospection(lazy, tokens.access_token);
  await assert.rejects(client.tokenIntrospection(lazy, tokens.access_token), { error: "invalid_client" });
});

test("openid-client: a client proves who it is by its secret's signature", async () => {
  const oidc = { tokenEndpointAuthMethod: "client_secret_jwt" };
  const { clientId, clientSecret } = await register(management, "Traditional", oidc);
  const config = await configure(server.endpoint, clientId, client.ClientSecretJwt(clientSecret));
  const { parameters, checks } = await ask();
  await finish(config, visitor(), client.buildAuthorizationUrl(config, parameters), checks);
});

test("openid-client: tokens that are bound to a key are worth nothing without it", async () => {
  const { clientId } = await register(management, "SPA", { dpopBoundAccessTokens: true });
  const config = await configure(server.endpoint, clientId);
  const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair("ES256"));
  const { parameters, checks } = await ask();
  const url = client.buildAuthorizationUrl(config, parameters);
  const tokens = await finish(config, visitor(), url, checks, { DPoP });
  assert.equal(tokens.token_type, "dpop");
  const { sub } = tokens.claims();
  await client.fetchUserInfo(config, tokens.access_token, sub, { DPoP });
  const bearer = { authorization: `Bearer ${tokens.access_token}` };
  const stolen = await fetch(`${server.endpoint}/oidc/me`, { headers: bearer });
  assert.equal(stolen.status, 401);
  const foreign = client.getDPoPHandle(config, await client.randomDPoPKeyPair("ES256"));
  const thief = client.fetchUserInfo(config, tokens.access_token, sub, { DPoP: foreign });
  await assert.rejects(thief);
  const refresh = client.refreshTokenGrant(config, tokens.refresh_token, undefined, { DPoP: foreign });
  await assert.rejects(refresh, { status: 400 });
  await client.refreshTokenGrant(config, tokens.refresh_token, undefined, { DPoP });
});

test("openid-client: a client of the FAPI 2.0 Security Profile signs in", async () => {
  const { key, jwks } = await signingKey();
  const oidc = { jwks, tokenEndpointAuthMethod: "private_key_jwt", dpopBoundAccessTokens: true };
  const custom = { securityProfile: "fapi2" };
  const { clientId } = await register(management, "Traditional", oidc, custom);
  const config = await configure(server.endpoint, clientId, client.PrivateKeyJwt(key));
  client.enableNonRepudiationChecks(config);
  const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair("ES256"));
  const { parameters, checks } = await ask();
  const url = await client.buildAuthorizationUrlWithPAR(config, parameters, { DPoP });
  const tokens = await finish(config, visitor(), url, checks, { DPoP });
  assert.equal(tokens.token_type, "dpop");
  await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub, { DPoP });
  const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token, undefined, { DPoP });
  assert.equal(refreshed.refresh_token ?? tokens.refresh_token, tokens.refresh_token);
  assert.equal(await refused(client.buildAuthorizationUrl(config, parameters)), "invalid_request");
});

test("openid-client: what was given back is not active any more", async () => {
  const { clientId, clientSecret } = await register(management, "Traditional");
  const config = await configure(server.endpoint, clientId, client.ClientSecretPost(clientSecret));
  const { parameters, checks } = await ask();
  const tokens = await finish(config, visitor(), client.buildAuthorizationUrl(config, parameters), checks);
  const active = async (token) => (await client.tokenIntrospection(config, token)).active;
  assert.equal(await active(tokens.access_token), true);
  assert.equal(await active(tokens.refresh_token), true);
  await client.tokenRevocation(config, tokens.refresh_token);
  assert.equal(await active(tokens.access_token), false);
  assert.equal(await active(tokens.refresh_token), false);
  assert.equal(await active("nonsense"), false);
});

test("openid-client: an administrator's subject token is exchanged once", async () => {
  const custom = { allowTokenExchange: true };
  const { clientId, clientSecret } = await register(management, "Traditional", {}, custom);
  const config = await configure(server.endpoint, clientId, client.ClientSecretBasic(clientSecret));
  const [person] = await management.call("GET", "/users");
  const made = await management.call("POST", "/subject-tokens", { userId: person.id });
  const parameters = {
    subject_token: made.subjectToken,
    subject_token_type: "urn:logto:token-type:impersonation_token",
    scope: "openid profile",
  };
  const grant = "urn:ietf:params:oauth:grant-type:token-exchange";
  const tokens = await client.genericGrantRequest(config, grant, parameters);
  const told = await client.fetchUserInfo(config, tokens.access_token, person.id);
  assert.equal(told.username, PERSON.username);
  const again = client.genericGrantRequest(config, grant, parameters);
  await assert.rejects(again, { error: "invalid_grant", status: 400 });
});
