import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ADMIN_BIN, type Ended, hayrick, json, REPOSITORY } from './command.ts';
import { fillSite, makeSite, type TestSite } from './site.ts';

let site: TestSite;

beforeEach(() => {
  site = makeSite();
});
afterEach(() => site.remove());

/** A generated project, with the packages in its node_modules as an installation would put them there. */
async function project(): Promise<string> {
  expect((await hayrick(['startproject', 'mail-site'], { cwd: site.folder })).status).toBe(0);
  const folder = join(site.folder, 'mail-site');
  mkdirSync(join(folder, 'node_modules/@hayrick'), { recursive: true });
  for (const [name, path] of [
    ['cli', 'packages/cli'],
    ['core', 'packages/core'],
    ['sqlite', 'packages/backends/sqlite'],
    ['catalog', 'packages/catalog'],
  ] as const) {
    symlinkSync(join(REPOSITORY, path), join(folder, 'node_modules/@hayrick', name));
  }
  return folder;
}

describe('the three ways to run a command', () => {
  it('give the same results and the same errors', async () => {
    const folder = await project();
    const settings = readFileSync(join(folder, 'settings.ts'), 'utf8');
    fillSite(site);
    site.write(
      'mail-site/settings.ts',
      settings.replace(
        'archives: {',
        "archives: {\n    garden: { paths: ['../mail/garden.mbox'], access: 'public' },",
      ),
    );
    const elsewhere = site.folder;
    const ways: readonly ((...argv: string[]) => Promise<Ended>)[] = [
      (...argv) => hayrick(argv, { cwd: elsewhere, script: join(folder, 'manage.mjs') }),
      (...argv) =>
        hayrick([...argv, '--settings', 'settings', '--modulepath', folder], {
          cwd: elsewhere,
          script: ADMIN_BIN,
        }),
      (...argv) => hayrick(argv, { cwd: folder }),
    ];
    const [manage] = ways;
    expect((await manage?.('rebuild_index', '--noinput'))?.status).toBe(0);
    for (const argv of [
      ['search', '*', '--format', 'ids'],
      ['count', 'scythe'],
      ['count', 'nothingness'],
      ['search', '-x'],
      ['serch'],
      ['update_index', 'gardn'],
      ['diffsettings'],
      ['show', 'gone@example.org'],
    ]) {
      const [a, b, c] = await Promise.all(ways.map(async (way) => plain(await way(...argv))));
      expect(a, argv.join(' ')).toEqual(c);
      expect(b, argv.join(' ')).toEqual(c);
    }
  });
});

/** What differs is what the program is called. */
function plain({ status, stdout, stderr }: Ended): Ended {
  const name = (text: string): string => text.replaceAll(/node manage\.mjs|hayrick-admin/gu, 'hayrick');
  return { status, stdout: name(stdout), stderr: name(stderr) };
}

describe('startproject', () => {
  it('makes a site that is ready, and says what to do next', async () => {
    const folder = await project();
    const check = await hayrick(['check'], { cwd: folder });
    expect(check.status).toBe(0);
    expect(check.stdout).toMatch(/hint: archives: no archive yet[\s\S]*ready\n$/u);
    const again = await hayrick(['startproject', 'mail-site'], { cwd: site.folder });
    expect(again.status).toBe(2);
    expect(again.stderr).toMatch(/is not empty/u);
  });

  it('says what is missing where nothing is installed yet', async () => {
    await hayrick(['startproject', 'bare'], { cwd: site.folder });
    const ended = await hayrick(['check'], {
      cwd: site.folder,
      script: join(site.folder, 'bare/manage.mjs'),
    });
    expect(ended).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('npm install') });
  });
});

describe('settings', () => {
  it('are found where the contract says', async () => {
    fillSite(site);
    const at = (name: string, env: Record<string, string>): Promise<Ended> =>
      hayrick(['diffsettings', '--format', 'json'], { cwd: site.folder, env: { ...env, X: name } });
    const engine = (ended: Ended): unknown => [json(ended)['settings']].flat().at(-1);
    for (const name of ['one', 'two', 'three']) {
      site.write(
        `${name}/settings.ts`,
        `export default { connections: { default: { engine: '${name}' } } };`,
      );
    }
    const folders = ['none', 'two', 'three'].map((name) => join(site.folder, name)).join(delimiter);
    const module = { HAYRICK_SETTINGS_MODULE: 'settings', HAYRICK_MODULE_PATH: folders };
    expect(engine(await at('module', module))).toMatchObject({ value: 'two' });
    const config = { HAYRICK_CONFIG: 'three/settings.ts' };
    expect(engine(await at('config', config))).toMatchObject({ value: 'three' });
    const both = await at('both', { ...module, ...config });
    expect(engine(both)).toMatchObject({ value: 'two' });
    expect(both.stderr).toMatch(/^warning: HAYRICK_SETTINGS_MODULE .* and HAYRICK_CONFIG /u);
    const flag = await hayrick(['--modulepath', 'one', 'diffsettings', '--settings', 'settings'], {
      cwd: site.folder,
      env: config,
    });
    expect(flag.stdout).toContain('"one"');
  });

  it('say nothing of how Node reads them', async () => {
    site.write(
      'settings.ts',
      "const engine: string = 'sqlite';\nexport default { connections: { default: { engine } } };",
    );
    expect(await hayrick(['diffsettings'], { cwd: site.folder })).toEqual({
      status: 0,
      stdout: 'connections.default.engine = "sqlite"\n',
      stderr: '',
    });
  });

  it('keep their secrets', async () => {
    site.write('key', 'filesecret\n');
    site.write(
      'settings.mjs',
      `export default { connections: { default: { engine: 'sqlite' }, es: { engine: 'x',
        url: 'http://ann:urlsecret@localhost/', apiKey: { env: 'ES_KEY' }, token: { file: 'key' }, password: 'plainsecret' } } };`,
    );
    const env = { ES_KEY: 'envsecret' };
    const shown = await hayrick(['diffsettings'], { cwd: site.folder, env });
    expect(shown.stdout).toMatch(/connections\.es\.apiKey = "\*\*\*"/u);
    const failed = await hayrick(['count', 'x', '-u', 'es', '--traceback', '-v', '3'], {
      cwd: site.folder,
      env,
    });
    expect(failed.status).toBe(2);
    for (const text of [shown.stdout, shown.stderr, failed.stdout, failed.stderr]) {
      expect(text).not.toMatch(/urlsecret|envsecret|filesecret|plainsecret/u);
    }
  });

  it('are refused where others could have written them, unless they are named', async () => {
    fillSite(site);
    const { chmodSync } = await import('node:fs');
    chmodSync(join(site.folder, 'settings.json'), 0o666);
    const found = await hayrick(['diffsettings'], { cwd: site.folder });
    expect(found.status).toBe(2);
    expect(found.stderr).toMatch(/others can write the file.*chmod go-w/u);
    expect(
      (await hayrick(['diffsettings', '--settings', 'settings.json'], { cwd: site.folder })).status,
    ).toBe(0);
  });
});

describe('log file', () => {
  it('gets what happens, one object a line', async () => {
    fillSite(site);
    site.settings(
      { garden: { paths: ['mail/garden.mbox'], access: 'public' } },
      { logging: { level: 'debug', file: 'logs/hayrick.log' } },
    );
    expect((await hayrick(['update_index'], { cwd: site.folder })).status).toBe(0);
    const lines = readFileSync(join(site.folder, 'logs/hayrick.log'), 'utf8')
      .split('\n')
      .filter((line) => line !== '');
    for (const line of lines) expect(JSON.parse(line)).toMatchObject({ msg: expect.any(String) });
  });
});
