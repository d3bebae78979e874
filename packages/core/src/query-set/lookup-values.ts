import { HayrickError } from '../errors.ts';
import { FLAGS } from '../fields/fields.ts';
import { LIMITS } from '../limits.ts';
import { didYouMean } from '../nearest.ts';
import type { LookupName } from './expression.ts';
import type { ShapeKind } from './field-shapes.ts';

/**
 * Whether a lookup can have that value.
 * @throws HayrickError QUERY_INVALID, QUERY_TOO_LARGE
 */
export function checkValue(field: string, lookup: LookupName, value: unknown, kind: ShapeKind): void {
  const fail = (wanted: string): never => {
    const got = JSON.stringify(value)?.slice(0, 100) ?? String(value);
    throw new HayrickError('QUERY_INVALID', `"${lookup}" of "${field}" takes ${wanted}, not ${got}.`);
  };
  switch (lookup) {
    case 'isNull':
      if (typeof value !== 'boolean') fail('true or false');
      return;
    case 'fuzzy':
      if (typeof value !== 'string' && !isFuzzy(value)) fail('a word, or { word, edits: 1 or 2 }');
      return;
    case 'in':
      if (!Array.isArray(value)) {
        fail('a list');
        return;
      }
      if (value.length > LIMITS.expansions) {
        const most = LIMITS.expansions;
        throw new HayrickError(
          'QUERY_TOO_LARGE',
          `"in" of "${field}" has ${value.length} values, at most ${most}.`,
        );
      }
      for (const one of value) if (!isOne(one, kind)) fail(`a list of ${NAMES[kind]}s`);
      break;
    case 'range':
      if (!Array.isArray(value) || value.length !== 2 || !value.every((one) => isOne(one, kind)))
        fail(`two ${NAMES[kind]}s`);
      return;
    default:
      if (!isOne(value, kind)) fail(`a ${NAMES[kind]}`);
  }
  if (kind === 'flag') for (const one of [value].flat()) checkFlag(String(one));
}

const NAMES: Readonly<Record<ShapeKind, string>> = {
  text: 'text',
  keyword: 'text',
  flag: 'mark',
  list: 'name',
  thread: 'name',
  number: 'number',
  date: 'date',
};

function isOne(value: unknown, kind: ShapeKind): boolean {
  const isNumber = typeof value === 'number' && Number.isFinite(value);
  if (kind === 'number') return isNumber;
  return typeof value === 'string' || (kind === 'date' && isNumber);
}

function isFuzzy(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('word' in value) || !('edits' in value)) return false;
  return typeof value.word === 'string' && (value.edits === 1 || value.edits === 2);
}

function checkFlag(value: string): void {
  if (FLAGS.some((flag) => flag === value)) return;
  throw new HayrickError(
    'QUERY_INVALID',
    `No message is marked "${value}".${didYouMean(value, FLAGS)} Known are ${FLAGS.join(', ')}.`,
  );
}
