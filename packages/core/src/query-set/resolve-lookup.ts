import { HayrickError, unreachable } from '../errors.ts';
import { readDate } from '../query/dates.ts';
import {
  type Condition,
  type ConditionWithThreads,
  type Query,
  type ResolveContext,
  resolveQuery,
  type Span,
} from '../query/index.ts';
import type { Expression, LookupName, LookupValue } from './expression.ts';
import { shapeOf } from './field-shapes.ts';

type Lookup = Expression & { readonly kind: 'lookup' };
/** `in` is `exact` of any one, `isNull` has no value. */
type OneValued = Exclude<LookupName, 'in' | 'isNull'>;
interface Bounds {
  readonly from: number | null;
  readonly to: number | null;
}

const NOWHERE: Span = { at: 0, length: 0 };
/** What RE2 takes for its own. */
const SPECIAL = /[\\^$.*+?()[\]{}|]/gu;
/** Behind the last letter of a word. */
const WORD_END = '(?:[^\\pL\\pM\\pN]|$)';

/**
 * What a lookup asks of a message.
 * @throws HayrickError QUERY_INVALID for a value that means nothing in the field; texts without a letter or digit match nothing instead
 */
export function resolveLookup(lookup: Lookup, context: ResolveContext): ConditionWithThreads {
  const { field, value } = lookup;
  const { kind } = shapeOf(field, context.fields);
  if (lookup.lookup === 'isNull') return isNull(field, value === true, kind === 'date' || kind === 'number');
  if (lookup.lookup === 'in') return anyOf(listOf(value), (one) => ofOne(lookup, one, context));
  return ofOne(lookup, value, context);
}

function ofOne(lookup: Lookup, value: LookupValue, context: ResolveContext): ConditionWithThreads {
  const name = lookup.lookup === 'in' || lookup.lookup === 'isNull' ? 'exact' : lookup.lookup;
  switch (shapeOf(lookup.field, context.fields).kind) {
    case 'number':
      return inBounds(lookup.field, numberBounds(name, value));
    case 'date':
      return inBounds(lookup.field, dateBounds(lookup.field, name, value, context));
    default:
      return ofText({ ...lookup, lookup: name }, value, context);
  }
}

function ofText(
  { field, lookup }: Lookup,
  value: LookupValue,
  context: ResolveContext,
): ConditionWithThreads {
  const name = field === 'content' ? null : field;
  const span = NOWHERE;
  const text = String(value);
  const lenient = shapeOf(field, context.fields).kind === 'text';
  const ask = (query: Query): ConditionWithThreads => {
    const { condition, problems } = resolveQuery(query, context);
    const [problem] = problems;
    if (problem === undefined || lenient) return condition;
    throw new HayrickError('QUERY_INVALID', `Filter on "${field}": ${problem.message}`);
  };
  switch (lookup) {
    case 'content': {
      const words = text.split(/\s+/u).filter((word) => word !== '');
      const of = words.map((word): Query => ({ kind: 'text', field: name, text: word, quoted: false, span }));
      return of.length === 0 ? { kind: 'none' } : ask({ kind: 'and', of, span });
    }
    case 'exact':
      return ask({ kind: 'text', field: name, text, quoted: true, span });
    case 'startsWith':
      return ask({ kind: 'prefix', field: name, text, span });
    case 'fuzzy': {
      const { word, edits } = fuzzyOf(value);
      return ask({ kind: 'fuzzy', field: name, text: word, edits, span });
    }
    case 'contains':
      return ask({ kind: 'regex', field, pattern: literally(text), span });
    case 'endsWith':
      return ask({ kind: 'regex', field, pattern: `${literally(text)}${WORD_END}`, span });
    default:
      throw new HayrickError('QUERY_INVALID', `The field "${field}" has no lookup "${lookup}".`);
  }
}

function literally(text: string): string {
  return text.replaceAll(SPECIAL, '\\$&');
}

function isNull(field: string, wanted: boolean, ofNumbers: boolean): Condition {
  const some: Condition = ofNumbers
    ? { kind: 'range', field, from: null, to: null }
    : { kind: 'keyword-prefix', field, prefix: '' };
  return wanted ? { kind: 'not', of: some } : some;
}

function anyOf(
  values: readonly (string | number)[],
  ask: (value: string | number) => ConditionWithThreads,
): ConditionWithThreads {
  const of = values.map(ask);
  return of.length === 0 ? { kind: 'none' } : { kind: 'or', of };
}

function inBounds(field: string, { from, to }: Bounds): Condition {
  return { kind: 'range', field, from, to };
}

function numberBounds(lookup: OneValued, value: LookupValue): Bounds {
  const number = Number(value);
  switch (lookup) {
    case 'exact':
      return { from: number, to: number };
    case 'gt':
      return { from: next(number, 1), to: null };
    case 'gte':
      return { from: number, to: null };
    case 'lt':
      return { from: null, to: next(number, -1) };
    case 'lte':
      return { from: null, to: number };
    case 'range': {
      const [from = 0, to = 0] = listOf(value).map(Number);
      return { from, to };
    }
    default:
      return { from: null, to: null };
  }
}

function dateBounds(field: string, lookup: OneValued, value: LookupValue, context: ResolveContext): Bounds {
  const spanOf = (one: LookupValue | undefined): { readonly from: number; readonly to: number } => {
    // Dates of messages are whole seconds; one between two of them has neither.
    if (typeof one === 'number') return { from: Math.ceil(one), to: Math.floor(one) };
    const span = readDate(String(one), context);
    if (span !== null) return span;
    throw new HayrickError(
      'QUERY_INVALID',
      `Filter on "${field}": "${String(one)}" is no date. Write 2020, 2020-03, 2020-03-05, yesterday, "3 weeks ago", or give a Date.`,
    );
  };
  switch (lookup) {
    case 'exact':
      return spanOf(value);
    case 'gt':
      return { from: spanOf(value).to + 1, to: null };
    case 'gte':
      return { from: spanOf(value).from, to: null };
    case 'lt':
      return { from: null, to: spanOf(value).from - 1 };
    case 'lte':
      return { from: null, to: spanOf(value).to };
    case 'range': {
      const [first, last] = listOf(value);
      return { from: spanOf(first).from, to: spanOf(last).to };
    }
    case 'content':
    case 'contains':
    case 'startsWith':
    case 'endsWith':
    case 'fuzzy':
      return { from: null, to: null };
    default:
      return unreachable(lookup);
  }
}

/** The next number that there is: open ends are not part of what engines are asked. IEEE 754 numbers in order are their bits in order. */
function next(number: number, direction: 1 | -1): number {
  if (number === 0) return direction * Number.MIN_VALUE;
  const bits = new BigInt64Array(1);
  const numbers = new Float64Array(bits.buffer);
  numbers[0] = number;
  bits[0] = (bits[0] ?? 0n) + BigInt(number > 0 ? direction : -direction);
  return numbers[0] ?? number;
}

function fuzzyOf(value: LookupValue): { readonly word: string; readonly edits: 1 | 2 } {
  return typeof value === 'object' && 'word' in value ? value : { word: String(value), edits: 1 };
}

function listOf(value: LookupValue): readonly (string | number)[] {
  return Array.isArray(value) ? value : [];
}
