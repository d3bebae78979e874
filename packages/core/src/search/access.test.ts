import { describe, expect, it } from 'vitest';
import { makeSettings, systemEnvironment } from '../settings/index.ts';
import type { SettingsInput } from '../settings/settings.ts';
import { accessOf, chooseArchives } from './access.ts';

function settingsOf(archives: NonNullable<SettingsInput['archives']>) {
  const environment = systemEnvironment({ variables: {}, cwd: '/', uid: null });
  return makeSettings({ archives, connections: { default: { engine: 'sqlite' } } }, '/', environment)
    .settings;
}

const SETTINGS = settingsOf({
  zoo: { paths: ['z'], access: 'public' },
  garden: { paths: ['g'], access: 'public', readers: ['dora'] },
  'garden-board': { paths: ['b'], readers: ['ann', 'bob'] },
  board: { paths: ['c'], readers: ['bob'] },
  attic: { paths: ['d'] },
});

describe('who may read what', () => {
  it.each([
    ['all', ['attic', 'board', 'garden', 'garden-board', 'zoo']],
    ['public', ['garden', 'zoo']],
    ['ann', ['garden', 'garden-board', 'zoo']],
    ['bob', ['board', 'garden', 'garden-board', 'zoo']],
    ['dora', ['garden', 'zoo']],
  ])('%s', (who, archives) => {
    expect(accessOf(SETTINGS, who)).toEqual({ archives });
  });

  it.each(['nobody', 'Ann', 'ann,bob', '', 'attic', 'toString', '__proto__'])('not "%s"', (who) => {
    expect(() => accessOf(SETTINGS, who)).toThrow(expect.objectContaining({ code: 'READER_UNKNOWN' }));
  });

  it('where no archive is public the public may read nothing', () => {
    expect(accessOf(settingsOf({ attic: { paths: ['d'] } }), 'public')).toEqual({ archives: [] });
    expect(accessOf(settingsOf({}), 'all')).toEqual({ archives: [] });
  });
});

describe('archives by name', () => {
  const names = (who: string, ...asked: string[]) =>
    chooseArchives(SETTINGS, accessOf(SETTINGS, who), asked).map((archive) => archive.name);

  it('are those asked for', () => {
    expect(names('all', 'board', 'zoo')).toEqual(['board', 'zoo']);
    expect(names('ann', 'garden-board')).toEqual(['garden-board']);
  });

  it('that may not be read are answered like those that do not exist', () => {
    const said = (who: string, name: string) => {
      try {
        return String(names(who, name));
      } catch (error) {
        return String(error).replace(name, 'NAME');
      }
    };
    expect(said('public', 'attic')).toBe(said('public', 'qqqqq'));
    expect(said('public', 'attic')).not.toMatch(/board|attic/);
    expect(said('ann', 'board')).not.toBe('board');
    expect(said('ann', '__proto__')).toMatch(/There is no archive/);
  });
});
