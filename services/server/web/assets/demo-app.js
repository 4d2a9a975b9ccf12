// The demo application: authorization code flow with PKCE in the browser, nothing else.

const CLIENT_ID = "demo-app";
const REDIRECT_URI = location.origin + location.pathname;
const SCOPE = [
  "openid offline_access profile email phone address roles custom_data identities",
  "urn:logto:scope:organizations urn:logto:scope:organization_roles",
].join(" ");
const DEFAULTS = { prompt: "login consent", scope: SCOPE };
// What an address may not change: the flow would not come back here.
const PROTECTED = [
  "client_id", "redirect_uri", "response_type", "response_mode", "state", "nonce",
  "code_challenge", "code_challenge_method",
];
const SIGNED_OUT = "signed_out";
const ENDPOINTS = {
  authorize: "/oidc/auth",
  token: "/oidc/token",
  revoke: "/oidc/token/revocation",
  userinfo: "/oidc/me",
  end: "/oidc/session/end",
};
const FLOW_KEY = "evident:demo-app:flow";
const TOKENS_KEY = "evident:demo-app:tokens";

const byId = (id) => document.getElementById(id);
const read = (key) => {
  try {
    return JSON.parse(sessionStorage.getItem(key));
  } catch {
    return null;
  }
};
const write = (key, value) => sessionStorage.setItem(key, JSON.stringify(value));

class Problem extends Error {
  constructor(code, description) {
    super(description);
    this.code = code;
  }
}

const base64url = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const randomText = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

function claimsOf(idToken) {
  const payload = (idToken ?? "").split(".")[1];
  if (!payload) return {};
  const bytes = atob(payload.replaceAll("-", "+").replaceAll("_", "/"));
  return JSON.parse(new TextDecoder().decode(Uint8Array.from(bytes, (c) => c.charCodeAt(0))));
}

// The page's own parameters, without what belongs to an answer that came back to it.
function ownParameters() {
  const own = new URLSearchParams(location.search);
  const isAnswer = own.has("code") || own.has("error") || own.get("state") === SIGNED_OUT;
  if (isAnswer) for (const name of ["code", "error", "error_description", "iss", "session_state"]) own.delete(name);
  own.delete(SIGNED_OUT);
  for (const name of PROTECTED) own.delete(name);
  return own;
}

async function signIn(extra = ownParameters()) {
  if (!crypto.subtle) {
    throw new Problem("insecure_context", "PKCE needs https or a loopback address.");
  }
  const flow = { state: randomText(), nonce: randomText(), verifier: randomText(), extra: extra.toString() };
  write(FLOW_KEY, flow);
  sessionStorage.removeItem(TOKENS_KEY);
  const challenge = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(flow.verifier));
  const query = new URLSearchParams({
    client_id: CLIENT_ID,
    redirect_uri: REDIRECT_URI,
    response_type: "code",
    state: flow.state,
    nonce: flow.nonce,
    code_challenge: base64url(challenge),
    code_challenge_method: "S256",
  });
  for (const [name, value] of Object.entries(DEFAULTS)) {
    if (!extra.has(name)) query.set(name, value);
  }
  for (const [name, value] of extra) query.append(name, value);
  location.assign(`${ENDPOINTS.authorize}?${query}`);
}

async function post(url, form) {
  const answer = await fetch(url, { method: "POST", body: new URLSearchParams(form) });
  const text = await answer.text();
  let body = {};
  try {
    body = text ? JSON.parse(text) : {};
  } catch {
    body = { error_description: text.slice(0, 200) };
  }
  if (!answer.ok) {
    throw new Problem(
      body.error ?? body.code ?? `http_${answer.status}`,
      body.error_description ?? body.message ?? answer.statusText,
    );
  }
  return body;
}

// Keeps what an answer leaves out: a refresh may omit the refresh token and the ID token.
function keep(answer) {
  const tokens = { ...read(TOKENS_KEY), ...answer };
  tokens.expires_at = Date.now() + (answer.expires_in ?? 0) * 1000;
  write(TOKENS_KEY, tokens);
  return tokens;
}

async function finish(parameters) {
  const flow = read(FLOW_KEY);
  sessionStorage.removeItem(FLOW_KEY);
  history.replaceState(null, "", REDIRECT_URI);
  if (!flow || flow.state !== parameters.get("state")) {
    throw new Problem("state_mismatch", "This answer does not belong to a sign-in of this tab.");
  }
  const answer = await post(ENDPOINTS.token, {
    grant_type: "authorization_code",
    client_id: CLIENT_ID,
    redirect_uri: REDIRECT_URI,
    code: parameters.get("code"),
    code_verifier: flow.verifier,
  });
  const claims = claimsOf(answer.id_token);
  if (claims.nonce !== flow.nonce || claims.aud !== CLIENT_ID) {
    throw new Problem("id_token_mismatch", "The ID token was not made for this sign-in.");
  }
  return keep(answer);
}

function show(state) {
  for (const section of document.querySelectorAll("[data-state]")) {
    section.hidden = section.dataset.state !== state;
  }
}

function showTokens(tokens) {
  const claims = claimsOf(tokens.id_token);
  const names = [claims.name, claims.username, claims.email, claims.phone_number, claims.sub];
  byId("user-name").textContent = names.find((name) => name) ?? "";
  byId("user-id").textContent = claims.sub ?? "";
  byId("id-token-claims").textContent = JSON.stringify(claims, null, 2);
  byId("access-token").textContent = tokens.access_token ?? "";
  byId("refresh-token").textContent = tokens.refresh_token ?? "–";
  byId("id-token").textContent = tokens.id_token ?? "–";
  byId("expires").textContent = new Date(tokens.expires_at).toLocaleString(document.documentElement.lang);
  byId("refresh").hidden = !tokens.refresh_token;
  show("signed-in");
}

function fail(problem) {
  byId("error-code").textContent = problem.code ?? problem.name;
  byId("error-description").textContent = problem.message;
  show("failed");
  byId("retry").focus();
}

const notice = (name) => {
  byId("notice").textContent = byId("notice").dataset[name] ?? "";
};

async function userinfo() {
  const answer = await fetch(ENDPOINTS.userinfo, {
    headers: { authorization: `Bearer ${read(TOKENS_KEY)?.access_token}` },
  });
  const text = await answer.text();
  let shown = text;
  try {
    shown = JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    shown = `${answer.status} ${text}`;
  }
  byId("userinfo-claims").textContent = shown;
  byId("userinfo-claims").dataset.status = String(answer.status);
  byId("userinfo-panel").hidden = false;
}

async function refresh() {
  notice("none");
  const form = { grant_type: "refresh_token", client_id: CLIENT_ID, refresh_token: read(TOKENS_KEY)?.refresh_token ?? "" };
  showTokens(keep(await post(ENDPOINTS.token, form)));
  notice("refreshed");
}

async function signOut() {
  const tokens = read(TOKENS_KEY);
  sessionStorage.removeItem(TOKENS_KEY);
  if (tokens?.refresh_token) {
    const form = { client_id: CLIENT_ID, token: tokens.refresh_token, token_type_hint: "refresh_token" };
    await post(ENDPOINTS.revoke, form).catch(() => {});
  }
  const query = new URLSearchParams({
    client_id: CLIENT_ID,
    post_logout_redirect_uri: REDIRECT_URI,
    state: SIGNED_OUT,
  });
  location.assign(`${ENDPOINTS.end}?${query}`);
}

async function copy(button) {
  await navigator.clipboard.writeText(byId(button.dataset.copy).textContent);
  notice("copied");
}

// One click at a time; what goes wrong is shown instead of lost.
function onClick(element, action) {
  element.addEventListener("click", async () => {
    if (element.getAttribute("aria-disabled")) return;
    element.setAttribute("aria-disabled", "true");
    try {
      await action(element);
    } catch (problem) {
      fail(problem);
    } finally {
      element.removeAttribute("aria-disabled");
    }
  });
}

async function retry() {
  const extra = new URLSearchParams(read(FLOW_KEY)?.extra ?? ownParameters().toString());
  sessionStorage.removeItem(TOKENS_KEY);
  history.replaceState(null, "", REDIRECT_URI);
  await signIn(extra);
}

async function start() {
  const parameters = new URLSearchParams(location.search);
  const hasMagicLink = parameters.has("one_time_token") && parameters.has("login_hint");
  const isSignedOut = parameters.has(SIGNED_OUT) || parameters.get("state") === SIGNED_OUT;
  if (parameters.has("error")) {
    throw new Problem(parameters.get("error"), parameters.get("error_description") ?? "");
  }
  if (parameters.has("code")) return showTokens(await finish(parameters));
  if (isSignedOut) return show("signed-out");
  const tokens = read(TOKENS_KEY);
  if (tokens && !hasMagicLink) return showTokens(tokens);
  await signIn();
}

onClick(byId("sign-in"), () => signIn());
onClick(byId("retry"), retry);
onClick(byId("userinfo"), userinfo);
onClick(byId("refresh"), refresh);
onClick(byId("sign-out"), signOut);
for (const button of document.querySelectorAll("[data-copy]")) onClick(button, copy);
start().catch(fail);
