import { HayrickError } from '../errors.ts';
import { type DeclaredField, NUMBER_FIELDS } from '../fields/fields.ts';
import { LIMITS } from '../limits.ts';
import type { Access, Capabilities } from './backend.ts';
import { checkCondition, type FieldNames } from './check-condition.ts';
import { isMessageId, isWhole } from './check-request.ts';
import { type FacetRequest, facetFields } from './facet-questions.ts';
import type { OrderRequest, Scoring } from './field-questions.ts';

type Optional = 'fieldOrder' | 'scoring' | 'stats' | 'facets' | 'kept' | 'raw';

const NAMES: Readonly<Record<Optional, string>> = {
  fieldOrder: 'order by fields',
  scoring: 'scores that are narrowed, boosted or weighed',
  stats: 'statistics of fields',
  facets: 'counts of values',
  kept: 'values of stored fields',
  raw: 'queries in its own language',
};

/** Fields that give an order: those of numbers and dates, and declared keywords. */
function orderFields(declared: readonly DeclaredField[]): readonly string[] {
  return [...NUMBER_FIELDS, ...declared.filter(({ kind }) => kind !== 'text').map(({ name }) => name)];
}

/** Fields of which there are statistics. */
export function statsFields(declared: readonly DeclaredField[]): readonly string[] {
  const own = declared.filter(({ kind }) => kind === 'date' || kind === 'number');
  return [...NUMBER_FIELDS, ...own.map(({ name }) => name)];
}

/** @throws HayrickError QUERY_UNSUPPORTED that names the engine */
export function checkCan(what: Optional, supports: Capabilities, engine: string): void {
  if (supports[what] === true) return;
  throw new HayrickError(
    'QUERY_UNSUPPORTED',
    `The engine "${engine}" does not support ${NAMES[what]}. Leave that out, or ask another connection.`,
  );
}

/** @throws HayrickError FIELD_UNKNOWN */
export function checkOneOf(field: string, known: readonly string[], what: string): void {
  if (known.includes(field)) return;
  throw new HayrickError('FIELD_UNKNOWN', `No ${what} "${String(field)}". There are: ${known.join(', ')}.`);
}

/** @throws HayrickError ARGUMENT_INVALID, FIELD_UNKNOWN, PAGE_TOO_DEEP */
export function checkOrder(
  { order, limit, offset, after }: OrderRequest,
  maxResults: number,
  declared: readonly DeclaredField[],
): void {
  if (order.length === 0) throw invalid('An order needs a field at least.');
  const known = orderFields(declared);
  for (const { field } of order) checkOneOf(field, known, 'order by');
  if (new Set(order.map(({ field }) => field)).size < order.length)
    throw invalid('An order names no field twice.');
  if (!isWhole(limit) || !isWhole(offset)) throw invalid('Limit and offset are whole numbers, 0 or more.');
  if (offset + limit > maxResults) {
    throw new HayrickError(
      'PAGE_TOO_DEEP',
      `Offset ${offset} and limit ${limit} together reach beyond ${maxResults} results: walk on behind the last one.`,
    );
  }
  if (after === null) return;
  if (offset > 0) throw invalid('Give either an offset or a place to go on behind, not both.');
  const fits = after.values.length === order.length && isMessageId(after.id);
  if (!fits) throw invalid('The place to go on behind has a value for each field of the order, and an id.');
}

/**
 * @param archives that may be read: more than that many names there are not
 * @throws HayrickError ARGUMENT_INVALID, FIELD_UNKNOWN, QUERY_TOO_LARGE
 */
export function checkFacets(
  { facets }: FacetRequest,
  declared: readonly DeclaredField[],
  { archives }: Access,
): void {
  const known = facetFields(declared);
  for (const { field, limit } of facets) {
    checkOneOf(field, known, 'values to count of');
    if (!isWhole(limit) || limit === 0) throw invalid('A facet has one value or more: a whole number.');
    const most = field === 'archive' ? Math.max(LIMITS.facetValues, archives.length) : LIMITS.facetValues;
    if (limit > most)
      throw new HayrickError('QUERY_TOO_LARGE', `Too many values of a facet: ${limit}, at most ${most}.`);
  }
  if (new Set(facets.map(({ field }) => field)).size < facets.length)
    throw invalid('Facets name no field twice.');
}

/** @throws HayrickError ARGUMENT_INVALID, FIELD_UNKNOWN, QUERY_TOO_LARGE */
export function checkScoring({ narrow, boosts, weights }: Scoring, fields: FieldNames): void {
  if (narrow !== null) checkCondition(narrow, fields);
  if (boosts.length > LIMITS.queryTerms) {
    throw new HayrickError(
      'QUERY_TOO_LARGE',
      `Too many boosts: ${boosts.length}, at most ${LIMITS.queryTerms}.`,
    );
  }
  for (const { condition, factor } of boosts) {
    checkCondition(condition, fields);
    checkFactor(factor);
  }
  for (const [field, factor] of Object.entries(weights)) {
    checkOneOf(field, [...fields.text], 'text field to weigh');
    checkFactor(factor);
  }
}

/** @throws HayrickError ARGUMENT_INVALID, QUERY_TOO_LARGE */
export function checkIdList(ids: readonly string[], most: number): void {
  if (ids.length > most)
    throw new HayrickError('QUERY_TOO_LARGE', `Too many ids: ${ids.length}, at most ${most}.`);
  for (const id of ids) if (!isMessageId(id)) throw invalid(`${JSON.stringify(id)} is no id of a message.`);
}

function checkFactor(factor: number): void {
  if (Number.isFinite(factor) && factor > 0) return;
  throw invalid(`A score is multiplied by a number above 0, not by ${String(factor)}.`);
}

function invalid(message: string): HayrickError {
  return new HayrickError('ARGUMENT_INVALID', message);
}
