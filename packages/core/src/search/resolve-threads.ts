import type { Access, GenerationReader } from '../backend/backend.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { HayrickError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import {
  type Condition,
  type ConditionWithRegexes,
  type ConditionWithThreads,
  printCondition,
  simplifyCondition,
  type ThreadTerm,
} from '../query/index.ts';
import { findThreads, type Thread } from '../threads/index.ts';
import { inEvenTime, type Timekeeper } from './even-time.ts';
import { numberThreads } from './thread-numbers.ts';
import { walkMatches } from './walk.ts';

/** What was asked where ids stand now. */
export interface AskedThreads {
  /** A Message-ID or id as it was typed, or the condition that a message of the thread matches. */
  readonly of: string | Condition;
  readonly messages: number;
}

export interface ResolvedThreads {
  readonly condition: ConditionWithRegexes;
  /** By the part that it became, which stays the same object where the condition is simplified. */
  readonly threads: ReadonlyMap<ConditionWithThreads, AskedThreads>;
}

export interface ThreadPlace extends Timekeeper {
  /** The one who asks may read every archive. */
  readonly readsAll: boolean;
  readonly catalog: Catalog;
  readonly reader: GenerationReader;
  readonly access: Access;
  /** Archives whose threads are made by subject as well. */
  readonly bySubject: readonly string[];
  /** Looks up those in the condition of a thread. */
  readonly resolveRegexes: (condition: ConditionWithRegexes) => Promise<Condition>;
  /** Refuses what the generation cannot answer. */
  readonly check: (condition: Condition) => void;
  /** Matches that the engine may be asked for at a time, at most. */
  readonly maxResults: number;
  readonly signal?: AbortSignal | undefined;
}

/** Matches of `thread:{}` that are looked at together. */
const PAGE = 5000;

/**
 * Puts the messages of threads in the place of what names them: matches, threads and their messages are those that may be read, whatever
 * archives the query is for.
 * @throws HayrickError QUERY_TOO_LARGE beyond the limit of threads or of messages in them
 */
export async function resolveThreads(
  condition: ConditionWithThreads,
  place: ThreadPlace,
): Promise<ResolvedThreads> {
  const threads = new Map<Condition, AskedThreads>();
  return { condition: await resolve(condition, place, threads), threads };
}

/** The depth is that of a typed query: LIMITS.queryDepth. */
async function resolve(
  condition: ConditionWithThreads,
  place: ThreadPlace,
  threads: Map<Condition, AskedThreads>,
): Promise<ConditionWithRegexes> {
  switch (condition.kind) {
    case 'and':
    case 'or': {
      const of: ConditionWithRegexes[] = [];
      for (const part of condition.of) of.push(await resolve(part, place, threads));
      return { kind: condition.kind, of };
    }
    case 'not':
      return { kind: 'not', of: await resolve(condition.of, place, threads) };
    case 'thread':
      return resolveTerm(condition, place, threads);
    default:
      return condition;
  }
}

async function resolveTerm(
  { of: typed }: ThreadTerm,
  place: ThreadPlace,
  threads: Map<Condition, AskedThreads>,
): Promise<Condition> {
  const of =
    typeof typed === 'string'
      ? typed
      : simplifyCondition(await place.resolveRegexes(await resolve(typed, place, threads)));
  // Every message is in a thread, its own at least.
  if (typeof of !== 'string' && (of.kind === 'all' || of.kind === 'none')) return of;
  const found = typeof of === 'string' ? await threadsOfName(of, place) : await threadsWithMatch(of, place);
  const condition: Condition = { kind: 'ids', ids: found.sort() };
  threads.set(condition, { of, messages: found.length });
  return condition;
}

async function threadsOfName(name: string, place: ThreadPlace): Promise<string[]> {
  const { catalog, access, bySubject, readsAll } = place;
  const idsOf = ({ members }: Thread): string[] => members.map(({ id }) => id);
  const look = async () => (await findThreads(catalog, name, access, bySubject)).flatMap(idsOf);
  return inEvenTime(place, readsAll, look, (ids) => ids.length === 0);
}

async function threadsWithMatch(of: Condition, place: ThreadPlace): Promise<string[]> {
  const { catalog, reader, access, bySubject, check, maxResults, signal } = place;
  check(of);
  const threads = numberThreads(catalog, access, bySubject);
  const pageSize = Math.min(PAGE, maxResults);
  for await (const hits of walkMatches(reader, of, { access, sort: 'oldest', pageSize, signal })) {
    await threads.of(hits.map(({ id }) => id));
    if (threads.count > LIMITS.queryThreads) throw tooManyThreads(of);
  }
  const members: string[] = [];
  for await (const ids of threads.members()) {
    for (const id of ids) members.push(id);
    if (members.length > LIMITS.queryIds) throw tooManyMessages(of);
  }
  return members;
}

function tooManyThreads(of: Condition): HayrickError {
  const most = LIMITS.queryThreads.toLocaleString('en-US');
  return new HayrickError(
    'QUERY_TOO_LARGE',
    `More than ${most} threads hold a match of ${printCondition(of)}: narrow what stands in "thread:{ }".`,
  );
}

function tooManyMessages(of: Condition): HayrickError {
  const most = LIMITS.queryIds.toLocaleString('en-US');
  return new HayrickError(
    'QUERY_TOO_LARGE',
    `The threads that hold a match of ${printCondition(of)} have more than ${most} messages: narrow what stands in "thread:{ }".`,
  );
}
