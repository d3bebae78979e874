import { HayrickError } from '../errors.ts';
import type { DeclaredField } from '../fields/fields.ts';
import { LIMITS } from '../limits.ts';
import {
  ALL,
  both,
  type Expression,
  either,
  type LookupName,
  type LookupValue,
  NONE,
  negated,
} from './expression.ts';
import { checkLookup, shapeOf } from './field-shapes.ts';
import { checkValue } from './lookup-values.ts';

/**
 * What is written as a filter, as an expression. Programs in plain JavaScript may give anything.
 * @throws HayrickError FIELD_UNKNOWN, QUERY_INVALID, QUERY_TOO_LARGE
 */
export function readFilter(filter: unknown, declared: readonly DeclaredField[], depth = 0): Expression {
  if (depth > LIMITS.queryDepth) {
    throw new HayrickError(
      'QUERY_TOO_LARGE',
      `Filters stand within one another more than ${LIMITS.queryDepth} deep.`,
    );
  }
  if (!isRecord(filter)) throw invalid(`A filter is an object of fields, not ${shown(filter)}.`);
  let all: Expression = ALL;
  for (const [key, value] of Object.entries(filter)) {
    if (value === undefined) throw invalid(`The filter on "${key}" has no value.`);
    all = both(all, readPart(key, value, declared, depth));
  }
  return all;
}

function readPart(
  key: string,
  value: unknown,
  declared: readonly DeclaredField[],
  depth: number,
): Expression {
  switch (key) {
    case '$and':
      return listOf(key, value)
        .map((one) => readFilter(one, declared, depth + 1))
        .reduce(both, ALL);
    case '$or':
      return listOf(key, value)
        .map((one) => readFilter(one, declared, depth + 1))
        .reduce(either, NONE);
    case '$not':
      return negated(readFilter(value, declared, depth + 1));
    case '$query':
      if (typeof value !== 'string') throw invalid(`"$query" is a text, not ${shown(value)}.`);
      return { kind: 'query', text: value, strict: false };
    default:
      return readLookups(key, value, declared);
  }
}

function readLookups(field: string, value: unknown, declared: readonly DeclaredField[]): Expression {
  const { kind } = shapeOf(field, declared);
  const lookups = isRecord(value) ? value : { [kind === 'text' ? 'content' : 'exact']: value };
  let all: Expression = ALL;
  for (const [name, one] of Object.entries(lookups)) {
    if (one === undefined) throw invalid(`The lookup "${name}" of "${field}" has no value.`);
    all = both(all, readLookup(field, name, one, declared));
  }
  return all;
}

/** One lookup, as it stands in JSON too. */
export function readLookup(
  field: string,
  lookup: string,
  given: unknown,
  declared: readonly DeclaredField[],
): Expression {
  checkLookup(field, lookup, declared);
  const name = lookup as LookupName;
  const value = plain(given);
  checkValue(field, name, value, shapeOf(field, declared).kind);
  return { kind: 'lookup', field, lookup: name, value: value as LookupValue };
}

/** A Date as unix seconds, also within a list. */
function plain(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  return Array.isArray(value) ? value.map((one: unknown) => plain(one)) : value;
}

function listOf(key: string, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw invalid(`"${key}" is a list of filters, not ${shown(value)}.`);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function shown(value: unknown): string {
  return typeof value === 'function' ? 'a function' : (JSON.stringify(value) ?? String(value)).slice(0, 100);
}

function invalid(message: string): HayrickError {
  return new HayrickError('QUERY_INVALID', message);
}
