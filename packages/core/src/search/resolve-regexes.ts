import type { Access, GenerationReader } from '../backend/backend.ts';
import type { Catalog, StoredValues } from '../catalog/catalog.ts';
import { HayrickError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import {
  type Condition,
  type ConditionWithRegexes,
  type RegexTerm,
  simplifyCondition,
} from '../query/index.ts';
import type { RegexThread, RegexThreads } from './regex-threads.ts';
import { walkMatches } from './walk.ts';

/** What was asked where ids stand now. */
export interface AskedRegex extends RegexTerm {
  readonly messages: number;
  /** Messages whose values were tried. */
  readonly looked: number;
}

export interface RegexPlace {
  readonly catalog: Catalog;
  readonly reader: GenerationReader;
  readonly access: Access;
  readonly regexes: RegexThreads;
  /** Refuses what the generation cannot answer. */
  readonly check: (condition: Condition) => void;
  /** Matches that the engine may be asked for at a time, at most. */
  readonly maxResults: number;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  readonly signal?: AbortSignal | undefined;
}

/** Resolves the regular expressions of one query, which share one limit of time. */
export interface RegexResolver {
  /**
   * Puts the messages that match in the place of each regular expression: of those that may be read and that the conditions beside it leave,
   * by the values that the catalog keeps of them.
   * @throws HayrickError QUERY_TOO_LARGE beyond the limit of time
   */
  resolve(condition: ConditionWithRegexes): Promise<Condition>;
  /** By the part that each became, which stays the same object where the condition is simplified. */
  readonly asked: ReadonlyMap<Condition, AskedRegex>;
}

type Ids = Extract<Condition, { kind: 'ids' }>;

/** Matches of the rest that the engine is asked for at a time. */
const PAGE = 5000;
/** Messages whose values are read from the catalog at a time: a millisecond or two. */
const SLICE = 500;
/** To find a message by its id takes so many times as long as to read the next one. */
const FEW = 8;

export function createRegexResolver(place: RegexPlace): RegexResolver {
  const asked = new Map<Condition, AskedRegex>();
  let used = 0;

  async function resolve(condition: ConditionWithRegexes): Promise<Condition> {
    if (isResolved(condition)) return condition;
    return place.regexes.lend(async (thread) => {
      const started = place.now();
      try {
        return await withinTime(place, LIMITS.regexSeconds * 1000 - used, (signal) =>
          settle(condition, [], { ...place, thread, signal }),
        );
      } finally {
        used += place.now() - started;
      }
    }, place.signal);
  }

  /**
   * @param beside conditions that must hold as well for this one to matter: what they leave out is not looked at. That is so wherever it
   * stands below them, also in an `or` or a `not`.
   */
  async function settle(
    condition: ConditionWithRegexes,
    beside: readonly Condition[],
    at: TimedPlace,
  ): Promise<Condition> {
    if (isResolved(condition)) return condition;
    switch (condition.kind) {
      case 'and': {
        const settled = condition.of.filter(isResolved);
        for (const part of condition.of) {
          if (!isResolved(part)) settled.push(await settle(part, [...beside, ...settled], at));
        }
        return { kind: 'and', of: settled };
      }
      case 'or': {
        const of: Condition[] = [];
        for (const part of condition.of) of.push(await settle(part, beside, at));
        return { kind: 'or', of };
      }
      case 'not':
        return { kind: 'not', of: await settle(condition.of, beside, at) };
      case 'regex':
        return find(condition, simplifyCondition({ kind: 'and', of: beside }), at);
    }
  }

  async function find(term: RegexTerm, within: Condition, at: TimedPlace): Promise<Ids> {
    const { catalog, reader, access, thread, signal } = at;
    at.check(within);
    const left = await reader.count(within, access, { signal });
    const all = await catalog.countMessages(null);
    // Of most of them: it costs less to go through all, of which those that do not belong here are taken out again.
    const inOrder = left * FEW >= all;
    const ids: string[] = [];
    let looked = 0;
    for await (const slice of inOrder ? valuesOfAll(term, at) : valuesOfMatches(term, within, at)) {
      const values = slice.map((one) => one.values);
      for (const i of await thread.matching(term.pattern, values, signal)) ids.push(slice[i]?.id ?? '');
      looked += slice.length;
      if (ids.length > LIMITS.queryIds) throw tooMany(term);
    }
    const found: Ids = { kind: 'ids', ids: ids.sort() };
    const condition = inOrder && left < all && ids.length > 0 ? await onlyOf(found, within, at) : found;
    asked.set(condition, { ...term, messages: condition.ids.length, looked });
    return condition;
  }

  return { resolve, asked };
}

type Slices = AsyncIterable<readonly Pick<StoredValues, 'id' | 'values'>[]>;

/** What may not be read, and what the rest leaves out, stands for nothing. */
async function onlyOf(found: Ids, within: Condition, at: TimedPlace): Promise<Ids> {
  const ids: string[] = [];
  for await (const hits of matchesOf({ kind: 'and', of: [within, found] }, at))
    ids.push(...hits.map(({ id }) => id));
  return { kind: 'ids', ids: ids.sort() };
}

function matchesOf(condition: Condition, { reader, access, maxResults, signal }: TimedPlace) {
  const pageSize = Math.min(PAGE, maxResults);
  return walkMatches(reader, condition, { access, sort: 'oldest', pageSize, signal });
}

async function* valuesOfMatches({ field }: RegexTerm, within: Condition, at: TimedPlace): Slices {
  const { catalog, signal } = at;
  for await (const hits of matchesOf(within, at)) {
    for (let from = 0; from < hits.length; from += SLICE) {
      signal.throwIfAborted();
      const ids = hits.slice(from, from + SLICE).map(({ id }) => id);
      const values = await catalog.storedValues(ids, field);
      yield ids.map((id, i) => ({ id, values: values[i] ?? [] }));
    }
  }
}

async function* valuesOfAll({ field }: RegexTerm, { catalog, signal }: TimedPlace): Slices {
  for (let key: number | undefined = 0; key !== undefined; ) {
    signal.throwIfAborted();
    const slice: readonly StoredValues[] = await catalog.storedValuesBehind(key, SLICE, field);
    key = slice.at(-1)?.key;
    yield slice;
  }
}

interface TimedPlace extends RegexPlace {
  readonly thread: RegexThread;
  readonly signal: AbortSignal;
}

function isResolved(condition: ConditionWithRegexes): condition is Condition {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.of.every(isResolved);
    case 'not':
      return isResolved(condition.of);
    default:
      return condition.kind !== 'regex';
  }
}

/** Gives work up when its time is over, or when nobody waits for it any more. */
async function withinTime<T>(
  { sleep, signal }: RegexPlace,
  milliseconds: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const done = new AbortController();
  void sleep(Math.max(milliseconds, 0), done.signal).then(
    () => over.abort(tooSlow()),
    () => undefined,
  );
  try {
    return await work(signal === undefined ? over.signal : AbortSignal.any([signal, over.signal]));
  } finally {
    done.abort();
  }
}

function tooSlow(): HayrickError {
  return new HayrickError(
    'QUERY_TOO_LARGE',
    `The regular expressions of the query took longer than ${LIMITS.regexSeconds} s. Narrow the rest of the query, by dates or words: they run over what it leaves.`,
  );
}

function tooMany({ field, pattern }: RegexTerm): HayrickError {
  const most = LIMITS.queryIds.toLocaleString('en-US');
  return new HayrickError(
    'QUERY_TOO_LARGE',
    `More than ${most} messages match ${field}:/${pattern}/. Narrow the rest of the query, by dates or words.`,
  );
}
