// Relying parties: registered by the Management API, signed in to through a visitor.

import * as client from "openid-client";

import { PERSON } from "./management.js";

export const REDIRECT_URI = "http://127.0.0.1:9/callback";
const SCOPE = "openid offline_access profile";

/** A key to sign with, and the set that is published of it. */
export async function signingKey(kid = "one") {
  const curve = { name: "ECDSA", namedCurve: "P-256" };
  const { privateKey, publicKey } = await crypto.subtle.generateKey(curve, true, ["sign", "verify"]);
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", publicKey);
  return { key: { key: privateKey, kid }, jwks: { keys: [{ kty, crv, x, y, kid, alg: "ES256", use: "sig" }] } };
}

/** Registers an application with more metadata; gives its id and, if it holds one, its secret. */
export async function register(management, type, oidc = {}, custom = {}) {
  const created = await management.call("POST", "/applications", {
    name: `A ${type} application`,
    type,
    oidcClientMetadata: { redirectUris: [REDIRECT_URI], postLogoutRedirectUris: [], ...oidc },
    customClientMetadata: custom,
  });
  const secrets = ["Traditional", "MachineToMachine"].includes(type)
    ? await management.call("GET", `/applications/${created.id}/secrets`)
    : [];
  return { clientId: created.id, clientSecret: secrets[0]?.value };
}

/** Discovers the provider for a client. */
export async function configure(endpoint, clientId, authentication, metadata) {
  const insecure = { execute: [client.allowInsecureRequests] };
  const issuer = new URL(`${endpoint}/oidc`);
  return client.discovery(issuer, clientId, metadata, authentication ?? client.None(), insecure);
}

/** Parameters of an authorization request, and what its answer is checked by. */
export async function ask(extra = {}) {
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const expectedState = client.randomState();
  const expectedNonce = client.randomNonce();
  const parameters = {
    redirect_uri: REDIRECT_URI,
    scope: SCOPE,
    prompt: "consent",
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
    state: expectedState,
    nonce: expectedNonce,
    ...extra,
  };
  return { parameters, checks: { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true } };
}

/** Goes to `url`, signs in and redeems the code. */
export async function finish(config, visitor, url, checks, options) {
  const callback = await visitor.signIn(url, REDIRECT_URI, PERSON);
  return client.authorizationCodeGrant(config, callback, checks, undefined, options);
}
