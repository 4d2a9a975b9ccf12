// A person at a real browser: the demo application, the sign-in page, the tokens.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { chromium, devices } from "playwright-core";

import { demo } from "./harness/evident.js";
import { CLAIMS, Management, PERSON } from "./harness/management.js";

const ARTIFACTS = fileURLToPath(new URL("../artifacts/", import.meta.url));
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const PATIENCE_MS = 20_000;

let server;
let browser;
let endpoint;

before(async () => {
  mkdirSync(ARTIFACTS, { recursive: true });
  server = await demo();
  ({ endpoint } = server.printed);
  const management = await Management.connect(endpoint, server.printed.managementApi);
  await management.call("POST", "/users", PERSON);
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  browser = await chromium.launch({ executablePath, args: FLAGS });
});
after(async () => {
  await browser?.close();
  await server?.evident.remove();
});

/** A page that fails the test on script errors and refused resources. */
async function open(options = {}) {
  const context = await browser.newContext({ locale: "en-US", ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  page.complaints = [];
  page.on("pageerror", (error) => page.complaints.push(error.message));
  page.on("console", (message) => {
    // The answer to a wrong password has an error status on purpose.
    const isStatus = message.text().startsWith("Failed to load resource");
    if (message.type() === "error" && !isStatus) page.complaints.push(message.text());
  });
  return page;
}

const shot = (page, name) => page.screenshot({ path: `${ARTIFACTS}${name}.png`, fullPage: true });
const identifier = (page) => page.locator("input[name=identifier]");
const password = (page) => page.locator("input[name=password]");
const submit = (page) => page.locator("[name=submit]");
const claimsIn = async (locator) => JSON.parse(await locator.textContent());

async function signIn(page, { username, password: secret }) {
  await identifier(page).fill(username);
  await password(page).fill(secret);
  await submit(page).click();
}

function expectClaims(claims, where) {
  for (const [name, value] of Object.entries(CLAIMS)) {
    assert.deepEqual(claims[name], value, `${where}: ${name}`);
  }
}

test("browser: demo application, wrong password, right password, tokens, refresh, sign-out", async () => {
  const page = await open();
  await page.goto(`${endpoint}/demo-app?login_hint=${PERSON.username}&first_screen=sign_in&ui_locales=en`);
  await page.waitForURL(/\/sign-in\?/);
  assert.equal(await identifier(page).inputValue(), PERSON.username, "login_hint fills the identifier");
  assert.equal(await page.locator("html").getAttribute("lang"), "en");
  await shot(page, "sign-in");

  await password(page).fill("a wrong password");
  await submit(page).click();
  const alert = page.getByRole("alert");
  await alert.waitFor();
  assert.match(await alert.textContent(), /not right/);
  assert.equal(await identifier(page).inputValue(), PERSON.username);
  assert.equal(await password(page).inputValue(), "");
  await shot(page, "sign-in-wrong-password");

  await password(page).fill(PERSON.password);
  await password(page).press("Enter");
  await page.locator("#signed-in").waitFor({ state: "visible" });
  assert.equal(new URL(page.url()).pathname, "/demo-app");
  const idToken = await claimsIn(page.locator("#id-token-claims"));
  expectClaims(idToken, "ID token");
  assert.equal(await page.locator("#user-id").textContent(), idToken.sub);
  await shot(page, "demo-signed-in");

  await page.locator("#userinfo").click();
  await page.locator("#userinfo-claims[data-status='200']").waitFor();
  const told = await claimsIn(page.locator("#userinfo-claims"));
  expectClaims(told, "/oidc/me");
  assert.equal(told.sub, idToken.sub);

  const before = await page.locator("#access-token").textContent();
  await page.locator("#refresh").click();
  await page.waitForFunction(
    (old) => document.getElementById("access-token").textContent !== old,
    before,
  );
  await page.locator("#sign-out").click();
  await page.locator("#signed-out").waitFor({ state: "visible" });
  await shot(page, "demo-signed-out");
  assert.deepEqual(page.complaints, []);
});

test("browser: what was never set is not told", async () => {
  const management = await Management.connect(endpoint, server.printed.managementApi);
  await management.call("POST", "/users", { username: "bare", password: PERSON.password });
  const page = await open();
  await page.goto(`${endpoint}/demo-app`);
  await signIn(page, { username: "bare", password: PERSON.password });
  await page.locator("#signed-in").waitFor({ state: "visible" });
  const claims = await claimsIn(page.locator("#id-token-claims"));
  const absent = ["family_name", "nickname", "profile", "website", "birthdate", "address"];
  for (const name of absent) assert.equal(name in claims, false, name);
  for (const name of ["name", "picture", "email"]) assert.equal(claims[name], null, name);
  assert.deepEqual(page.complaints, []);
});

test("browser: every imported password of the demo signs in", async () => {
  for (const user of server.printed.users) {
    const page = await open();
    await page.goto(`${endpoint}/demo-app`);
    await signIn(page, user);
    await page.locator("#signed-in").waitFor({ state: "visible" });
    const claims = await claimsIn(page.locator("#id-token-claims"));
    assert.equal(claims.username, user.username, user.algorithm);
    await page.context().close();
  }
});

test("browser: a person signs up", async () => {
  const page = await open();
  await page.goto(`${endpoint}/demo-app?first_screen=register`);
  await page.waitForURL(/\/register/);
  await identifier(page).fill("grace");
  await submit(page).click();
  await page.locator("input[name=newPassword]").fill("quiet river 7 stones");
  await page.locator("input[name=confirmPassword]").fill("quiet river 7 stones");
  await shot(page, "register-password");
  await submit(page).click();
  await page.locator("#signed-in").waitFor({ state: "visible" });
  const claims = await claimsIn(page.locator("#id-token-claims"));
  assert.equal(claims.username, "grace");
  assert.deepEqual(page.complaints, []);
});

test("browser: the sign-in page fits a phone, follows the dark mode and needs no script", async () => {
  const looks = [
    ["phone-light", { ...devices["iPhone 13"], colorScheme: "light" }],
    ["phone-dark", { ...devices["iPhone 13"], colorScheme: "dark" }],
    ["desktop-dark", { colorScheme: "dark" }],
  ];
  for (const [name, options] of looks) {
    const page = await open(options);
    await page.goto(`${endpoint}/demo-app`);
    await page.waitForURL(/\/sign-in\?/);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
    assert.equal(wide, false, `${name} scrolls sideways`);
    await shot(page, `sign-in-${name}`);
    const address = page.url();
    const cookies = await page.context().cookies();
    await page.context().close();

    const plain = await open({ ...options, javaScriptEnabled: false });
    await plain.context().addCookies(cookies);
    await plain.goto(address);
    await signIn(plain, PERSON);
    // Without script the demo application cannot go on, but the code has reached it.
    await plain.waitForURL(/\/demo-app\?.*code=/);
    await plain.context().close();
  }
});

test("browser: the keyboard reaches everything in order", async () => {
  const page = await open();
  await page.goto(`${endpoint}/demo-app`);
  await page.waitForURL(/\/sign-in\?/);
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute("name"));
  assert.equal(await focused(), "identifier");
  await page.keyboard.type(PERSON.username);
  await page.keyboard.press("Tab");
  assert.equal(await focused(), "password");
  await page.keyboard.type(PERSON.password);
  await page.keyboard.press("Enter");
  await page.locator("#signed-in").waitFor({ state: "visible" });
});
