// An evident process on free loopback ports with a data folder of its own.

import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const START_WAIT_MS = 60_000;
const STOP_WAIT_MS = 20_000;
const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** The binary: `EVIDENT_BINARY`, or that of the development build. */
function binary() {
  const path = process.env.EVIDENT_BINARY ?? join(ROOT, "target/debug/evident");
  if (!existsSync(path)) throw new Error(`${path} is not built: run cargo build --workspace`);
  return path;
}

// Below the ports of outgoing connections, and each given once, so that no two servers meet.
let nextPort = 10_000 + (process.pid % 90) * 100;

/** A port that nobody listens on. */
export async function freePort() {
  for (;;) {
    const port = nextPort;
    nextPort += 1;
    const probe = createServer();
    const isFree = await new Promise((done) =>
      probe.once("error", () => done(false)).listen(port, "127.0.0.1", () => done(true)),
    );
    if (!isFree) continue;
    await new Promise((done) => probe.close(done));
    return port;
  }
}

/** Asks `probe` until it answers something truthy, at most for `limit` milliseconds. */
export async function until(what, limit, probe) {
  const end = Date.now() + limit;
  for (;;) {
    const answer = await probe();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`waited ${limit} ms in vain for ${what}`);
    await pause(10);
  }
}

/** A running process and what it wrote. */
export class Process {
  constructor(command, args, folder, env = {}) {
    this.command = command;
    this.folder = folder;
    this.output = "";
    this.errors = "";
    this.child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], env });
    this.child.stdout.setEncoding("utf8").on("data", (text) => (this.output += text));
    this.child.stderr.setEncoding("utf8").on("data", (text) => (this.errors += text));
    this.ended = new Promise((done) => this.child.once("exit", done));
    this.child.once("exit", () => (this.isOver = true));
  }

  /** Waits for something that the process must still be running for. */
  async until(what, probe) {
    return until(what, START_WAIT_MS, async () => {
      if (this.isOver) throw new Error(`${this.command} ended: ${this.errors}${this.output}`);
      return probe();
    });
  }

  /** Ends the process in good order. */
  async stop() {
    if (this.isOver) return;
    this.child.kill("SIGTERM");
    await Promise.race([this.ended, pause(STOP_WAIT_MS, null, { ref: false })]);
    if (!this.isOver) this.child.kill("SIGKILL");
    await this.ended;
  }

  /** Ends the process and forgets its data. */
  async remove() {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export const newFolder = () => mkdtempSync(join(tmpdir(), "evident-journey-"));
const answers = (url, status) => fetch(url).then((answer) => answer.status === status, () => false);

/** Starts `evident serve` on an empty log; gives the process, its endpoint and its credentials. */
export async function serve({ env } = {}) {
  const folder = newFolder();
  const data = join(folder, "data");
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const args = ["serve", "--data", data, "--listen", `127.0.0.1:${port}`, "--endpoint", endpoint];
  const evident = new Process(binary(), args, folder, env);
  await evident.until("the server to answer", () => answers(`${endpoint}/api/status`, 204));
  await evident.until("the server to be ready", () => answers(`${endpoint}/readyz`, 200));
  const credentials = JSON.parse(readFileSync(join(data, "management.json"), "utf8"));
  const management = {
    resource: credentials.resource,
    clientId: credentials.client_id,
    clientSecret: credentials.client_secret,
  };
  return { evident, endpoint, management };
}

/** Starts `evident demo --json`; gives the process and the line that it printed. */
export async function demo({ folder = newFolder(), port, adminPort } = {}) {
  port ??= await freePort();
  adminPort ??= await freePort();
  const data = join(folder, "data");
  const args = ["demo", "--json", "--data", data, "--port", `${port}`, "--admin-port", `${adminPort}`];
  const evident = new Process(binary(), args, folder);
  const line = await evident.until("the line of JSON", () => {
    const lines = evident.output.split("\n").slice(0, -1);
    return lines.find((line) => line.startsWith("{"));
  });
  return { evident, printed: JSON.parse(line), folder, port, adminPort };
}
