import fc from 'fast-check';
import type { Document } from '../../backend/index.ts';
import type { OracleDocument } from '../oracle/matches.ts';

/** Small, so that generated queries meet generated documents; with every shape of token that the analyser can yield. */
export const TOKENS: readonly string[] = [
  'journal',
  'journ',
  'jour',
  'jurnal',
  'inod',
  'ext4',
  'a',
  'ab',
  '7',
  '2024',
  // What query languages of engines might take for their own.
  'and',
  'or',
  'not',
  'near',
  'null',
  // Cyrillic, Greek, Arabic, Devanagari with a mark, Chinese pairs and a lone cluster, Korean, a letter beyond the BMP, a private-use character.
  'привет',
  'привид',
  'λογοσ',
  'مرحبا',
  'हिन्दी',
  '内核',
  '核心',
  '核',
  '커널',
  '𐐨𐐲',
  '\ue000',
  'x'.repeat(64),
];

export const ARCHIVES: readonly string[] = ['alpha', 'beta', 'gamma'];

/** Text fields used by generated documents: looked into by bare words, not looked into by them, of patches, declared. */
export const TEXT: readonly string[] = ['subject', 'from', 'own', 'quoted', 'signature', 'dfb', 'topic'];
export const KEYWORD: readonly string[] = ['from', 'mid', 'has', 'dfpost', 'changeId'];
export const NUMBERS: readonly string[] = ['date', 'received', 'size', 'score', 'due'];

/** Of every kind that settings may declare; the fields `topic`, `changeId`, `score` and `due` above. */
export const DECLARED = [
  { name: 'topic', header: 'X-Topic', kind: 'text' },
  { name: 'changeId', header: 'Change-Id', kind: 'keyword' },
  { name: 'score', header: 'X-Score', kind: 'number' },
  { name: 'due', header: 'X-Due', kind: 'date' },
] as const;

/** Keywords with what string matching in engines tends to take for its own: wildcards, quotes, escapes, case, spaces, length. */
export const KEYWORDS: readonly string[] = [
  'ann@example.org',
  'ann@example.com',
  'Ann@example.org',
  'patch',
  'a%b',
  'a_b',
  'axb',
  "a'b",
  'a"b',
  'a*b',
  'a\\b',
  'a b',
  'a',
  'é内核',
  'k'.repeat(512),
];

const token = fc.constantFrom(...TOKENS);
const values = fc.array(fc.array(token, { minLength: 1, maxLength: 7 }), { maxLength: 3 });
const dates = fc.constantFrom(0, 1, 1_000_000_000, 1_000_000_001, 1_600_000_000, 4_000_000_000);
const hexDigit = fc.constantFrom('0', '1', '9', 'a', 'f');

/** 32 hex digits, few enough that the same one comes up again. */
export const documentId: fc.Arbitrary<string> = fc
  .array(hexDigit, { minLength: 2, maxLength: 2 })
  .map((digits) => digits.join('').repeat(16));

function maybe<T>(
  fields: readonly string[],
  value: fc.Arbitrary<readonly T[]>,
): fc.Arbitrary<Record<string, readonly T[]>> {
  const entries = fields.map((field) => [field, value] as const);
  return fc
    .record(Object.fromEntries(entries))
    .map((all) => Object.fromEntries(Object.entries(all).filter(([, list]) => list.length > 0)));
}

/** One document, as the oracle sees it. */
export const oracleDocument: fc.Arbitrary<OracleDocument> = fc
  .record({
    id: documentId,
    archives: fc.subarray([...ARCHIVES], { minLength: 1 }),
    text: maybe(TEXT, values),
    keywords: maybe(KEYWORD, fc.subarray([...KEYWORDS], { maxLength: 3 })),
    date: dates,
    received: dates,
    size: fc.constantFrom(0, 1, 1023, 1024, 5_000_000_000),
    declared: maybe(['score', 'due'], fc.subarray([-5, 0, 7, 4_000_000_000], { maxLength: 2 })),
  })
  .map(({ date, received, size, declared, ...rest }) => ({
    ...rest,
    numbers: { date: [date], received: [received], size: [size], ...declared },
  }));

/** Documents with different ids, in any order. */
export const oracleDocuments: fc.Arbitrary<OracleDocument[]> = fc.uniqueArray(oracleDocument, {
  selector: (document) => document.id,
  maxLength: 25,
});

/** What a backend is given for a document of the oracle. `boundary` stands between the values of a field. */
export function backendDocument(document: OracleDocument, boundary: string): Document {
  const { date, received, size, ...numbers } = document.numbers;
  const text = Object.entries(document.text).map(([field, fieldValues]) => [
    field,
    fieldValues.map((tokens) => tokens.join(' ')).join(` ${boundary} `),
  ]);
  return {
    id: document.id,
    archives: document.archives,
    date: date?.[0] ?? 0,
    received: received?.[0] ?? 0,
    size: size?.[0] ?? 0,
    text: Object.fromEntries(text),
    keywords: document.keywords,
    numbers,
    ...(document.kept && { kept: document.kept }),
  };
}
