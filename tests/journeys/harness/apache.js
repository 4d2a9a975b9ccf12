// An Apache with mod_auth_openidc on a free loopback port, with a folder of its own.

import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { freePort, newFolder, Process } from "./evident.js";

const APACHE = "/usr/sbin/apache2";
const MODULES = "/usr/lib/apache2/modules";
const LOADED = ["mpm_event", "authn_core", "authz_core", "authz_user", "headers", "auth_openidc"];

/** What a visitor reads who is let in. */
export const PAGE = "For members only.\n";

/** A port and the address of an Apache that is not started yet. */
export async function site() {
  const port = await freePort();
  return { port, endpoint: `http://127.0.0.1:${port}` };
}

/** Starts Apache as the relying party `clientId`; gives the process. */
export async function start({ port, endpoint }, issuer, { clientId, clientSecret }) {
  const folder = newFolder();
  const pages = join(folder, "pages");
  mkdirSync(pages);
  for (const path of [folder, pages]) chmodSync(path, 0o755);
  writeFileSync(join(pages, "page.txt"), PAGE);
  const owner = process.getuid() === 0 ? ["User www-data", "Group www-data"] : [];
  const lines = [
    ...LOADED.map((name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`),
    ...owner,
    `ServerRoot "${folder}"`,
    "ServerName 127.0.0.1",
    `Listen 127.0.0.1:${port}`,
    `PidFile "${join(folder, "apache.pid")}"`,
    `DefaultRuntimeDir "${folder}"`,
    `ErrorLog "${join(folder, "error.log")}"`,
    "LogLevel warn",
    `DocumentRoot "${pages}"`,
    `OIDCProviderMetadataURL ${issuer}/.well-known/openid-configuration`,
    `OIDCClientID ${clientId}`,
    `OIDCClientSecret ${clientSecret}`,
    `OIDCRedirectURI ${endpoint}/callback`,
    "OIDCCryptoPassphrase a-passphrase-of-this-test",
    'OIDCScope "openid profile"',
    "OIDCPKCEMethod S256",
    "OIDCSessionType server-cache",
    "OIDCRemoteUserClaim sub",
    `<Location "/">`,
    "AuthType openid-connect",
    "OIDCUnAuthAction auth true",
    "Require valid-user",
    "Header always set X-User expr=%{REMOTE_USER}",
    "</Location>",
  ];
  const configuration = join(folder, "apache.conf");
  writeFileSync(configuration, `${lines.join("\n")}\n`);
  const apache = new Process(APACHE, ["-f", configuration, "-D", "FOREGROUND"], folder);
  await apache.until("Apache to answer", () => fetch(endpoint, { redirect: "manual" }).then(() => true, () => false));
  return apache;
}
