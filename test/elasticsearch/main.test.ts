import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FROM_SOURCES } from '../from-sources.ts';
import { DISTRIBUTION } from './distribution.ts';
import { ask } from './request.ts';
import { secureElasticsearchServer } from './servers.ts';

const MAIN = fileURLToPath(new URL('./main.js', import.meta.url));
const fetched = (await secureElasticsearchServer('that `elastic start` runs a server')) !== null;

let cache = '';
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'hayrick-elastic-'));
});
afterEach(() => rmSync(cache, { recursive: true }));

/** With an empty cache, and nothing on the path. */
function elastic(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...FROM_SOURCES, MAIN, ...args], {
    encoding: 'utf8',
    env: { ...process.env, XDG_CACHE_HOME: cache, PATH: cache },
  });
  return { status, stdout, stderr };
}

it('says how it is used', () => {
  const asked = elastic('--help');
  expect(asked).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^Usage: npx -y pnpm@12 elastic fetch/u),
  });
  const wrong = { status: 2, stdout: '', stderr: asked.stdout };
  expect(elastic()).toEqual(wrong);
  expect(elastic('stop')).toEqual(wrong);
  expect(elastic('start', '--open')).toEqual(wrong);
});

it('says that nothing is fetched, and what to do about it', () => {
  const folder = join(cache, 'hayrick', `elasticsearch-${DISTRIBUTION.version}`);
  expect(elastic('status').stdout).toMatch(
    new RegExp(
      `^Elasticsearch ${DISTRIBUTION.version}: not in ${folder}\\. To fetch it: npx -y pnpm@12 elastic fetch$`,
      'mu',
    ),
  );
  expect(elastic('start')).toEqual({
    status: 3,
    stdout: '',
    stderr: `elastic: Nothing in ${folder}: run npx -y pnpm@12 elastic fetch.\n`,
  });
});

it('runs nothing that is not what was published', () => {
  mkdirSync(join(cache, 'hayrick', `elasticsearch-${DISTRIBUTION.version}`), { recursive: true });
  for (const command of ['start', 'status'])
    expect(elastic(command)).toMatchObject({
      status: 3,
      stdout: '',
      stderr: expect.stringMatching(/^elastic: .* is not Elasticsearch .* as published/u),
    });
});

it('cannot fetch without Maven', () => {
  expect(elastic('fetch')).toMatchObject({
    status: 3,
    stdout: '',
    stderr: expect.stringContaining('elastic: mvn is needed to fetch Elasticsearch and is not installed.'),
  });
  expect(readdirSync(join(cache, 'hayrick'))).toEqual([]);
});

it.skipIf(!fetched)('runs a server until it is told to end', { timeout: 300_000 }, async () => {
  const temporary = join(cache, 'temporary');
  chmodSync(cache, 0o711);
  mkdirSync(temporary, { mode: 0o711 });
  const started = spawn(process.execPath, [...FROM_SOURCES, MAIN, 'start', '--secure'], {
    env: { ...process.env, TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(started, 'close');
  const lines: string[] = [];
  for await (const line of createInterface(started.stdout)) if (lines.push(line) === 4) break;
  const [url = '', caFile, apiKey] = lines.map((line) => line.replace(/^(?:CA|API key): /u, ''));
  const answer = await ask(url, '/', {
    ca: readFileSync(caFile ?? '', 'utf8'),
    authorization: `ApiKey ${apiKey}`,
  });
  expect(answer.status).toBe(200);
  started.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  expect(readdirSync(temporary)).toEqual([]);
});
