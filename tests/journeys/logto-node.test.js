// Logto's own SDK signs in, refreshes and signs out: it needs no change.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import LogtoClient, { UserScope } from "@logto/node";

import { serve } from "./harness/evident.js";
import { CLAIMS, Management, PERSON } from "./harness/management.js";
import { Visitor } from "./harness/visitor.js";

const REDIRECT_URI = "http://127.0.0.1:9/callback";
const GOODBYE_URI = "http://127.0.0.1:9/goodbye";
const INDICATOR = "https://orders.example/api";

let server;
let management;
let userId;

before(async () => {
  server = await serve();
  management = await Management.connect(server.endpoint, server.management);
  const user = await management.call("POST", "/users", PERSON);
  userId = user.id;
  const resource = { name: "Orders", indicator: INDICATOR };
  const { id } = await management.call("POST", "/resources", resource);
  const scope = await management.call("POST", `/resources/${id}/scopes`, { name: "read:orders" });
  const role = { name: "clerk", description: "Reads", scopeIds: [scope.id] };
  const { id: roleId } = await management.call("POST", "/roles", role);
  await management.call("POST", `/users/${user.id}/roles`, { roleIds: [roleId] });
});
after(() => server?.evident.remove());

/** The SDK with a storage in memory; `navigated` holds where it last sent the browser. */
function sdk({ clientId, clientSecret }, more = []) {
  const items = new Map();
  const storage = {
    getItem: async (key) => items.get(key) ?? null,
    setItem: async (key, value) => void items.set(key, value),
    removeItem: async (key) => void items.delete(key),
  };
  const navigation = {};
  const config = {
    endpoint: server.endpoint,
    appId: clientId,
    appSecret: clientSecret,
    scopes: [UserScope.Email, UserScope.Phone, UserScope.CustomData, "address", "roles", "read:orders", ...more],
    resources: [INDICATOR],
  };
  const navigate = (url) => void (navigation.to = url);
  return { logto: new LogtoClient(config, { navigate, storage }), navigation };
}

for (const type of ["Traditional", "SPA"]) {
  test(`@logto/node: sign-in, refresh and logout of a ${type} application`, async () => {
    const application = await management.application(type, REDIRECT_URI, GOODBYE_URI);
    const { logto, navigation } = sdk(application);
    const visitor = new Visitor(server.endpoint);
    await logto.signIn({ redirectUri: REDIRECT_URI });
    const callback = await visitor.signIn(navigation.to, REDIRECT_URI, PERSON);
    await logto.handleSignInCallback(callback.href);
    assert.equal(await logto.isAuthenticated(), true);

    const claims = await logto.getIdTokenClaims();
    const told = await logto.fetchUserInfo();
    for (const [name, value] of Object.entries(CLAIMS)) {
      assert.deepEqual(claims[name], value, `ID token: ${name}`);
      assert.deepEqual(told[name], value, `/oidc/me: ${name}`);
    }
    assert.deepEqual(told.custom_data, PERSON.customData);
    assert.deepEqual(claims.roles, ["clerk"]);

    assert.ok(await logto.getAccessToken(INDICATOR));
    const access = await logto.getAccessTokenClaims(INDICATOR);
    assert.equal(access.aud, INDICATOR);
    assert.equal(access.scope, "read:orders");
    assert.equal(access.sub, claims.sub);
    const before = await logto.getRefreshToken();
    await logto.clearAccessToken();
    assert.ok(await logto.getAccessToken());
    assert.equal((await logto.getRefreshToken()) === before, type === "Traditional");
    const context = await logto.getContext({ fetchUserInfo: true });
    assert.equal(context.isAuthenticated, true);
    assert.equal(context.userInfo.sub, claims.sub);

    const refresh = await logto.getRefreshToken();
    await logto.signOut(GOODBYE_URI);
    assert.equal(await visitor.signOut(navigation.to), GOODBYE_URI);
    assert.equal(await logto.isAuthenticated(), false);
    const body = new URLSearchParams({
      grant_type: "refresh_token",
      refresh_token: refresh,
      client_id: application.clientId,
    });
    const basic = btoa(`${application.clientId}:${application.clientSecret}`);
    const headers = application.clientSecret ? { authorization: `Basic ${basic}` } : {};
    const dead = await fetch(`${server.endpoint}/oidc/token`, { method: "POST", body, headers });
    assert.equal(dead.status, 400, "the SDK gave its refresh token back");
  });
}

test("@logto/node: a member gets tokens of an organization, and no others", async () => {
  const scope = await management.call("POST", "/organization-scopes", { name: "edit:menu" });
  const role = { name: "editor", organizationScopeIds: [scope.id] };
  const { id: roleId } = await management.call("POST", "/organization-roles", role);
  const { id: own } = await management.call("POST", "/organizations", { name: "Bakery" });
  const { id: other } = await management.call("POST", "/organizations", { name: "Brewery" });
  await management.call("POST", `/organizations/${own}/users`, { userIds: [userId] });
  const roles = { organizationRoleIds: [roleId] };
  await management.call("POST", `/organizations/${own}/users/${userId}/roles`, roles);

  const application = await management.application("Traditional", REDIRECT_URI, GOODBYE_URI);
  const scopes = [UserScope.Organizations, UserScope.OrganizationRoles, "edit:menu"];
  const { logto, navigation } = sdk(application, scopes);
  const visitor = new Visitor(server.endpoint);
  await logto.signIn({ redirectUri: REDIRECT_URI });
  const callback = await visitor.signIn(navigation.to, REDIRECT_URI, PERSON);
  await logto.handleSignInCallback(callback.href);

  const claims = await logto.getIdTokenClaims();
  assert.deepEqual(claims.organizations, [own]);
  assert.deepEqual(claims.organization_roles, [`${own}:editor`]);
  assert.ok(await logto.getOrganizationToken(own));
  const told = await logto.getOrganizationTokenClaims(own);
  assert.equal(told.aud, `urn:logto:organization:${own}`);
  assert.equal(told.scope, "edit:menu");
  await assert.rejects(logto.getOrganizationToken(other), { code: "oidc.access_denied" });
  const token = await logto.getAccessToken(INDICATOR, own);
  const inside = JSON.parse(Buffer.from(token.split(".")[1], "base64url"));
  assert.deepEqual([inside.aud, inside.organization_id], [INDICATOR, own]);

  await management.call("DELETE", `/organizations/${own}/users/${userId}`);
  await logto.clearAccessToken();
  await assert.rejects(logto.getOrganizationToken(own), { code: "oidc.access_denied" });
});

test("@logto/node: an error is one that the SDK understands", async () => {
  const { logto, navigation } = sdk(await management.application("SPA", REDIRECT_URI, GOODBYE_URI));
  await logto.signIn({ redirectUri: REDIRECT_URI });
  const state = new URL(navigation.to).searchParams.get("state");
  const callback = `${REDIRECT_URI}?code=no-code&state=${state}`;
  await assert.rejects(logto.handleSignInCallback(callback), { code: "oidc.invalid_grant" });
});
