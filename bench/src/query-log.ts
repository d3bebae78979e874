import type { Hit, Site } from '@hayrick/core';

export interface LoggedQuery {
  readonly kind: string;
  readonly query: string;
}

/** Queries of each kind. */
const EACH = 20;
const SEED = 20_200_131;
/** Hits of the archive from which queries are made. */
const SAMPLED = 2_000;
const STOP_WORDS = [
  'the',
  'to be or not',
  'of the',
  'is it',
  'and a',
  'in this',
  'what if',
  'who',
  'not the',
  'a',
];

/**
 * What people ask, made of what the archive holds: words, phrases and senders of messages spread over it, the same ones for the same archive.
 * Words are told apart by how many messages they match.
 */
export async function queryLog(site: Site): Promise<readonly LoggedQuery[]> {
  const random = randomFrom(SEED);
  const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(random() * from.length)];
  const hits = await sample(site);
  const subjects = hits.map(({ subject }) => wordsOf(subject)).filter((words) => words.length >= 3);
  const counts = new Map<string, number>();
  for (const word of new Set(subjects.flat())) {
    if (counts.size < 400) counts.set(word, (await site.count(word, { as: 'public' })).count);
  }
  const { count: all } = await site.count('*', { as: 'public' });
  const between = (low: number, high: number): string[] =>
    [...counts].filter(([, n]) => n > low * all && n <= high * all).map(([word]) => word);
  const rare = between(0, 0.002);
  const middling = between(0.002, 0.05);
  const common = between(0.05, 0.4);
  const half = between(0.4, 0.7);
  const senders = [...new Set(hits.flatMap(({ from }) => from.flatMap(({ address }) => address ?? [])))];
  const phrase = (): string => {
    const words = pick(subjects) ?? [];
    const start = Math.floor(random() * (words.length - 1));
    return `"${words.slice(start, start + 3).join(' ')}"`;
  };
  const makers: Readonly<Record<string, () => string>> = {
    rare: () => pick(rare) ?? '',
    middling: () => pick(middling) ?? '',
    common: () => pick(common) ?? '',
    'in half of all': () => pick(half) ?? 'the',
    'several words': () => `${pick(middling)} ${pick(common)} ${pick(middling)}`,
    phrase,
    prefix: () => `${(pick(middling) ?? 'journal').slice(0, 4)}*`,
    boolean: () => `(${pick(middling)} OR ${pick(common)}) -${pick(rare)}`,
    fielded: () => `${pick(['subject', 'own', 'quoted'])}:${pick(middling)} from:${pick(senders)}`,
    filtered: () =>
      `${pick(common)} date:${2019 + Math.floor(random() * 5)} ${pick(['is:reply', 'has:patch', ''])}`,
    'stop words': () => pick(STOP_WORDS) ?? '',
    'half and rare': () => `${pick(half) ?? 'the'} ${pick(rare)}`,
  };
  return Object.entries(makers).flatMap(([kind, make]) =>
    Array.from({ length: EACH }, () => ({ kind, query: make().trim() })),
  );
}

/** Spread over the archive. */
async function sample(site: Site): Promise<Hit[]> {
  const hits: Hit[] = [];
  const { count } = await site.count('*', { as: 'public' });
  const every = Math.max(1, Math.floor(count / SAMPLED));
  let at = 0;
  for await (const hit of site.stream('*', { as: 'public', highlight: false })) {
    if (at++ % every === 0) hits.push(hit);
  }
  return hits;
}

function wordsOf(subject: string): string[] {
  return subject.toLowerCase().match(/[a-z][a-z0-9]{2,}/g) ?? [];
}

/** Park and Miller's generator (Communications of the ACM 31, 1988): the same numbers for the same seed, from 0 up to 1. */
function randomFrom(seed: number): () => number {
  let state = seed % 2_147_483_647;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
