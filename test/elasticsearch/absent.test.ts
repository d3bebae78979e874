import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, expect, it } from 'vitest';
import { freePorts } from './ports.ts';

const VITEST = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));
const FIXTURE = fileURLToPath(new URL('./fixture/', import.meta.url));

const empty = mkdtempSync(join(tmpdir(), 'hayrick-absent-'));
const listeners: Server[] = [];
afterEach(() => {
  for (const listener of listeners.splice(0)) listener.close();
});
afterAll(() => rmSync(empty, { recursive: true }));

/** A run of one file that asks for the shared server, where nothing is fetched and no Maven is found. */
async function run(env: Record<string, string>): Promise<{ lastLine: string | undefined; all: string }> {
  const { CI: _, HAYRICK_TEST_ELASTICSEARCH: __, ...rest } = process.env;
  const vitest = spawn(process.execPath, [VITEST, 'run', '--root', FIXTURE], {
    env: { ...rest, NO_COLOR: '1', PATH: empty, XDG_CACHE_HOME: empty, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [all, out] = ['', ''];
  vitest.stdout.on('data', (part: Buffer) => {
    all += part;
    out += part;
  });
  vitest.stderr.on('data', (part: Buffer) => {
    all += part;
  });
  await once(vitest, 'close');
  return { lastLine: out.trimEnd().split('\n').at(-1), all };
}

/** What answers one and the same to everything. */
async function listen(body: string): Promise<string> {
  const listener = createServer((_, response) => response.end(body));
  listeners.push(listener);
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
}

it('what cannot run is skipped loudly', async () => {
  const { lastLine, all } = await run({});
  expect(lastLine).toBe('0 passed, 0 failed, 1 skipped');
  expect(all).toMatch(
    /^SKIPPED: No Elasticsearch [\d.]+ is here \(to fetch it: npx -y pnpm@12 elastic fetch\); without it this does not run: what this file is about\.$/mu,
  );
});

it('continuous integration fails where it cannot fetch one', async () => {
  const { lastLine, all } = await run({ CI: 'true' });
  expect(lastLine).toBe('0 passed, 1 failed');
  expect(all).toContain('mvn is needed to fetch Elasticsearch and is not installed.');
});

it('the one that is named is used', async () => {
  const { lastLine } = await run({ HAYRICK_TEST_ELASTICSEARCH: await listen('{"cluster_uuid":"x"}') });
  expect(lastLine).toBe('1 passed, 0 failed');
});

it.each([
  ['is something else', () => listen('{"hello":"world"}'), 'HTTP status 200'],
  [
    'does not answer',
    async () => `http://elastic:secret@127.0.0.1:${(await freePorts(1))[0]}`,
    'ECONNREFUSED',
  ],
])('one that is named and %s is a failure', async (_, address, reason) => {
  const { lastLine, all } = await run({ HAYRICK_TEST_ELASTICSEARCH: await address() });
  expect(lastLine).toBe('0 passed, 1 failed');
  expect(all).toMatch(
    /HAYRICK_TEST_ELASTICSEARCH names 127\.0\.0\.1:\d+, and no Elasticsearch answers there: /u,
  );
  expect(all).toContain(reason);
  expect(all).not.toContain('secret');
});
