import type { Access, OrderKey, Scoring } from '../backend/index.ts';
import { HayrickError, unreachable } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import {
  type Condition,
  type ConditionWithThreads,
  checkSupported,
  hasWords,
  parseQuery,
  type QueryProblem,
  type ResolveContext,
  rejectProblems,
  resolveQuery,
  simplifyCondition,
} from '../query/index.ts';
import { accessOf } from '../search/access.ts';
import { openLookup, type SearchPlace } from '../search/prepare.ts';
import type { Settings } from '../settings/settings.ts';
import type { Expression } from './expression.ts';
import { resolveLookup } from './resolve-lookup.ts';
import type { Selection } from './selection.ts';

export type Order =
  | { readonly kind: 'relevance'; readonly scoring: Scoring | undefined }
  | { readonly kind: 'date'; readonly sort: 'newest' | 'oldest' }
  | { readonly kind: 'fields'; readonly keys: readonly OrderKey[] };

/** A selection made ready to be asked of the place's engine. */
export interface PreparedSelection {
  readonly access: Access;
  /** Statistics may be shown. */
  readonly all: boolean;
  /** What must match, all told; what narrows only is in `order` where that is by relevance. */
  readonly condition: Condition;
  /** The same with all that narrows. */
  readonly matched: Condition;
  readonly order: Order;
  /** Of texts in the query language. */
  readonly problems: readonly QueryProblem[];
}

/**
 * expression → condition, within what the one who asks may read; threads, regular expressions and raw queries are looked up.
 * @throws HayrickError for what is wrong in the filters, too large, or beyond the engine
 */
export async function prepareSelection(
  place: SearchPlace,
  selection: Selection,
  as: string,
  signal?: AbortSignal,
): Promise<PreparedSelection> {
  const { settings } = place;
  const access = accessOf(settings, as);
  const context = contextOf(settings, access, Math.floor(place.now() / 1000));
  const problems: QueryProblem[] = [];
  const lookup = openLookup(place, access, signal);
  const made = async (expression: Expression): Promise<Condition> => {
    checkSize(expression);
    const condition = await resolve(expression);
    checkSupported(condition, place.supports, place.engine);
    const found = await lookup.resolve(condition);
    place.check(found);
    return found;
  };
  const condition = await made(selection.where);
  const narrow = await made(selection.narrow);
  const matched = simplifyCondition({ kind: 'and', of: [condition, narrow] });
  const order = await orderOf();
  const scored = order.kind === 'relevance' && order.scoring?.narrow != null;
  return { access, all: as === 'all', condition: scored ? condition : matched, matched, order, problems };

  async function orderOf(): Promise<Order> {
    const order = orderByName(selection.order);
    if (order !== null && order.kind !== 'relevance') {
      if (order.kind === 'fields') for (const { field } of order.keys) place.check(fieldOnly(field));
      return order;
    }
    const wanted = order !== null || (place.supports.relevance && hasWords(matched));
    if (!wanted) return { kind: 'date', sort: 'newest' };
    // What has no words makes no score: it narrows wherever it stands.
    const apart = hasWords(narrow) ? narrow : null;
    const boosts = [];
    for (const { of, factor } of selection.boosts) boosts.push({ condition: await made(of), factor });
    const { weights } = selection;
    const isTuned = apart !== null || boosts.length > 0 || Object.keys(weights).length > 0;
    return { kind: 'relevance', scoring: isTuned ? { narrow: apart, boosts, weights } : undefined };
  }

  async function resolve(expression: Expression): Promise<ConditionWithThreads> {
    switch (expression.kind) {
      case 'all':
      case 'none':
        return expression;
      case 'and':
      case 'or': {
        const of: ConditionWithThreads[] = [];
        for (const part of expression.of) of.push(await resolve(part));
        return { kind: expression.kind, of };
      }
      case 'not':
        return { kind: 'not', of: await resolve(expression.of) };
      case 'lookup':
        return resolveLookup(expression, context);
      case 'query':
        return ofText(expression.text, expression.strict);
      case 'raw':
        return { kind: 'ids', ids: await idsOfRaw(expression.engine, expression.query) };
      default:
        return unreachable(expression);
    }
  }

  function ofText(text: string, strict: boolean): ConditionWithThreads {
    const parsed = parseQuery(text, settings.search);
    const resolved = resolveQuery(parsed.query, context);
    const found = [...parsed.problems, ...resolved.problems].sort((a, b) => a.at - b.at);
    if (strict) rejectProblems(text, found);
    problems.push(...found);
    return resolved.condition;
  }

  async function idsOfRaw(engine: string, query: unknown): Promise<readonly string[]> {
    if (engine !== place.engine) {
      throw new HayrickError(
        'QUERY_UNSUPPORTED',
        `The raw query is for the engine "${engine}", and the connection "${place.connection}" is of "${place.engine}". Choose another with using().`,
      );
    }
    const most = LIMITS.queryIds;
    const ids = await (place.reader.raw?.(query, most + 1, access, { signal }) ?? []);
    if (ids.length <= most) return [...new Set(ids)].sort();
    throw new HayrickError('QUERY_TOO_LARGE', `More than ${most} messages match the raw query: narrow it.`);
  }
}

/** Names a field and nothing else: whether a generation knows it. */
export function fieldOnly(field: string): Condition {
  return { kind: 'range', field, from: null, to: null };
}

/** Null: no order is named. */
function orderByName(names: readonly string[]): Order | null {
  const [first] = names;
  if (first === undefined) return null;
  if (names.length === 1) {
    if (first === 'relevance') return { kind: 'relevance', scoring: undefined };
    if (first === '-date') return { kind: 'date', sort: 'newest' };
    if (first === 'date') return { kind: 'date', sort: 'oldest' };
  }
  const keys = names.map((name) => ({ field: name.replace(/^-/u, ''), descending: name.startsWith('-') }));
  return { kind: 'fields', keys };
}

function contextOf(settings: Settings, access: Access, now: number): ResolveContext {
  const readable = access.archives.flatMap((name) => settings.archives[name] ?? []);
  return {
    fields: settings.fields,
    archives: readable.map(({ name, address, listId, patches }) => ({ name, address, listId, patches })),
    now,
    timeZone: settings.search.timeZone,
  };
}

/** @throws HayrickError QUERY_TOO_LARGE */
function checkSize(expression: Expression): void {
  let terms = 0;
  const open = [{ part: expression, depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { part, depth } = next;
    if (depth > LIMITS.queryDepth)
      throw tooLarge(`Filters stand within one another more than ${LIMITS.queryDepth} deep`);
    if (part.kind === 'and' || part.kind === 'or')
      for (const one of part.of) open.push({ part: one, depth: depth + 1 });
    else if (part.kind === 'not') open.push({ part: part.of, depth: depth + 1 });
    else terms += part.kind === 'lookup' && Array.isArray(part.value) ? part.value.length : 1;
    if (terms > LIMITS.expansions)
      throw tooLarge(`The filters have more than ${LIMITS.expansions} lookups and values`);
  }
}

function tooLarge(what: string): HayrickError {
  return new HayrickError('QUERY_TOO_LARGE', `${what}: ask for less at a time.`);
}
