// Apache guards a page; who is signed out at the provider is signed out there too.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { PAGE, site, start } from "./harness/apache.js";
import { serve, until } from "./harness/evident.js";
import { Management, PERSON } from "./harness/management.js";
import { register } from "./harness/party.js";
import { Visitor } from "./harness/visitor.js";

const LOGOUT_WAIT_MS = 15_000;

let server;
let apache;
let here;
let personId;

before(async () => {
  server = await serve({ env: { EVIDENT_EGRESS__ALLOW: '["127.0.0.1"]' } });
  const management = await Management.connect(server.endpoint, server.management);
  personId = (await management.call("POST", "/users", PERSON)).id;
  // Debian's library of Apache's module knows no EdDSA.
  const rotation = { signingKeyAlgorithm: "EC" };
  await management.call("POST", "/configs/oidc/private-keys/rotate", rotation);
  here = await site();
  const credentials = await register(management, "Traditional", {
    redirectUris: [`${here.endpoint}/callback`],
    postLogoutRedirectUris: [`${here.endpoint}/goodbye`],
    backchannelLogoutUri: `${here.endpoint}/callback?logout=backchannel`,
    backchannelLogoutSessionRequired: true,
  });
  apache = await start(here, `${server.endpoint}/oidc`, credentials);
});
after(async () => {
  await apache?.remove();
  await server?.evident.remove();
});

const page = () => `${here.endpoint}/page.txt`;

/** Opens the page, signs in, and comes back to it. */
async function enter(visitor) {
  await visitor.signIn(page(), `${here.endpoint}/callback`, PERSON).then((callback) => visitor.follow(callback));
  const shown = await visitor.request(page());
  assert.equal(shown.status, 200);
  assert.equal(await shown.text(), PAGE);
  assert.equal(shown.headers.get("x-user"), personId);
}

test("mod_auth_openidc: a page is shown to who signed in, and not after leaving by Apache", async () => {
  const visitor = new Visitor(server.endpoint);
  const refused = await visitor.request(page());
  assert.equal(refused.status, 302);
  await enter(visitor);
  const goodbye = `${here.endpoint}/goodbye`;
  const leave = `${here.endpoint}/callback?logout=${encodeURIComponent(goodbye)}`;
  const leaving = await visitor.request(leave);
  const end = leaving.headers.get("location");
  assert.ok(end.startsWith(`${server.endpoint}/oidc/session/end?`), end);
  assert.ok((await visitor.signOut(end)).startsWith(goodbye));
  assert.equal((await visitor.request(page())).status, 302);
});

test("mod_auth_openidc: who leaves the provider is signed out of Apache too", async () => {
  const visitor = new Visitor(server.endpoint);
  await enter(visitor);
  const other = new Visitor(server.endpoint);
  await enter(other);
  await visitor.signOut(`${server.endpoint}/oidc/session/end`);
  const isOut = async () => (await visitor.request(page())).status === 302;
  await until("Apache to hear of it", LOGOUT_WAIT_MS, isOut);
  assert.equal((await other.request(page())).status, 200, "another session ended too");
});
