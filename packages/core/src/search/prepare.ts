import type { Access, GenerationReader, Sort } from '../backend/backend.ts';
import type { Catalog } from '../catalog/catalog.ts';
import {
  type Condition,
  type ConditionWithThreads,
  hasWords,
  type QueryProblem,
  simplifyCondition,
} from '../query/index.ts';
import { archivesBySubject } from '../settings/archives-by-subject.ts';
import type { Settings } from '../settings/settings.ts';
import type { SearchOptions } from './answers.ts';
import { type AskedThreads, resolveThreads } from './resolve-threads.ts';
import type { SnippetThread } from './snippet-thread.ts';
import { understandQuery } from './understand.ts';

/** Where a search is run: one generation, and the catalog beside it. */
export interface SearchPlace {
  readonly settings: Settings;
  readonly catalog: Catalog;
  readonly connection: string;
  readonly reader: GenerationReader;
  readonly snippets: SnippetThread;
  /** The engine orders by relevance. */
  readonly relevance: boolean;
  /** Refuses what the generation cannot answer. */
  readonly check: (condition: Condition) => void;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** A query made ready to be asked of the place's engine. */
export interface PreparedQuery {
  readonly access: Access;
  readonly condition: Condition;
  /** What stands in the condition for threads, and what was asked there. */
  readonly threads: ReadonlyMap<ConditionWithThreads, AskedThreads>;
  /** How it was read, printed back. */
  readonly read: string;
  readonly problems: readonly QueryProblem[];
  readonly sort: Sort;
  /** Statistics may be shown. */
  readonly all: boolean;
}

/**
 * text → query → condition, within what the one who asks may read; threads are looked up, for which the engine may be asked.
 * @throws HayrickError for what is wrong in the query or too large
 */
export async function prepare(
  place: SearchPlace,
  text: string,
  options: SearchOptions,
): Promise<PreparedQuery> {
  const { settings, relevance } = place;
  const now = Math.floor(place.now() / 1000);
  const {
    access,
    condition: withThreads,
    ...understood
  } = understandQuery(settings, text, {
    ...options,
    now,
    emptyIsAll: true,
  });
  const { condition: resolved, threads } = await resolveThreads(withThreads, {
    ...place,
    access,
    bySubject: archivesBySubject(settings),
    maxResults: settings.search.maxResults,
    signal: options.signal,
  });
  const condition = simplifyCondition(resolved);
  place.check(condition);
  const sort = options.sort ?? (relevance && hasWords(condition) ? 'relevance' : 'newest');
  return { ...understood, access, condition, threads, sort };
}
