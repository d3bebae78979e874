import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { elasticsearchServer } from '../elasticsearch/servers.ts';
import { REPOSITORY } from './command.ts';
import { buildPackages, type Install, type PackageName } from './packed-packages.ts';

const MAIL = join(REPOSITORY, 'examples/sample/mail');
const server = await elasticsearchServer('a program with the engine elasticsearch in it');
const ENGINES: readonly PackageName[] = [
  'memory',
  'sqlite',
  ...(server === null ? [] : ['elasticsearch' as const]),
];

let folder: string;
let install: Install;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hayrick-embed-'));
  install = buildPackages(join(folder, 'build'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** An empty project that installed core, the catalog and one engine, with the example as its program. */
function projectWith(engine: PackageName): string {
  const project = join(folder, engine);
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{ "type": "module", "private": true }');
  for (const name of ['core', 'catalog', engine] as const) install(name, project);
  cpSync(join(REPOSITORY, 'examples/embed/embed.ts'), join(project, 'embed.ts'));
  return project;
}

describe.each(ENGINES)('a program that installed the engine %s alone', (engine) => {
  it('rebuilds, updates and searches', async () => {
    const project = projectWith(engine);
    expect(readdirSync(join(project, 'node_modules/@hayrick')).sort()).toEqual(
      ['catalog', 'core', engine].sort(),
    );
    const sources = readdirSync(MAIL).map((name) => join(MAIL, name));
    const env = {
      PATH: process.env['PATH'],
      ELASTICSEARCH_URL: server?.url,
      ELASTICSEARCH_INDEX: `embed-${randomUUID()}`,
    };
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['embed.ts', engine, ...sources], {
      cwd: project,
      env,
    });
    expect(stderr).toBe('');
    expect(stdout).toContain('rebuild: 324 messages read, 320 indexed\n');
    expect(stdout).toContain('update: 0 indexed, 320 unchanged\n');
    expect(stdout).toContain('search: 245 found\n  2025-10-13  Ada Winterbourne: Re: Chair\n');
    expect(stdout).toContain('stream: 0 messages are from before 2000\n');
  });
});
