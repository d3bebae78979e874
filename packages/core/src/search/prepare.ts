import type { Access, GenerationReader, Sort } from '../backend/backend.ts';
import type { Catalog } from '../catalog/catalog.ts';
import {
  type Condition,
  type ConditionWithThreads,
  checkSupported,
  hasWords,
  type Supports,
  simplifyCondition,
} from '../query/index.ts';
import { archivesBySubject } from '../settings/archives-by-subject.ts';
import type { Settings } from '../settings/settings.ts';
import type { SearchOptions } from './answers.ts';
import type { RegexThreads } from './regex-threads.ts';
import { type AskedRegex, createRegexResolver } from './resolve-regexes.ts';
import { type AskedThreads, resolveThreads } from './resolve-threads.ts';
import type { SnippetThreads } from './snippet-threads.ts';
import { type UnderstoodQuery, understandQuery } from './understand.ts';

/** Where a search is run: one generation, and the catalog beside it. */
export interface SearchPlace {
  readonly settings: Settings;
  readonly catalog: Catalog;
  readonly connection: string;
  readonly reader: GenerationReader;
  readonly snippets: SnippetThreads;
  readonly regexes: RegexThreads;
  /** As the settings name it. */
  readonly engine: string;
  readonly supports: Supports & { readonly relevance: boolean };
  /** Refuses what the generation cannot answer. */
  readonly check: (condition: Condition) => void;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}

/** A query made ready to be asked of the place's engine. */
export interface PreparedQuery extends Omit<UnderstoodQuery, 'condition'> {
  readonly condition: Condition;
  /** What stands in the condition for threads, and what was asked there. */
  readonly threads: ReadonlyMap<ConditionWithThreads, AskedThreads>;
  /** The same for regular expressions. */
  readonly regexes: ReadonlyMap<ConditionWithThreads, AskedRegex>;
  readonly sort: Sort;
}

/** Looks up the threads and regular expressions of conditions; all of them share one limit of time. */
export interface Lookup {
  resolve(condition: ConditionWithThreads): Promise<Condition>;
  readonly threads: ReadonlyMap<ConditionWithThreads, AskedThreads>;
  readonly regexes: ReadonlyMap<ConditionWithThreads, AskedRegex>;
}

/**
 * text → query → condition, within what the one who asks may read; threads and regular expressions are looked up, for which the engine may
 * be asked.
 * @throws HayrickError for what is wrong in the query or too large
 */
export async function prepare(
  place: SearchPlace,
  text: string,
  options: SearchOptions,
): Promise<PreparedQuery> {
  const { settings, supports } = place;
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
  checkSupported(withThreads, supports, place.engine);
  const { resolve, threads, regexes } = openLookup(place, access, options.signal);
  const condition = await resolve(withThreads);
  place.check(condition);
  const sort = options.sort ?? (supports.relevance && hasWords(condition) ? 'relevance' : 'newest');
  return { ...understood, access, condition, threads, regexes, sort };
}

export function openLookup(place: SearchPlace, access: Access, signal?: AbortSignal): Lookup {
  const { settings } = place;
  const readsAll = Object.keys(settings.archives).every((name) => access.archives.includes(name));
  const within = { ...place, access, readsAll, maxResults: settings.search.maxResults, signal };
  const { resolve: resolveRegexes, asked: regexes } = createRegexResolver(within);
  const threads = new Map<ConditionWithThreads, AskedThreads>();
  return {
    threads,
    regexes,
    async resolve(condition) {
      const bySubject = archivesBySubject(settings);
      const found = await resolveThreads(condition, { ...within, bySubject, resolveRegexes });
      for (const [part, asked] of found.threads) threads.set(part, asked);
      return simplifyCondition(await resolveRegexes(simplifyCondition(found.condition)));
    },
  };
}
