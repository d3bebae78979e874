import type { Condition, PhraseItem } from '@hayrick/core/backend';
import { expect } from 'vitest';
import { KEYWORDS } from '../arbitraries/documents.ts';
import type { OracleDocument } from '../oracle/matches.ts';
import {
  ALL,
  buildLive,
  document,
  type Facts,
  found,
  foundBy,
  phrase,
  type Rig,
  reading,
  word,
} from './rig.ts';

/** Builds one index and asks it several conditions: each row is a condition and the short ids it finds. */
function finds(
  documents: readonly OracleDocument[],
  rows: readonly (readonly [Condition, readonly string[]])[],
): (rig: Rig) => Promise<void> {
  return async ({ backend }) => {
    const generation = await buildLive(backend, documents);
    await reading(backend, generation, async (reader) => {
      for (const [condition, ids] of rows) {
        expect(await foundBy(reader, condition), JSON.stringify(condition)).toEqual(ids);
      }
    });
  };
}

const prefix = (text: string, ...stems: string[]): PhraseItem => ({ kind: 'prefix', prefix: text, stems });
const token = (text: string): PhraseItem => ({ kind: 'token', token: text });
const items = (fields: readonly string[], ...of: PhraseItem[]): Condition => ({
  kind: 'phrase',
  fields,
  items: of,
});
const keyword = (field: string, value: string): Condition => ({ kind: 'keyword', field, value });
const keywordPrefix = (field: string, text: string): Condition => ({
  kind: 'keyword-prefix',
  field,
  prefix: text,
});
const range = (field: string, from: number | null, to: number | null): Condition => ({
  kind: 'range',
  field,
  from,
  to,
});
const near = (tokens: string, distance: number): Condition => ({
  kind: 'near',
  fields: ['own'],
  tokens: tokens.split(' '),
  distance,
});
const fuzzy = (text: string, edits: 1 | 2): Condition => ({
  kind: 'fuzzy',
  fields: ['own'],
  token: text,
  edits,
});
const and = (...of: Condition[]): Condition => ({ kind: 'and', of });
const or = (...of: Condition[]): Condition => ({ kind: 'or', of });
const not = (of: Condition): Condition => ({ kind: 'not', of });

const WORDS = [
  document('a1', { text: { subject: 'journal', own: 'inod tree', signature: 'ann' } }),
  document('a2', { text: { own: 'journal inod' } }),
  document('a3', { text: { quoted: 'journal', topic: 'tree' } }),
  document('a4'),
];

export const CONDITIONS: Facts = {
  'everything and nothing': finds(WORDS, [
    [ALL, ['a1', 'a2', 'a3', 'a4']],
    [{ kind: 'none' }, []],
    [not(ALL), []],
    [not({ kind: 'none' }), ['a1', 'a2', 'a3', 'a4']],
  ]),

  'a word is found in the fields asked for and in no other': finds(WORDS, [
    [word('journal', 'own'), ['a2']],
    [word('journal', 'subject'), ['a1']],
    [word('journal', 'subject', 'own', 'quoted'), ['a1', 'a2', 'a3']],
    [word('ann', 'subject', 'own', 'quoted'), []],
    [word('ann', 'signature'), ['a1']],
    [word('journ', 'subject', 'own', 'quoted'), []],
  ]),

  'a declared text field is looked into': finds(WORDS, [
    [word('tree', 'topic'), ['a3']],
    [word('tree', 'topic', 'own'), ['a1', 'a3']],
  ]),

  'and, or and not in any nesting': finds(WORDS, [
    [and(word('journal'), word('inod')), ['a2']],
    [and(word('journal', 'subject', 'own'), word('inod', 'subject', 'own')), ['a1', 'a2']],
    [or(word('journal', 'quoted'), word('journal', 'subject')), ['a1', 'a3']],
    [not(word('journal', 'own', 'subject')), ['a3', 'a4']],
    [and(word('inod'), not(word('journal'))), ['a1']],
    [and(not(word('inod')), not(word('journal', 'quoted'))), ['a4']],
    [or(not(word('inod')), word('tree')), ['a1', 'a3', 'a4']],
    [not(and(word('inod'), not(word('tree')))), ['a1', 'a3', 'a4']],
    [and(or(word('tree'), word('journal')), or(word('journal', 'subject'), word('tree', 'topic'))), ['a1']],
    [not(not(word('inod'))), ['a1', 'a2']],
    [and(), ['a1', 'a2', 'a3', 'a4']],
    [or(), []],
    [and(word('inod')), ['a1', 'a2']],
  ]),

  'words that engines might take for their own syntax are words': finds(
    [
      document('a1', { text: { own: 'and or not near' } }),
      document('a2', { text: { own: 'null true 7' } }),
      document('a3', { text: { own: 'journal' } }),
    ],
    [
      [word('and'), ['a1']],
      [word('or'), ['a1']],
      [word('not'), ['a1']],
      [word('near'), ['a1']],
      [phrase('or not'), ['a1']],
      [word('null'), ['a2']],
      [word('7'), ['a2']],
      [not(word('and')), ['a2', 'a3']],
    ],
  ),

  'tokens of every script are compared as they are': finds(
    [
      document('a1', { text: { own: 'привет λογοσ مرحبا' } }),
      document('a2', { text: { own: 'हिन्दी 内核 核' } }),
      document('a3', { text: { own: `커널 𐐨𐐲 \ue000 ${'x'.repeat(64)}` } }),
      document('a4', { text: { own: 'хинди 内存 存 é e' } }),
    ],
    [
      [word('привет'), ['a1']],
      [word('λογοσ'), ['a1']],
      [word('مرحبا'), ['a1']],
      [word('हिन्दी'), ['a2']],
      [phrase('内核 核'), ['a2']],
      [word('内'), []],
      [word('커널'), ['a3']],
      [word('𐐨𐐲'), ['a3']],
      [word('\ue000'), ['a3']],
      [word('x'.repeat(64)), ['a3']],
      [word('x'.repeat(63)), []],
      [word('é'), ['a4']],
    ],
  ),

  'a phrase is found in its order, within one value, in one field': {
    needs: 'phrases',
    holds: finds(
      [
        document('a1', { text: { own: 'the journal inod' } }),
        document('a2', { text: { own: 'inod journal' } }),
        document('a3', { text: { own: 'the journal / inod tree' } }),
        document('a4', { text: { own: 'the journal', subject: 'inod' } }),
        document('a5', { text: { own: 'journal the inod' } }),
        document('a6', { text: { own: 'journal journal inod' } }),
      ],
      [
        [phrase('journal inod', 'own', 'subject'), ['a1', 'a6']],
        [phrase('inod journal'), ['a2']],
        [phrase('journal journal'), ['a6']],
        [phrase('journal journal journal'), []],
        [phrase('the journal inod'), ['a1']],
        [phrase('inod tree'), ['a3']],
      ],
    ),
  },

  'a prefix finds every token that begins with it, and its stems': {
    needs: 'prefixes',
    holds: finds(
      [
        document('a1', { text: { own: 'journal' } }),
        document('a2', { text: { own: 'journey' } }),
        document('a3', { text: { own: 'adjourn' } }),
        document('a4', { text: { own: 'oper' } }),
        document('a5', { text: { own: 'operat / 内核 核' } }),
      ],
      [
        [items(['own'], prefix('jour')), ['a1', 'a2']],
        [items(['own'], prefix('journal')), ['a1']],
        [items(['own'], prefix('journals')), []],
        [items(['own'], prefix('operat')), ['a5']],
        [items(['own'], prefix('operat', 'oper')), ['a4', 'a5']],
        [items(['own'], prefix('nothing', 'oper', 'journal')), ['a1', 'a4']],
        [items(['own'], prefix('内')), ['a5']],
        [items(['subject'], prefix('jour')), []],
      ],
    ),
  },

  'a prefix stands at the end of a phrase': {
    needs: 'prefixes',
    holds: finds(
      [
        document('a1', { text: { own: 'the journal' } }),
        document('a2', { text: { own: 'the / journal' } }),
        document('a3', { text: { own: 'a journal the' } }),
        document('a4', { text: { own: 'the jour of' } }),
        document('a5', { text: { own: 'the oper' } }),
      ],
      [
        [items(['own'], token('the'), prefix('jour')), ['a1', 'a4']],
        [items(['own'], token('the'), prefix('operat', 'oper')), ['a5']],
        [items(['own'], token('the'), prefix('jour', 'oper')), ['a1', 'a4', 'a5']],
      ],
    ),
  },

  'a prefix takes as many stems as core expands': {
    needs: 'prefixes',
    holds: finds(
      [document('a1', { text: { own: 'stem1023' } }), document('a2', { text: { own: 'other' } })],
      [[items(['own'], prefix('zz', ...Array.from({ length: 1024 }, (_, i) => `stem${i}`))), ['a1']]],
    ),
  },

  'words near each other, in any order, within one value': {
    needs: 'proximity',
    holds: finds(
      [
        document('a1', { text: { own: 'journal x inod' } }),
        document('a2', { text: { own: 'inod journal' } }),
        document('a3', { text: { own: 'journal x y inod' } }),
        document('a4', { text: { own: 'journal / inod' } }),
        document('a5', { text: { own: 'journal inod', subject: 'tree' } }),
        document('a6', { text: { own: 'tree journal x inod' } }),
        document('a7', { text: { own: 'inod x x x journal x tree x inod' } }),
      ],
      [
        [near('journal inod', 0), ['a2', 'a5']],
        [near('journal inod', 1), ['a1', 'a2', 'a5', 'a6']],
        [near('journal inod', 2), ['a1', 'a2', 'a3', 'a5', 'a6']],
        // The words in the middle are not counted as standing between.
        [near('inod journal tree', 1), ['a6']],
        [near('inod journal tree', 0), []],
        [near('inod journal tree', 2), ['a6', 'a7']],
        [near('journal tree', 100), ['a6', 'a7']],
      ],
    ),
  },

  'a word asked for twice near must be there twice': {
    needs: 'proximity',
    holds: finds(
      [
        document('a1', { text: { own: 'journal x journal' } }),
        document('a2', { text: { own: 'journal x inod' } }),
        document('a3', { text: { own: 'journal x x journal inod' } }),
      ],
      [
        [near('journal journal', 1), ['a1']],
        [near('journal journal', 2), ['a1', 'a3']],
        [near('journal inod journal', 2), ['a3']],
        [near('journal inod journal', 1), []],
      ],
    ),
  },

  'fuzzy finds stems within one or two edits that begin alike': {
    needs: 'fuzzy',
    holds: finds(
      [
        document('a1', { text: { own: 'journal' } }),
        document('a2', { text: { own: 'jurnal' } }),
        document('a3', { text: { own: 'jurnl' } }),
        document('a4', { text: { own: 'tournal' } }),
        document('a5', { text: { own: 'привет' } }),
        document('a6', { text: { own: 'прибет' } }),
        document('a7', { text: { own: 'ojurnal' } }),
      ],
      [
        [fuzzy('journal', 1), ['a1', 'a2']],
        [fuzzy('journal', 2), ['a1', 'a2', 'a3']],
        [fuzzy('jourmal', 1), ['a1']],
        [fuzzy('ojournal', 1), ['a7']],
        // Edits are counted in characters, not in bytes.
        [fuzzy('привет', 1), ['a5', 'a6']],
        [fuzzy('journal', 1), ['a1', 'a2']],
      ],
    ),
  },

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
      [{ kind: 'archives', names: ['nobody'] }, []],
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
