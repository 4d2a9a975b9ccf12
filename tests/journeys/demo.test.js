// `evident demo`: one command gives everything needed to look around, and changes nothing twice.

import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { test } from "node:test";

import { demo } from "./harness/evident.js";
import { Management } from "./harness/management.js";

test("demo: prints what serves, and the same again when started twice", async () => {
  const first = await demo();
  let folder;
  try {
    const { printed } = first;
    folder = first.folder;
    assert.equal(new URL(printed.endpoint).port, `${first.port}`);
    assert.equal(new URL(printed.adminEndpoint).port, `${first.adminPort}`);
    assert.equal(new URL(printed.demoApp.redirectUri).pathname, "/demo-app");
    assert.ok(printed.demoApp.clientId && printed.demoApp.redirectUri);
    assert.ok(printed.administrator.username && printed.administrator.password);
    const algorithms = new Set(printed.users.map((user) => user.algorithm));
    for (const algorithm of ["Argon2i", "Argon2id", "Argon2d", "Bcrypt", "MD5", "SHA1", "SHA256", "Legacy"]) {
      assert.ok(algorithms.has(algorithm), algorithm);
    }
    const management = await Management.connect(printed.endpoint, printed.managementApi);
    const users = await management.call("GET", "/users?page_size=100");
    const usernames = new Set(users.map((user) => user.username));
    for (const user of printed.users) assert.ok(usernames.has(user.username), user.username);
    const admin = await Management.connect(printed.adminEndpoint, printed.adminManagementApi);
    const administrators = await admin.call("GET", "/users");
    const names = administrators.map((user) => user.username);
    assert.ok(names.includes(printed.administrator.username));
    await first.evident.stop();

    const second = await demo({ folder, port: first.port, adminPort: first.adminPort });
    try {
      assert.deepEqual(second.printed, printed);
      const again = await Management.connect(printed.endpoint, printed.managementApi);
      assert.deepEqual(await again.call("GET", "/users?page_size=100"), users);
    } finally {
      await second.evident.stop();
    }
  } finally {
    await first.evident.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
  }
});
