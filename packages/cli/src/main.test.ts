import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type MemoryIo, memoryIo } from '../testing/memory-io.ts';
import { main } from './main.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hayrick-cli-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function run(
  argv: readonly string[],
  given: Parameters<typeof memoryIo>[1] = {},
): Promise<{ status: number; io: MemoryIo }> {
  const io = memoryIo(argv, { cwd: folder, ...given });
  return { status: await main(io), io };
}

function settings(text: string, name = 'settings.json'): void {
  writeFileSync(join(folder, name), text, { mode: 0o644 });
}

const SQLITE = '{ "connections": { "default": { "engine": "sqlite" } } }';

describe('wrong usage ends with 2 and names what is near', () => {
  it.each<[string[], RegExp]>([
    [[], /^Usage: hayrick/u],
    [['serch'], /Unknown command 'serch'\. Did you mean search\?/u],
    [['search', 'x', '--limt', '3'], /Unknown option '--limt'\. Did you mean --limit\?/u],
    [['search', '-draft'], /"-draft" is no option.*NOT draft.*--/u],
    [['count', 'a', '-'], /"-" is no option/u],
    [['explain', '-5'], /"-5" is no option.*NOT 5/u],
    [['search', 'x', '--format', 'xml'], /format.*'xml' is invalid/u],
    [['search', 'x', '-n', 'many'], /It must be a whole number/u],
    [['search', 'x', '-v', '7'], /whole number from 0 to 3/u],
    [['search'], /Nothing to search for/u],
    [['search', ' '], /Nothing to search for/u],
    [['explain'], /Missing required argument 'query'/u],
    [['show', 'a', 'b'], /Too many arguments/u],
    [['quarantine', 'lst'], /Did you mean list/u],
    [['help', 'serch'], /No help on "serch"\. Did you mean "search"\?/u],
    [['completion', 'bsh'], /No completion for the shell "bsh"\. Did you mean "bash"\?/u],
    [['check', '--settings', 'gone.ts'], /"gone\.ts", but there is no such file/u],
    [['rebuild_index', '--wait', 'long'], /number of seconds/u],
  ])('%j', async (argv, message) => {
    settings(SQLITE);
    const { status, io } = await run(argv);
    expect(io.err()).toMatch(message);
    expect(status).toBe(2);
    expect(io.out()).toBe('');
  });

  it('no settings: tells how to make some', async () => {
    const { status, io } = await run(['check']);
    expect(status).toBe(2);
    expect(io.err()).toMatch(/^hayrick: No settings: .*hayrick startproject DIR/u);
  });
});

describe('help and version are answers', () => {
  it.each<[string[], RegExp]>([
    [['--help'], /rebuild_index.*\n[\s\S]*completion <shell>/u],
    [['help'], /^Usage: hayrick/u],
    [['help', 'search'], /--archive <archive>/u],
    [['search', '--help'], /--archive <archive>/u],
    [['help', 'haystack_info'], /index_info/u],
    [['help', 'quarantine', 'show'], /<number>/u],
    [['help', 'settings'], /search\.resultsPerPage {2}whole number {2}default 20/u],
    [['--version'], /^\d+\.\d+\.\d+\n$/u],
    [['search', '--version'], /^\d+\.\d+\.\d+\n$/u],
  ])('%j', async (argv, text) => {
    const { status, io } = await run(argv);
    expect(io.out()).toMatch(text);
    expect(io.err()).toBe('');
    expect(status).toBe(0);
  });
});

describe('global flags stand before or after the command', () => {
  it.each([
    [['--settings', 'other', '--modulepath', 'm', 'diffsettings']],
    [['diffsettings', '--settings', 'other', '--modulepath', 'm']],
    [['--settings', 'other', 'diffsettings', '--modulepath', 'm', '--no-color', '-v', '0']],
  ])('%j', async (argv) => {
    settings('{ "connections": { "default": { "engine": "elasticsearch" } } }', 'other.json');
    const { status, io } = await run(argv);
    expect(io.err()).toBe('');
    expect(io.out()).toBe('connections.default.engine = "elasticsearch"\n');
    expect(status).toBe(0);
  });
});

describe('settings', () => {
  it('manage.mjs brings its own, unless the environment names others', async () => {
    settings(SQLITE, 'own.json');
    settings('{ "connections": { "default": { "engine": "other" } } }', 'env.json');
    const own = { settings: join(folder, 'own.json'), program: 'node manage.mjs' };
    expect((await run(['diffsettings'], own)).io.out()).toContain('sqlite');
    expect((await run(['diffsettings'], { ...own, env: { HAYRICK_CONFIG: 'env.json' } })).io.out()).toContain(
      'other',
    );
    expect((await run(['serch'], own)).io.err()).toMatch(/^node manage\.mjs: Unknown command/u);
  });

  it('warns when the variables disagree, on stderr', async () => {
    settings(SQLITE, 'a.json');
    settings(SQLITE, 'b.json');
    const { status, io } = await run(['diffsettings', '--format', 'json'], {
      env: { HAYRICK_SETTINGS_MODULE: 'a', HAYRICK_CONFIG: 'b.json' },
    });
    expect(status).toBe(0);
    expect(io.err()).toMatch(/^warning: .*a\.json.*b\.json/u);
    expect(JSON.parse(io.out())).toEqual({
      format: 1,
      settings: [{ path: 'connections.default.engine', value: 'sqlite' }],
    });
  });

  it('never shows a secret, not even in a stack', async () => {
    settings(
      '{ "connections": { "default": { "engine": "x", "only": ["hunter22"], "password": "hunter22" } } }',
    );
    const { status, io } = await run(['check', '--traceback']);
    expect(status).toBe(2);
    expect(io.err()).toContain('only[0]');
    expect(io.err()).not.toContain('hunter22');
  });

  it('shows the stack of an error, and of its cause, with --traceback only', async () => {
    settings('{', 'settings.json');
    expect((await run(['check'])).io.err()).not.toContain('    at ');
    expect((await run(['--traceback', 'check'])).io.err()).toContain('    at ');
  });
});

describe('check', () => {
  it('says what to do next, and ends with 0', async () => {
    settings(SQLITE);
    const { status, io } = await run(['check']);
    expect(io.out()).toMatch(/hint: archives: no archive yet.*\n.*0 archives, 1 connection: ready/u);
    expect(status).toBe(0);
  });

  it('ends with 1 where something stands in the way', async () => {
    settings(
      '{ "archives": { "a": { "paths": ["gone"] } }, "connections": { "default": { "engine": "sqlite" } } }',
    );
    const { status, io } = await run(['check', '--format', 'json']);
    expect(status).toBe(1);
    expect(JSON.parse(io.out())).toMatchObject({
      format: 1,
      ok: false,
      hints: [{ level: 'error', path: 'archives.a.paths[0]' }, {}],
    });
  });
});

describe('startproject', () => {
  it('makes a site whose settings run as they are', async () => {
    const { status, io } = await run(['startproject', 'My Mail']);
    expect(status).toBe(0);
    expect(io.err()).toContain('npm install');
    const site = join(folder, 'My Mail');
    expect(readdirSync(site).toSorted()).toEqual(['README.md', 'manage.mjs', 'package.json', 'settings.ts']);
    const written: unknown = JSON.parse(readFileSync(join(site, 'package.json'), 'utf8'));
    expect(written).toMatchObject({
      name: 'my-mail',
      dependencies: { '@hayrick/cli': expect.stringMatching(/^\^\d+\.\d+\.\d+$/u) },
    });
    const check = await run(['check'], { cwd: site });
    expect(check.io.out()).toMatch(/ready/u);
    expect(check.status).toBe(0);
  });

  it('leaves alone what is there', async () => {
    settings(SQLITE);
    const { status, io } = await run(['startproject', '.']);
    expect(status).toBe(2);
    expect(io.err()).toMatch(/not empty \(settings\.json is in it\)/u);
    expect((await run(['startproject', 'settings.json'])).io.err()).toMatch(/is a file/u);
  });
});

describe('a closed pipe', () => {
  it('ends quietly', async () => {
    settings('{ "connections": { "default": { "engine": "a", "x": 1, "y": 2 } } }');
    const { status, io } = await run(['diffsettings'], { readerLeavesAfter: 1 });
    expect(status).toBe(0);
    expect(io.err()).toBe('');
    const help = await run(['--help'], { readerLeavesAfter: 0 });
    expect(help.status).toBe(0);
  });
});
