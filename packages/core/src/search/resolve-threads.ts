import type { Access, GenerationReader } from '../backend/backend.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { HayrickError } from '../errors.ts';
import type { Condition, ConditionWithThreads, ThreadTerm } from '../query/index.ts';

/** What was asked where ids stand now. */
export interface AskedThreads {
  /** A Message-ID or id as it was typed, or the condition that a message of the thread matches. */
  readonly of: string | Condition;
  readonly messages: number;
}

export interface ResolvedThreads {
  readonly condition: Condition;
  /** By the part that it became; that object stays itself where the condition is simplified. */
  readonly threads: ReadonlyMap<Condition, AskedThreads>;
}

export interface ThreadPlace {
  readonly catalog: Catalog;
  readonly reader: GenerationReader;
  readonly access: Access;
  /** Refuses what the generation cannot answer. */
  readonly check: (condition: Condition) => void;
  /** Matches that the engine may be asked for at a time, at most. */
  readonly pageSize: number;
  readonly signal?: AbortSignal | undefined;
}

/** Puts the readable messages of threads in their place. */
export async function resolveThreads(
  condition: ConditionWithThreads,
  place: ThreadPlace,
): Promise<ResolvedThreads> {
  const threads = new Map<Condition, AskedThreads>();
  return { condition: await resolve(condition, place, threads), threads };
}

async function resolve(
  condition: ConditionWithThreads,
  place: ThreadPlace,
  threads: Map<Condition, AskedThreads>,
): Promise<Condition> {
  switch (condition.kind) {
    case 'and':
    case 'or': {
      const of: Condition[] = [];
      for (const part of condition.of) of.push(await resolve(part, place, threads));
      return { kind: condition.kind, of };
    }
    case 'not':
      return { kind: 'not', of: await resolve(condition.of, place, threads) };
    case 'thread':
      return resolveTerm(condition);
    default:
      return condition;
  }
}

async function resolveTerm(_term: ThreadTerm): Promise<Condition> {
  throw new HayrickError(
    'QUERY_UNSUPPORTED',
    'Threads cannot be searched for yet. Leave that out of the query.',
  );
}
