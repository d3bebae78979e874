import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Backend, Condition, Document, FoundDocument, GenerationReader } from '@hayrick/core/backend';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBackend } from './backend.ts';
import { MOST_SCORED, SUBJECTS_SEEN } from './many-matches.ts';

const EVERYONE = { archives: ['list'] };
/** Every hundredth document has the word in its subject, every third one is on another list. */
const COUNT = 2 * SUBJECTS_SEEN;
const WORD: Condition = {
  kind: 'phrase',
  fields: ['subject', 'own'],
  items: [{ kind: 'token', token: 'journal' }],
};

const directory = mkdtempSync(join(tmpdir(), 'hayrick-sqlite-'));
let backend: Backend;
let reader: GenerationReader;

beforeAll(async () => {
  const context = { connection: 'default', settings: {}, fields: [], maxResults: COUNT };
  backend = await openBackend({ ...context, directory, now: () => 1 });
  const writer = await backend.create('fingerprint');
  const changes = Array.from({ length: COUNT }, (_, i) => document(i + 1));
  await writer.write(
    changes.map((one, i) => ({ kind: 'put', seq: i + 1, document: one, rank: i + 1 })),
    COUNT,
  );
  await writer.finish();
  await writer.close();
  await backend.swap(writer.generation);
  reader = await backend.reader(writer.generation);
});
afterAll(async () => {
  await reader.close();
  await backend.close();
  rmSync(directory, { recursive: true });
});

function document(number: number): Document {
  return {
    id: number.toString(16).padStart(32, '0'),
    archives: [number % 3 === 0 ? 'other' : 'list'],
    date: number,
    received: number,
    size: 10,
    text: { subject: number % 100 === 0 ? 'journal' : 'news', own: 'a journal' },
    keywords: {},
    numbers: {},
  };
}

const page = async (condition: Condition, limit: number, offset: number) =>
  (await reader.search({ condition, sort: 'relevance', limit, offset, after: null }, EVERYONE)).hits;

const isReadable = (n: number): boolean => n % 3 !== 0;
const isSubject = (n: number): boolean => n % 100 === 0;
const scoresOf = (hits: readonly FoundDocument[]) => hits.map(({ score }) => score ?? Number.NaN);

it('of very many matches those of the latest come first whose subject matches, each the latest first', async () => {
  const readable = Array.from({ length: COUNT }, (_, i) => COUNT - i).filter(isReadable);
  expect(readable.length).toBeGreaterThan(SUBJECTS_SEEN);
  const latest = readable.slice(0, SUBJECTS_SEEN);
  const expected = [
    ...latest.filter(isSubject),
    ...latest.filter((n) => !isSubject(n)),
    ...readable.slice(SUBJECTS_SEEN),
  ];
  const hits = await page(WORD, COUNT, 0);
  expect(hits.map(({ date }) => date)).toEqual(expected);
  expect(scoresOf(hits).every((score, i, all) => score > 0 && (i === 0 || score < (all[i - 1] ?? 0)))).toBe(
    true,
  );
});

it('of not so many all subjects are looked at', async () => {
  const last = MOST_SCORED * 2;
  const some: Condition = { kind: 'and', of: [WORD, { kind: 'range', field: 'date', from: 1, to: last }] };
  const readable = Array.from({ length: last }, (_, i) => last - i).filter(isReadable);
  const expected = [...readable.filter(isSubject), ...readable.filter((n) => !isSubject(n))];
  expect((await page(some, COUNT, 0)).map(({ date }) => date)).toEqual(expected);
});

it('pages of them join up', async () => {
  const whole = await page(WORD, 200, 0);
  const joined = [];
  for (let offset = 0; offset < 200; offset += 23) joined.push(...(await page(WORD, 23, offset)));
  expect(joined.slice(0, 200)).toEqual(whole);
  const all = await page(WORD, COUNT, 0);
  const pages = [];
  for (let offset = 0; offset < COUNT; offset += 4999) pages.push(...(await page(WORD, 4999, offset)));
  expect(pages).toEqual(all);
});

it('fewer matches are scored, however many were candidates', async () => {
  const few: Condition = { kind: 'and', of: [WORD, { kind: 'range', field: 'date', from: 1, to: 100 }] };
  const hits = await page(few, 100, 0);
  expect(hits[0]?.date).toBe(100);
  expect(hits).toHaveLength(67);
  const [, ...others] = hits.map(({ score }) => score);
  expect(new Set(others).size).toBe(1);
});
