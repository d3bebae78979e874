import { createHash } from 'node:crypto';
import type { Site } from '@hayrick/core';
import type { Notmuch } from './notmuch.ts';
import { DIFFERENT, SHARED, type SharedQuery } from './queries.ts';

export { notmuchVersion, openNotmuch } from './notmuch.ts';
export { DIFFERENT, RULES } from './queries.ts';

/** What one of both finds. */
export interface Found {
  readonly count: number;
  /** Of the Message-IDs, whatever their order. */
  readonly digest: string;
}

export interface Compared extends SharedQuery {
  readonly found: Found;
  readonly wanted: Found;
  /** Messages that only one of them finds. */
  readonly onlyOurs: number;
  readonly onlyTheirs: number;
}

/** What the site finds: Message-IDs by question. */
export type OurAnswers = ReadonlyMap<string, ReadonlySet<string>>;

const QUERIES: readonly SharedQuery[] = [...SHARED, ...DIFFERENT];

export async function askUs(site: Site): Promise<OurAnswers> {
  const answers = new Map<string, ReadonlySet<string>>();
  for (const { ours } of QUERIES) {
    if (answers.has(ours)) continue;
    const ids = new Set<string>();
    for await (const { messageId } of site.stream(ours, { highlight: false })) ids.add(messageId);
    answers.set(ours, ids);
  }
  return answers;
}

/** Asks notmuch the same. */
export async function compareWithNotmuch(mine: OurAnswers, notmuch: Notmuch): Promise<readonly Compared[]> {
  const compared: Compared[] = [];
  for (const { ours, theirs } of QUERIES) {
    const found = mine.get(ours) ?? new Set();
    const wanted = new Set(await notmuch.find(theirs));
    const onlyOurs = found.difference(wanted).size;
    const onlyTheirs = wanted.difference(found).size;
    compared.push({ ours, theirs, found: told(found), wanted: told(wanted), onlyOurs, onlyTheirs });
  }
  return compared;
}

export function told(ids: ReadonlySet<string>): Found {
  const digest = createHash('sha256')
    .update([...ids].sort().join('\n'))
    .digest('hex');
  return { count: ids.size, digest: digest.slice(0, 16) };
}
