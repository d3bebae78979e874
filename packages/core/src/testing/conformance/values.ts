import { expect } from 'vitest';
import type { Condition } from '../../backend/index.ts';
import { KEYWORDS } from '../arbitraries/documents.ts';
import { and, finds, keyword, keywordPrefix, not, or, range } from './asking.ts';
import { ALL, buildLive, document, type Facts, found, foundBy, phrase, reading, word } from './rig.ts';

export const VALUES: Facts = {
  'a keyword is found as it is, whatever its characters': async ({ backend }) => {
    const documents = KEYWORDS.map((value, i) =>
      document(`a${i.toString(16)}`, { keywords: { mid: [value] } }),
    );
    const generation = await buildLive(backend, documents);
    await reading(backend, generation, async (reader) => {
      for (const [i, value] of KEYWORDS.entries()) {
        expect(await foundBy(reader, keyword('mid', value)), value).toEqual([`a${i.toString(16)}`]);
      }
    });
  },

  'a keyword prefix is taken literally': async ({ backend }) => {
    const documents = KEYWORDS.map((value, i) =>
      document(`a${i.toString(16)}`, { keywords: { mid: [value] } }),
    );
    const generation = await buildLive(backend, documents);
    const prefixes = [
      'a',
      'a%',
      'a_',
      'a*',
      'a\\',
      'ann@',
      'Ann',
      'é',
      'é内',
      'k'.repeat(500),
      "a'",
      'z',
      '%',
    ];
    await reading(backend, generation, async (reader) => {
      for (const text of prefixes) {
        const expected = KEYWORDS.flatMap((value, i) =>
          value.startsWith(text) ? [`a${i.toString(16)}`] : [],
        );
        expect(await foundBy(reader, keywordPrefix('mid', text)), text).toEqual(expected);
      }
    });
  },

  'keywords of one field are not those of another': finds(
    [
      document('a1', { keywords: { from: ['patch'], has: ['html'] } }),
      document('a2', { keywords: { has: ['patch', 'html'] } }),
      document('a3', { text: { own: 'patch' }, keywords: { changeId: ['i1', 'i2'] } }),
    ],
    [
      [keyword('has', 'patch'), ['a2']],
      [keyword('from', 'patch'), ['a1']],
      [and(keyword('has', 'patch'), keyword('has', 'html')), ['a2']],
      [not(keyword('has', 'html')), ['a3']],
      [keyword('changeId', 'i2'), ['a3']],
      [keyword('refs', 'patch'), []],
      [not(keyword('refs', 'patch')), ['a1', 'a2', 'a3']],
    ],
  ),

  'patches have fields of their own': finds(
    [
      document('a1', {
        text: { own: 'tree', dfn: 'fs inod c', dfa: 'goto out / journal', dfb: 'return' },
        keywords: { dfpre: ['0123abc'], dfpost: ['89abcdef'], patchid: ['ab'.repeat(20)] },
      }),
      document('a2', {
        text: { own: 'goto', dfhh: 'main', dfctx: 'return' },
        keywords: { dfpost: ['0123abcd'] },
      }),
      document('a3', { text: { own: 'goto out return', topic: 'return' } }),
    ],
    [
      [phrase('inod c', 'dfn'), ['a1']],
      [word('goto', 'dfa'), ['a1']],
      [word('return', 'dfb'), ['a1']],
      [word('return', 'dfb', 'dfctx'), ['a1', 'a2']],
      [word('return', 'own', 'dfb', 'dfctx', 'topic'), ['a1', 'a2', 'a3']],
      [word('main', 'dfhh'), ['a2']],
      [word('goto', 'own'), ['a2', 'a3']],
      [and(word('tree'), not(word('goto', 'dfb'))), ['a1']],
      [and(word('goto'), not(word('return', 'dfctx'))), ['a3']],
      [not(word('return', 'dfb', 'dfctx')), ['a3']],
      [phrase('out journal', 'dfa'), []],
      [keywordPrefix('dfpost', '0123abc'), ['a2']],
      [keyword('dfpre', '0123abc'), ['a1']],
      [keyword('patchid', 'ab'.repeat(20)), ['a1']],
    ],
  ),

  'ranges include their ends and may be open': finds(
    [
      document('a1', { date: 0, received: 5, size: 1, numbers: { score: [-3], due: [10] } }),
      document('a2', { date: 100, received: 200, size: 5_000_000_000, numbers: { score: [0, 9] } }),
      document('a3', { date: 4_000_000_000, received: 4_000_000_001, size: 0 }),
    ],
    [
      [range('date', 0, 100), ['a1', 'a2']],
      [range('date', 1, 99), []],
      [range('date', 101, null), ['a3']],
      [range('date', null, null), ['a1', 'a2', 'a3']],
      [range('date', 100, 0), []],
      [range('received', null, 200), ['a1', 'a2']],
      [range('size', 1024, null), ['a2']],
      [range('size', null, 0), ['a3']],
      [range('score', null, -1), ['a1']],
      [range('score', 1, null), ['a2']],
      [range('score', 1, 8), []],
      [range('score', null, null), ['a1', 'a2']],
      [not(range('score', null, null)), ['a3']],
      [range('due', 10, 10), ['a1']],
    ],
  ),

  'archives can be asked for by name': finds(
    [
      document('a1', { archives: ['alpha'], text: { own: 'journal' } }),
      document('a2', { archives: ['alpha', 'beta'] }),
      document('a3', { archives: ['gamma'], text: { own: 'journal' } }),
    ],
    [
      [{ kind: 'archives', names: ['alpha'] }, ['a1', 'a2']],
      [{ kind: 'archives', names: ['beta', 'gamma'] }, ['a2', 'a3']],
      [not({ kind: 'archives', names: ['alpha'] }), ['a3']],
      [and(word('journal'), { kind: 'archives', names: ['alpha'] }), ['a1']],
      [or(word('journal'), { kind: 'archives', names: ['beta'] }), ['a1', 'a2', 'a3']],
      [and({ kind: 'archives', names: ['alpha'] }, { kind: 'archives', names: ['gamma'] }), []],
    ],
  ),

  'what may not be read does not exist': async ({ backend }) => {
    const generation = await buildLive(backend, [
      document('a1', { archives: ['alpha'], text: { own: 'journal' }, keywords: { has: ['patch'] } }),
      document('a2', { archives: ['beta'], text: { own: 'journal' }, keywords: { has: ['patch'] } }),
      document('a3', { archives: ['alpha', 'beta'], text: { own: 'journal' } }),
      document('a4', { archives: ['gamma'] }),
    ]);
    const rows: readonly (readonly [readonly string[], readonly string[]])[] = [
      [['alpha'], ['a1', 'a3']],
      [['beta'], ['a2', 'a3']],
      [
        ['alpha', 'beta'],
        ['a1', 'a2', 'a3'],
      ],
      [['gamma'], []],
      [['delta'], []],
      [['alph', 'ALPHA', 'alpha%'], []],
      [[], []],
    ];
    await reading(backend, generation, async (reader) => {
      for (const [archives, ids] of rows) {
        expect(await foundBy(reader, word('journal'), archives), archives.join()).toEqual(ids);
        expect(await reader.count(word('journal'), { archives }), archives.join()).toBe(ids.length);
      }
    });
    expect(await found(backend, generation, not(word('inod')), ['alpha'])).toEqual(['a1', 'a3']);
    expect(await found(backend, generation, or(ALL, keyword('has', 'patch')), ['beta'])).toEqual([
      'a2',
      'a3',
    ]);
    expect(await found(backend, generation, ALL, ['gamma', 'delta'])).toEqual(['a4']);
  },

  'the largest queries that core lets through are answered': async ({ backend }) => {
    const generation = await buildLive(backend, [
      document('a1', { text: { own: 'word127' } }),
      document('a2'),
    ]);
    const many = Array.from({ length: 128 }, (_, i) =>
      word(`word${i}`, 'subject', 'from', 'own', 'quoted', 'attached'),
    );
    expect(await found(backend, generation, or(...many))).toEqual(['a1']);
    expect(await found(backend, generation, and(...many))).toEqual([]);
    const deep = Array.from({ length: 16 }).reduce<Condition>(
      (inner, _, i) => (i % 2 === 0 ? and(ALL, or(inner, word('no'))) : not(not(inner))),
      word('word127'),
    );
    expect(await found(backend, generation, deep)).toEqual(['a1']);
    const longPhrase = phrase(Array.from({ length: 128 }, (_, i) => `word${i}`).join(' '));
    expect(await found(backend, generation, longPhrase)).toEqual([]);
  },

  'explain says what the engine is given, and how many documents it looks at': async ({ backend }) => {
    const some = Array.from({ length: 30 }, (_, i) =>
      document(`a${i.toString(16).padStart(2, '0')}`, { text: { own: i < 3 ? 'journal inod' : 'inod' } }),
    );
    const generation = await buildLive(backend, some);
    await reading(backend, generation, async (reader) => {
      const explained = await reader.explain(word('journal'), { archives: ['alpha'] });
      expect(explained.given).toContain('journal');
      // No engine goes through all documents to find a word: at most what holds it.
      expect(explained.examined).toBeGreaterThanOrEqual(3);
      expect(explained.examined).toBeLessThanOrEqual(6);
      const both = await reader.explain(and(word('journal'), word('inod')), { archives: ['alpha'] });
      expect(both.examined).toBeLessThanOrEqual(33);
    });
  },
};
