export const LOOKUPS = [
  'content',
  'exact',
  'contains',
  'startsWith',
  'endsWith',
  'fuzzy',
  'gt',
  'gte',
  'lt',
  'lte',
  'range',
  'in',
  'isNull',
] as const;
export type LookupName = (typeof LOOKUPS)[number];

/** As JSON has it: a Date is unix seconds. */
export type LookupValue =
  | string
  | number
  | boolean
  | { readonly word: string; readonly edits: 1 | 2 }
  | readonly (string | number)[];

/** Filters as plain data: what a query set keeps, and its JSON. */
export type Expression =
  | { readonly kind: 'all' }
  | { readonly kind: 'none' }
  | { readonly kind: 'and'; readonly of: readonly Expression[] }
  | { readonly kind: 'or'; readonly of: readonly Expression[] }
  | { readonly kind: 'not'; readonly of: Expression }
  | {
      readonly kind: 'lookup';
      readonly field: string;
      readonly lookup: LookupName;
      readonly value: LookupValue;
    }
  /** In the query language. `strict`: problems are errors. */
  | { readonly kind: 'query'; readonly text: string; readonly strict: boolean }
  /** In an engine's own language. */
  | { readonly kind: 'raw'; readonly engine: string; readonly query: unknown };

export const ALL: Expression = { kind: 'all' };
export const NONE: Expression = { kind: 'none' };

/** Both, without brackets that say nothing. */
export function both(a: Expression, b: Expression): Expression {
  return joined('and', a, b, 'all', 'none');
}

export function either(a: Expression, b: Expression): Expression {
  return joined('or', a, b, 'none', 'all');
}

export function negated(of: Expression): Expression {
  if (of.kind === 'not') return of.of;
  if (of.kind === 'all') return NONE;
  return of.kind === 'none' ? ALL : { kind: 'not', of };
}

/** @param neutral what changes nothing @param absorbing what decides by itself */
function joined(
  kind: 'and' | 'or',
  a: Expression,
  b: Expression,
  neutral: 'all' | 'none',
  absorbing: 'all' | 'none',
): Expression {
  if (a.kind === neutral || b.kind === absorbing) return b;
  if (b.kind === neutral || a.kind === absorbing) return a;
  const parts = (one: Expression): readonly Expression[] => (one.kind === kind ? one.of : [one]);
  return { kind, of: [...parts(a), ...parts(b)] };
}
