import type { Condition, PhraseItem } from '@hayrick/core/backend';
import { matches, mayRead, type OracleDocument } from '@hayrick/core/testing';
import { expect, it } from 'vitest';

const document: OracleDocument = {
  id: '0'.repeat(32),
  archives: ['beta', 'gamma'],
  text: {
    subject: [['journal', 'of', 'inod']],
    own: [
      ['the', 'journal', 'the', 'log'],
      ['inod', '内核', '核'],
    ],
  },
  keywords: { mid: ['Abc@example.org'], has: ['patch', 'reply'] },
  numbers: { date: [100], size: [0] },
};

const token = (text: string): PhraseItem => ({ kind: 'token', token: text });
const prefix = (text: string, ...stems: string[]): PhraseItem => ({ kind: 'prefix', prefix: text, stems });
const phrase = (fields: readonly string[], ...items: PhraseItem[]): Condition => ({
  kind: 'phrase',
  fields,
  items,
});
const near = (tokens: readonly string[], distance: number): Condition => ({
  kind: 'near',
  fields: ['own'],
  tokens,
  distance,
});
const fuzzy = (text: string, edits: 1 | 2): Condition => ({
  kind: 'fuzzy',
  fields: ['subject'],
  token: text,
  edits,
});
const range = (field: string, from: number | null, to: number | null): Condition => ({
  kind: 'range',
  field,
  from,
  to,
});

const ROWS: readonly (readonly [string, Condition, boolean])[] = [
  ['everything', { kind: 'all' }, true],
  ['nothing', { kind: 'none' }, false],
  ['and of nothing', { kind: 'and', of: [] }, true],
  ['and with one that fails', { kind: 'and', of: [{ kind: 'all' }, { kind: 'none' }] }, false],
  ['or of nothing', { kind: 'or', of: [] }, false],
  ['or with one that holds', { kind: 'or', of: [{ kind: 'none' }, { kind: 'all' }] }, true],
  ['not', { kind: 'not', of: { kind: 'none' } }, true],
  ['a word', phrase(['own'], token('log')), true],
  ['a word of another field', phrase(['own'], token('of')), false],
  ['a word in any of the fields', phrase(['own', 'subject'], token('of')), true],
  ['a phrase', phrase(['own'], token('the'), token('journal')), true],
  ['a phrase the wrong way round', phrase(['own'], token('journal'), token('log')), false],
  ['a phrase across values', phrase(['own'], token('log'), token('inod')), false],
  ['a phrase across fields', phrase(['subject', 'own'], token('inod'), token('the')), false],
  ['a phrase of nothing', phrase(['own']), false],
  ['a prefix', phrase(['own'], prefix('jour')), true],
  ['a prefix is no infix', phrase(['own'], prefix('ournal')), false],
  ['a stem of a prefix', phrase(['subject'], prefix('inode', 'inod')), true],
  ['a prefix at the end of a phrase', phrase(['own'], token('内核'), prefix('核')), true],
  ['words near each other', near(['log', 'journal'], 1), true],
  ['words too far apart', near(['log', 'journal'], 0), false],
  ['a word twice near', near(['the', 'the'], 1), true],
  ['a word that is there once, twice', near(['log', 'log'], 100), false],
  ['near across values', near(['log', 'inod'], 100), false],
  ['fuzzy by one', fuzzy('jurnal', 1), true],
  ['fuzzy by two, asked for one', fuzzy('jurnl', 1), false],
  ['fuzzy by two', fuzzy('jurnl', 2), true],
  ['fuzzy with another first letter', fuzzy('vournal', 1), false],
  ['a keyword', { kind: 'keyword', field: 'has', value: 'patch' }, true],
  ['a keyword in another case', { kind: 'keyword', field: 'mid', value: 'abc@example.org' }, false],
  ['a keyword prefix', { kind: 'keyword-prefix', field: 'mid', prefix: 'Abc@' }, true],
  ['a keyword of a field without values', { kind: 'keyword', field: 'refs', value: 'x' }, false],
  ['held by one of the archives', { kind: 'archives', names: ['alpha', 'beta'] }, true],
  ['held by none of the archives', { kind: 'archives', names: ['alpha'] }, false],
  ['one of some ids', { kind: 'ids', ids: ['0', document.id, 'x'] }, true],
  ['none of some ids', { kind: 'ids', ids: ['0', 'x'] }, false],
  ['a range, both ends inclusive', range('date', 100, 100), true],
  ['a range below', range('date', null, 99), false],
  ['a range above', range('date', 101, null), false],
  ['a number 0', range('size', 0, null), true],
  ['an open range over a field without values', range('score', null, null), false],
];

it.each(ROWS)('%s', (_, condition, expected) => {
  expect(matches(condition, document)).toBe(expected);
});

it('reads what lies in one of the archives asked for', () => {
  expect(mayRead(document, ['alpha', 'gamma'])).toBe(true);
  expect(mayRead(document, ['alpha'])).toBe(false);
  expect(mayRead(document, [])).toBe(false);
});

it('refuses to judge what is resolved before an engine is asked', () => {
  const regex = JSON.parse('{"kind":"regex","field":"subject","pattern":"x"}') as Condition;
  expect(() => matches(regex, document)).toThrow(TypeError);
});
