import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Ended, hayrick } from './command.ts';
import { buildPackages } from './packed-packages.ts';
import { fillSite, makeSite, type TestSite } from './site.ts';

const INSTALLED = ['core', 'catalog', 'sqlite', 'cli'] as const;

let site: TestSite;
let project: string;

beforeAll(async () => {
  site = makeSite();
  fillSite(site);
  await hayrick(['startproject', 'project'], { cwd: site.folder });
  project = join(site.folder, 'project');
  const install = buildPackages(join(site.folder, 'build'));
  for (const name of INSTALLED) install(name, project);
});
afterAll(() => site.remove());

const manage = (...argv: string[]): Promise<Ended> =>
  hayrick(argv, { cwd: project, script: join(project, 'manage.mjs'), node: process.execPath });

it('packages hold what is run, and no sources or tests', () => {
  const installed = join(project, 'node_modules/@hayrick');
  expect(existsSync(join(installed, 'cli/bin/hayrick.js'))).toBe(true);
  expect(existsSync(join(installed, 'cli/templates/project/settings.ts'))).toBe(true);
  for (const name of INSTALLED) {
    const files = readdirSync(join(installed, name), { recursive: true, encoding: 'utf8' }).filter(
      (file) => !file.startsWith('node_modules'),
    );
    expect(files.filter((file) => /(?:^src\b|\.test\.|\.tsbuildinfo$)/u.test(file))).toEqual([]);
  }
});

it('a generated project indexes and searches with them', async () => {
  expect(await manage('check')).toMatchObject({ status: 0, stderr: '' });
  const settings = readFileSync(join(project, 'settings.ts'), 'utf8');
  site.write(
    'project/settings.ts',
    settings.replace(
      'archives: {',
      "archives: {\n    garden: { paths: ['../mail/*.mbox'], access: 'public' },",
    ),
  );
  expect(await manage('rebuild_index', '--noinput')).toMatchObject({ status: 0, stderr: '' });
  expect(await manage('search', 'whetstone', '--format', 'ids', '--sort', 'oldest')).toEqual({
    status: 0,
    stdout: 'g1@example.org\ng2@example.org\n',
    stderr: '',
  });
  expect(await manage('show', 'g1@example.org')).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('A scythe and a whetstone.'),
  });
  const nested = await manage('startproject', 'another');
  expect(nested.status).toBe(0);
});
