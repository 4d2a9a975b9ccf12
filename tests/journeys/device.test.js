// A device without a keyboard gets its tokens by a code that a person confirms elsewhere.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import * as oauth from "oauth4webapi";
import * as client from "openid-client";

import { serve } from "./harness/evident.js";
import { Management, PERSON } from "./harness/management.js";
import { configure, register } from "./harness/party.js";
import { Visitor } from "./harness/visitor.js";

const SCOPE = "openid offline_access profile";

let server;
let clientId;

before(async () => {
  server = await serve();
  const management = await Management.connect(server.endpoint, server.management);
  await management.call("POST", "/users", PERSON);
  const none = { redirectUris: [] };
  ({ clientId } = await register(management, "Native", none, { isDeviceFlow: true }));
});
after(() => server?.evident.remove());

test("openid-client: a device polls until a person has confirmed its code", async () => {
  const config = await configure(server.endpoint, clientId);
  const begun = await client.initiateDeviceAuthorization(config, { scope: SCOPE });
  assert.equal(begun.expires_in, 600);
  assert.equal(begun.verification_uri, `${server.endpoint}/device`);
  const end = await new Visitor(server.endpoint).decide(begun.verification_uri_complete, PERSON);
  assert.ok(end.pathname.startsWith("/device/success"), end.href);
  const tokens = await client.pollDeviceAuthorizationGrant(config, begun);
  const { sub } = tokens.claims();
  const told = await client.fetchUserInfo(config, tokens.access_token, sub);
  assert.equal(told.username, PERSON.username);
  await client.refreshTokenGrant(config, tokens.refresh_token);
});

test("oauth4webapi: a device hears that it must wait, then that the person said no", async () => {
  const insecure = { [oauth.allowInsecureRequests]: true };
  const issuer = new URL(`${server.endpoint}/oidc`);
  const found = await oauth.discoveryRequest(issuer, insecure);
  const as = await oauth.processDiscoveryResponse(issuer, found);
  const own = { client_id: clientId };
  const asked = await oauth.deviceAuthorizationRequest(as, own, oauth.None(), { scope: SCOPE }, insecure);
  const begun = await oauth.processDeviceAuthorizationResponse(as, own, asked);
  const poll = async () => {
    const code = begun.device_code;
    const answer = await oauth.deviceCodeGrantRequest(as, own, oauth.None(), code, insecure);
    return oauth.processDeviceCodeResponse(as, own, answer);
  };
  await assert.rejects(poll(), { error: "authorization_pending", status: 400 });
  const visitor = new Visitor(server.endpoint);
  await visitor.decide(begun.verification_uri_complete, PERSON, "abort");
  await assert.rejects(poll(), (refused) => ["access_denied", "slow_down"].includes(refused.error));
});
