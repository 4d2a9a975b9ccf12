// A low-level library checks each answer of a flow by the letter of the specifications.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import * as oauth from "oauth4webapi";

import { serve } from "./harness/evident.js";
import { Management, PERSON } from "./harness/management.js";
import { REDIRECT_URI, register, signingKey } from "./harness/party.js";
import { Visitor } from "./harness/visitor.js";

const insecure = { [oauth.allowInsecureRequests]: true };

let server;
let management;
let as;

before(async () => {
  server = await serve();
  management = await Management.connect(server.endpoint, server.management);
  await management.call("POST", "/users", PERSON);
  const issuer = new URL(`${server.endpoint}/oidc`);
  as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure));
});
after(() => server?.evident.remove());

/** What an authorization request says, and what belongs to it. */
async function request(client) {
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const nonce = oauth.generateRandomNonce();
  const parameters = new URLSearchParams({
    client_id: client.client_id,
    redirect_uri: REDIRECT_URI,
    response_type: "code",
    scope: "openid offline_access profile",
    prompt: "consent",
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state,
    nonce,
  });
  return { parameters, verifier, state, nonce };
}

async function signIn(parameters) {
  const url = new URL(as.authorization_endpoint);
  url.search = parameters.toString();
  return new Visitor(server.endpoint).signIn(url, REDIRECT_URI, PERSON);
}

test("oauth4webapi: code, tokens, claims, introspection and revocation by the letter", async () => {
  const { clientId, clientSecret } = await register(management, "Traditional");
  const client = { client_id: clientId };
  for (const authentication of [oauth.ClientSecretBasic(clientSecret), oauth.ClientSecretPost(clientSecret)]) {
    const { parameters, verifier, state, nonce } = await request(client);
    const callback = oauth.validateAuthResponse(as, client, await signIn(parameters), state);
    const redeemed = await oauth.authorizationCodeGrantRequest(
      as, client, authentication, callback, REDIRECT_URI, verifier, insecure,
    );
    const tokens = await oauth.processAuthorizationCodeResponse(as, client, redeemed, {
      expectedNonce: nonce,
      requireIdToken: true,
    });
    await oauth.validateApplicationLevelSignature(as, redeemed, insecure);
    const { sub } = oauth.getValidatedIdTokenClaims(tokens);

    const me = await oauth.userInfoRequest(as, client, tokens.access_token, insecure);
    assert.equal((await oauth.processUserInfoResponse(as, client, sub, me)).username, PERSON.username);

    const asked = await oauth.introspectionRequest(as, client, authentication, tokens.access_token, insecure);
    const told = await oauth.processIntrospectionResponse(as, client, asked);
    assert.deepEqual([told.active, told.sub, told.client_id], [true, sub, clientId]);

    const refreshing = await oauth.refreshTokenGrantRequest(as, client, authentication, tokens.refresh_token, insecure);
    const refreshed = await oauth.processRefreshTokenResponse(as, client, refreshing);
    const given = await oauth.revocationRequest(as, client, authentication, refreshed.refresh_token, insecure);
    await oauth.processRevocationResponse(given);
    const dead = await oauth.userInfoRequest(as, client, refreshed.access_token, insecure);
    assert.equal(dead.status, 401);
  }
});

test("oauth4webapi: FAPI 2.0 with pushed request, key, proof and nonce by the letter", async () => {
  const { key, jwks } = await signingKey();
  const oidc = { jwks, tokenEndpointAuthMethod: "private_key_jwt", dpopBoundAccessTokens: true };
  const { clientId } = await register(management, "Traditional", oidc, { securityProfile: "fapi2" });
  const client = { client_id: clientId };
  const authentication = oauth.PrivateKeyJwt(key);
  const DPoP = oauth.DPoP(client, await oauth.generateKeyPair("ES256"));
  const options = { ...insecure, DPoP };
  /** Sends a request again when the server wants its nonce in the proof. */
  const withNonce = async (send, process) => {
    try {
      return await process(await send());
    } catch (error) {
      if (!oauth.isDPoPNonceError(error)) throw error;
      return process(await send());
    }
  };

  const { parameters, verifier, state, nonce } = await request(client);
  const pushed = await withNonce(
    () => oauth.pushedAuthorizationRequest(as, client, authentication, parameters, options),
    (answer) => oauth.processPushedAuthorizationResponse(as, client, answer),
  );
  assert.ok(pushed.expires_in > 0 && pushed.expires_in < 600);
  const { request_uri } = pushed;
  const url = await signIn(new URLSearchParams({ client_id: clientId, request_uri }));
  assert.equal(url.searchParams.get("iss"), as.issuer);
  const callback = oauth.validateAuthResponse(as, client, url, state);
  const redeem = () =>
    oauth.authorizationCodeGrantRequest(as, client, authentication, callback, REDIRECT_URI, verifier, options);
  const tokens = await withNonce(redeem, (answer) =>
    oauth.processAuthorizationCodeResponse(as, client, answer, { expectedNonce: nonce, requireIdToken: true }),
  );
  assert.equal(tokens.token_type, "dpop");
  const { sub } = oauth.getValidatedIdTokenClaims(tokens);
  const me = await withNonce(
    () => oauth.userInfoRequest(as, client, tokens.access_token, options),
    (answer) => oauth.processUserInfoResponse(as, client, sub, answer),
  );
  assert.equal(me.sub, sub);
  const again = redeem().then((answer) => oauth.processAuthorizationCodeResponse(as, client, answer));
  await assert.rejects(again, { error: "invalid_grant" });
});

test("oauth4webapi: an answer of another issuer or with another state is not taken", async () => {
  const { clientId } = await register(management, "SPA");
  const client = { client_id: clientId };
  const { parameters, state } = await request(client);
  const url = await signIn(parameters);
  const elsewhere = new URL(url);
  elsewhere.searchParams.set("iss", "https://evil.example");
  assert.throws(() => oauth.validateAuthResponse(as, client, elsewhere, state));
  assert.throws(() => oauth.validateAuthResponse(as, client, url, "another"));
  oauth.validateAuthResponse(as, client, url, state);
});

test("oauth4webapi: a machine gets a token for an API, and the token says what it is", async () => {
  const client = { client_id: server.management.clientId };
  const authentication = oauth.ClientSecretBasic(server.management.clientSecret);
  const parameters = { resource: server.management.resource, scope: "all" };
  const answer = await oauth.clientCredentialsGrantRequest(as, client, authentication, parameters, insecure);
  const tokens = await oauth.processClientCredentialsResponse(as, client, answer);
  const headers = new Headers({ authorization: `Bearer ${tokens.access_token}` });
  const call = new Request(`${server.endpoint}/api/users`, { headers });
  const claims = await oauth.validateJwtAccessToken(as, call, server.management.resource, insecure);
  assert.deepEqual([claims.sub, claims.client_id, claims.scope], [client.client_id, client.client_id, "all"]);
});
