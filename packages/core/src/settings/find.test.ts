import { describe, expect, it } from 'vitest';
import type { Environment, FileFacts } from './environment.ts';
import { findSettings } from './find.ts';
import { requireSafe } from './safety.ts';

const ME = 1000;

/** The file border: these files, all of them mine unless said otherwise. */
function environment(
  files: readonly string[],
  variables: Record<string, string> = {},
  facts: Record<string, Partial<FileFacts>> = {},
): Environment {
  return {
    variables,
    cwd: '/here',
    uid: ME,
    facts: (path) => {
      const known = files.includes(path) || files.some((file) => file.startsWith(`${path}/`));
      const kind = files.includes(path) ? 'file' : 'directory';
      return known ? { kind, owner: ME, mode: kind === 'file' ? 0o644 : 0o755, ...facts[path] } : null;
    },
    realPath: (path) => path,
    readText: () => '',
    mayWrite: () => true,
    importModule: () => Promise.resolve({}),
  };
}

describe('findSettings', () => {
  it.each<[string, Parameters<typeof findSettings>[0], string[], Record<string, string>, string]>([
    ['a named file', { module: 'a.ts' }, ['/here/a.ts', '/here/settings.ts'], {}, '/here/a.ts'],
    ['a named module', { module: 'a' }, ['/here/a.mjs', '/here/a.json'], {}, '/here/a.mjs'],
    ['an absolute file', { module: '/x/a.json', modulePath: ['m'] }, ['/x/a.json'], {}, '/x/a.json'],
    [
      'a module path before the folder',
      { module: 's', modulePath: ['m', 'n'] },
      ['/here/s.ts', '/here/n/s.ts'],
      {},
      '/here/n/s.ts',
    ],
    [
      'the first of two module paths',
      { module: 's', modulePath: ['n', 'm'] },
      ['/here/m/s.ts', '/here/n/s.ts'],
      {},
      '/here/n/s.ts',
    ],
    [
      'the folder after the module path',
      { module: 's', modulePath: ['m'] },
      ['/here/s.ts'],
      {},
      '/here/s.ts',
    ],
    [
      'a flag before the variables',
      { module: 'a.ts' },
      ['/here/a.ts', '/b.ts'],
      { HAYRICK_SETTINGS_MODULE: '/b.ts' },
      '/here/a.ts',
    ],
    [
      'the module variable',
      {},
      ['/b.ts', '/here/settings.ts'],
      { HAYRICK_SETTINGS_MODULE: '/b.ts' },
      '/b.ts',
    ],
    [
      'its module path',
      {},
      ['/n/s.ts', '/here/s.ts'],
      { HAYRICK_SETTINGS_MODULE: 's', HAYRICK_MODULE_PATH: '/m:/n' },
      '/n/s.ts',
    ],
    [
      'the config variable',
      {},
      ['/here/c/x.ts', '/here/settings.ts'],
      { HAYRICK_CONFIG: 'c/x.ts' },
      '/here/c/x.ts',
    ],
    [
      'an empty variable counts as none',
      {},
      ['/here/settings.json'],
      { HAYRICK_CONFIG: '' },
      '/here/settings.json',
    ],
    ['the current folder', {}, ['/here/settings.mts', '/etc/hayrick/settings.ts'], {}, '/here/settings.mts'],
    ['the system', {}, ['/etc/hayrick/settings.js'], {}, '/etc/hayrick/settings.js'],
  ])('takes %s', (_, request, files, variables, expected) => {
    expect(findSettings(request, environment(files, variables)).file).toBe(expected);
  });

  it('lets the module win over the config and warns when they disagree', () => {
    const both = { HAYRICK_SETTINGS_MODULE: '/a.ts', HAYRICK_CONFIG: '/b.ts' };
    const found = findSettings({}, environment(['/a.ts', '/b.ts'], both));
    expect(found.file).toBe('/a.ts');
    expect(found.warnings).toEqual([expect.stringContaining('/b.ts')]);
    const same = { HAYRICK_SETTINGS_MODULE: 'a', HAYRICK_MODULE_PATH: '/', HAYRICK_CONFIG: '/a.ts' };
    expect(findSettings({}, environment(['/a.ts'], same)).warnings).toEqual([]);
  });

  it('says which of two in one folder is used', () => {
    const found = findSettings({}, environment(['/here/settings.ts', '/here/settings.json']));
    expect(found.file).toBe('/here/settings.ts');
    expect(found.warnings).toEqual([expect.stringContaining('settings.json is not')]);
  });

  it.each<[string, Parameters<typeof findSettings>[0], Record<string, string>, RegExp]>([
    [
      '--settings',
      { module: 'gone', modulePath: ['m'] },
      {},
      /--settings.*"gone".*\/here\/m\/gone, \/here\/gone/u,
    ],
    ['the module variable', {}, { HAYRICK_SETTINGS_MODULE: 'gone' }, /HAYRICK_SETTINGS_MODULE.*"gone"/u],
    ['the config variable', {}, { HAYRICK_CONFIG: '/gone.ts' }, /HAYRICK_CONFIG.*\/gone\.ts/u],
    ['nothing at all', {}, {}, /hayrick startproject/u],
    ['a variable that is nearly one', {}, { HAYRICK_CONFG: 'x' }, /Did you mean "HAYRICK_CONFIG"/u],
  ])('refuses %s that is missing', (_, request, variables, text) => {
    expect(() => findSettings(request, environment([], variables))).toThrow(
      expect.objectContaining({ code: 'SETTINGS_NOT_FOUND', message: expect.stringMatching(text) }),
    );
  });
});

describe('requireSafe', () => {
  const file = '/here/settings.ts';

  it.each<[string, Record<string, Partial<FileFacts>>, boolean]>([
    ['mine', {}, true],
    ["root's", { [file]: { owner: 0 }, '/here': { owner: 0 } }, true],
    ["another's file", { [file]: { owner: 7 } }, false],
    ["another's folder", { '/here': { owner: 7 } }, false],
    ['a file the group may write', { [file]: { mode: 0o664 } }, false],
    ['a file all may write', { [file]: { mode: 0o646 } }, false],
    ['a folder all may write, sticky or not', { '/here': { mode: 0o1777 } }, false],
    ['what others may read', { [file]: { mode: 0o644 } }, true],
  ])('%s', (_, facts, safe) => {
    const check = (): void => requireSafe(file, environment([file], {}, facts));
    if (safe) expect(check).not.toThrow();
    else expect(check).toThrow(expect.objectContaining({ code: 'SETTINGS_UNSAFE' }));
  });

  it('looks at the file behind a link', () => {
    const behind = {
      ...environment([file, '/open/s.ts'], {}, { '/open': { mode: 0o777 } }),
      realPath: () => '/open/s.ts',
    };
    expect(() => requireSafe(file, behind)).toThrow(expect.objectContaining({ code: 'SETTINGS_UNSAFE' }));
  });

  it('has nothing to say where the system knows no owners', () => {
    expect(() =>
      requireSafe(file, { ...environment([file], {}, { [file]: { mode: 0o666 } }), uid: null }),
    ).not.toThrow();
  });
});
