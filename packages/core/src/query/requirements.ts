import { HayrickError, unreachable } from '../errors.ts';
import type { ConditionWithThreads } from './condition.ts';

/** What a condition may ask of an engine beyond words, booleans, ranges and keywords. */
export type Feature = 'phrases' | 'prefixes' | 'proximity' | 'fuzzy' | 'regex';

/** The part of an engine's capabilities that queries depend on. */
export type Supports = Readonly<Record<Feature, boolean>>;

const NAMES: Readonly<Record<Feature, string>> = {
  phrases: 'phrases ("a b")',
  prefixes: 'prefixes (wor*)',
  proximity: 'proximity ("a b"~5)',
  fuzzy: 'fuzzy words (word~)',
  regex: 'regular expressions (subject:/re/)',
};

/** The features a condition needs, that of threads which hold a match included. */
export function requires(condition: ConditionWithThreads): ReadonlySet<Feature> {
  const features = new Set<Feature>();
  collect(condition, features);
  return features;
}

/**
 * Refuses a condition an engine cannot answer, before it is asked.
 * @throws HayrickError QUERY_UNSUPPORTED that names the feature and the engine
 */
export function checkSupported(condition: ConditionWithThreads, supports: Supports, engine: string): void {
  const missing = [...requires(condition)].filter((feature) => !supports[feature]);
  if (missing.length === 0) return;
  const names = missing.map((feature) => NAMES[feature]).join(' and ');
  throw new HayrickError(
    'QUERY_UNSUPPORTED',
    `The engine "${engine}" does not support ${names}. Leave that out of the query, or ask another connection.`,
  );
}

function collect(condition: ConditionWithThreads, features: Set<Feature>): void {
  switch (condition.kind) {
    case 'and':
    case 'or':
      for (const part of condition.of) collect(part, features);
      return;
    case 'not':
      collect(condition.of, features);
      return;
    case 'phrase':
      if (condition.items.length > 1) features.add('phrases');
      if (condition.items.some((item) => item.kind === 'prefix')) features.add('prefixes');
      return;
    case 'near':
      features.add('proximity');
      return;
    case 'fuzzy':
    case 'regex':
      features.add(condition.kind);
      return;
    case 'thread':
      if (typeof condition.of !== 'string') collect(condition.of, features);
      return;
    case 'all':
    case 'none':
    case 'keyword':
    case 'keyword-prefix':
    case 'range':
    case 'archives':
    case 'ids':
      return;
    default:
      unreachable(condition);
  }
}
