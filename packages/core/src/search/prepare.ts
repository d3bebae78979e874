import type { Access, Sort } from '../backend/backend.ts';
import { HayrickError } from '../errors.ts';
import {
  type Condition,
  hasWords,
  parseQuery,
  printQuery,
  type QueryProblem,
  rejectProblems,
  resolveQuery,
  simplifyCondition,
} from '../query/index.ts';
import type { Settings } from '../settings/settings.ts';
import { accessOf, chooseArchives } from './access.ts';
import type { SearchOptions } from './answers.ts';

/** A query made ready to be asked of any engine. */
export interface PreparedQuery {
  readonly access: Access;
  readonly condition: Condition;
  /** How it was read, printed back. */
  readonly read: string;
  readonly problems: readonly QueryProblem[];
  readonly sort: Sort;
  /** Statistics may be shown. */
  readonly all: boolean;
}

export interface PrepareOptions extends Pick<SearchOptions, 'as' | 'archives' | 'sort' | 'strict'> {
  /** Unix seconds. */
  readonly now: number;
  /** The engine orders by relevance; else newest is the order of words too. */
  readonly relevance: boolean;
  /** A text that is empty asks for everything; else it matches nothing. */
  readonly emptyIsAll: boolean;
}

/** text → query → condition, within what the one who asks may read. */
export function prepareQuery(settings: Settings, text: string, options: PrepareOptions): PreparedQuery {
  checkSort(options.sort);
  const who = options.as ?? 'all';
  const access = accessOf(settings, who);
  const readable = access.archives.flatMap((name) => settings.archives[name] ?? []);
  const chosen = options.archives === undefined ? [] : chooseArchives(settings, access, options.archives);
  const parsed = parseQuery(text.trim() === '' && options.emptyIsAll ? '*' : text, settings.search);
  const resolved = resolveQuery(parsed.query, {
    fields: settings.fields,
    archives: readable.map(({ name, address, listId }) => ({ name, address, listId })),
    now: options.now,
    timeZone: settings.search.timeZone,
  });
  const problems = [...parsed.problems, ...resolved.problems].sort((a, b) => a.at - b.at);
  if (options.strict === true) rejectProblems(text, problems);
  const within: Condition[] =
    chosen.length === 0 ? [] : [{ kind: 'archives', names: chosen.map((a) => a.name).sort() }];
  const condition = simplifyCondition({ kind: 'and', of: [resolved.condition, ...within] });
  return {
    access,
    condition,
    read: printQuery(parsed.query),
    problems,
    sort: options.sort ?? (options.relevance && hasWords(condition) ? 'relevance' : 'newest'),
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
