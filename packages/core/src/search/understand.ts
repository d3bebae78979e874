import type { Access } from '../backend/backend.ts';
import { HayrickError } from '../errors.ts';
import {
  type Condition,
  type ConditionWithThreads,
  parseQuery,
  printQuery,
  type Query,
  type QueryProblem,
  type ResolveContext,
  rejectProblems,
  resolveQuery,
} from '../query/index.ts';
import type { Settings } from '../settings/settings.ts';
import { accessOf, chooseArchives } from './access.ts';
import type { SearchOptions } from './answers.ts';

/** A query as it was understood, within what the one who asks may read. Threads are not looked up yet. */
export interface UnderstoodQuery {
  readonly access: Access;
  readonly condition: ConditionWithThreads;
  /** How it was read, printed back. */
  readonly read: string;
  /** As it was typed, and what its parts are read against. */
  readonly typed: Query;
  readonly context: ResolveContext;
  /** The archives that were chosen beside the text, as a condition; none: all that may be read. */
  readonly within: readonly Condition[];
  readonly problems: readonly QueryProblem[];
  /** Statistics may be shown. */
  readonly all: boolean;
}

export interface UnderstandOptions extends Pick<SearchOptions, 'as' | 'archives' | 'sort' | 'strict'> {
  /** Unix seconds. */
  readonly now: number;
  /** A text that is empty asks for everything; else it matches nothing. */
  readonly emptyIsAll: boolean;
}

/** text → query → condition, within what the one who asks may read. */
export function understandQuery(
  settings: Settings,
  text: string,
  options: UnderstandOptions,
): UnderstoodQuery {
  checkSort(options.sort);
  const who = options.as ?? 'all';
  const access = accessOf(settings, who);
  const readable = access.archives.flatMap((name) => settings.archives[name] ?? []);
  const chosen = options.archives === undefined ? [] : chooseArchives(settings, access, options.archives);
  const parsed = parseQuery(text.trim() === '' && options.emptyIsAll ? '*' : text, settings.search);
  const context: ResolveContext = {
    fields: settings.fields,
    archives: readable.map(({ name, address, listId, patches }) => ({ name, address, listId, patches })),
    now: options.now,
    timeZone: settings.search.timeZone,
  };
  const resolved = resolveQuery(parsed.query, context);
  const problems = [...parsed.problems, ...resolved.problems].sort((a, b) => a.at - b.at);
  if (options.strict === true) rejectProblems(text, problems);
  const within: Condition[] =
    chosen.length === 0 ? [] : [{ kind: 'archives', names: chosen.map((a) => a.name).sort() }];
  return {
    access,
    condition: { kind: 'and', of: [resolved.condition, ...within] },
    read: printQuery(parsed.query),
    typed: parsed.query,
    context,
    within,
    problems,
    all: who === 'all',
  };
}

/** @throws HayrickError ARGUMENT_INVALID where nothing at all is asked for */
export function refuseEmpty(text: string, archives: readonly string[] | undefined): void {
  if (text.trim() === '' && (archives === undefined || archives.length === 0)) {
    throw new HayrickError(
      'ARGUMENT_INVALID',
      'Give a query, or an archive to list. `*` finds every message.',
    );
  }
}

/** Programs in plain JavaScript may give anything. */
function checkSort(sort: string | undefined): void {
  if (sort === undefined || sort === 'relevance' || sort === 'newest' || sort === 'oldest') return;
  throw new HayrickError(
    'ARGUMENT_INVALID',
    `There is no order "${sort}". Sort by relevance, newest or oldest.`,
  );
}
