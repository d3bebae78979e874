import type { z } from 'zod';
import { didYouMean } from '../nearest.ts';
import { valueAt } from './plain.ts';
import type { Problem } from './problems.ts';
import { CONNECTION_KEYS } from './schema.ts';
import { knownKeys } from './shape.ts';

type Issue = z.core.$ZodIssue;

/** Keys that have a meaning in a later Hayrick: told apart from slips of the keyboard. */
const LATER = new Set(['email', 'jobs', 'web', 'accounts']);
const EXPECTED: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

/** What the schema found wrong in `value`, said for people. Values are never repeated: they may be secret. */
export function complaints(issues: readonly Issue[], value: unknown): Problem[] {
  return issues.flatMap((issue) => complaint(issue, value));
}

function complaint(issue: Issue, value: unknown): Problem[] {
  const path = issue.path;
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ path: [...path, key], message: unknownKey(key, path) }));
    case 'invalid_key':
      return [{ path, message: issue.issues[0]?.message ?? issue.message }];
    case 'invalid_type':
      return [{ path, message: wrongType(issue.expected, valueAt(value, path)) }];
    case 'invalid_value':
      return [{ path, message: wrongChoice(issue.values, valueAt(value, path)) }];
    case 'too_small':
      return [{ path, message: tooSmall(issue.origin, Number(issue.minimum), issue.inclusive !== false) }];
    case 'too_big':
      return [{ path, message: `must be at most ${Number(issue.maximum)}` }];
    default:
      return [{ path, message: issue.message }];
  }
}

function unknownKey(key: string, path: readonly PropertyKey[]): string {
  if (path.length === 0 && LATER.has(key))
    return 'unknown key: it comes with a later version of Hayrick. Take it out.';
  const known = knownKeys(path);
  const near = didYouMean(key, known);
  return `unknown key.${near === '' ? ` Known: ${known.join(', ')}.` : near}`;
}

function wrongType(expected: string, value: unknown): string {
  const what = EXPECTED[expected] ?? expected;
  if (value === undefined) return `required: must be ${what}`;
  return `must be ${what}, not ${kindOf(value)}`;
}

function wrongChoice(values: readonly unknown[], value: unknown): string {
  const words = values.map(String);
  const near = typeof value === 'string' ? didYouMean(value, words) : '';
  const found = value === undefined ? 'required: ' : '';
  return `${found}must be ${words.length > 1 ? 'one of ' : ''}${words.map((w) => JSON.stringify(w)).join(', ')}.${near}`;
}

function tooSmall(origin: string, minimum: number, inclusive: boolean): string {
  if (origin === 'string' || origin === 'array') return 'must not be empty';
  return inclusive ? `must be at least ${minimum}` : `must be more than ${minimum}`;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number' && !Number.isInteger(value)) return 'a broken number';
  return EXPECTED[typeof value]?.replace(' or ', '/') ?? `a ${typeof value}`;
}

/** Keys of a connection that neither core nor its engine knows, each with the nearest one that is known. */
export function strangeKeys(
  keys: readonly string[],
  allowed: readonly string[],
): { readonly key: string; readonly message: string }[] {
  const known = [...CONNECTION_KEYS, ...allowed];
  return keys
    .filter((key) => !known.includes(key))
    .map((key) => ({
      key,
      message: `unknown key.${didYouMean(key, known) || ` Known: ${known.join(', ')}.`}`,
    }));
}
