import { expect } from 'vitest';
import type { Condition, PhraseItem } from '../../backend/index.ts';
import type { OracleDocument } from '../oracle/matches.ts';
import { buildLive, foundBy, type Rig, reading } from './rig.ts';

/** Builds one index and asks it several conditions: each row is a condition and the short ids it finds. */
export function finds(
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

export const prefix = (text: string, ...stems: string[]): PhraseItem => ({
  kind: 'prefix',
  prefix: text,
  stems,
});
export const token = (text: string): PhraseItem => ({ kind: 'token', token: text });
export const items = (fields: readonly string[], ...of: PhraseItem[]): Condition => ({
  kind: 'phrase',
  fields,
  items: of,
});
export const keyword = (field: string, value: string): Condition => ({ kind: 'keyword', field, value });
export const keywordPrefix = (field: string, text: string): Condition => ({
  kind: 'keyword-prefix',
  field,
  prefix: text,
});
export const range = (field: string, from: number | null, to: number | null): Condition => ({
  kind: 'range',
  field,
  from,
  to,
});
export const near = (tokens: string, distance: number): Condition => ({
  kind: 'near',
  fields: ['own'],
  tokens: tokens.split(' '),
  distance,
});
export const fuzzy = (text: string, edits: 1 | 2): Condition => ({
  kind: 'fuzzy',
  fields: ['own'],
  token: text,
  edits,
});
/** Short ids, as `document` takes them. */
export const ids = (...short: string[]): Condition => ({
  kind: 'ids',
  ids: short.map((id) => id.padEnd(32, '0')).sort(),
});
export const and = (...of: Condition[]): Condition => ({ kind: 'and', of });
export const or = (...of: Condition[]): Condition => ({ kind: 'or', of });
export const not = (of: Condition): Condition => ({ kind: 'not', of });
