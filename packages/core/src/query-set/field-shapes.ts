import { HayrickError } from '../errors.ts';
import type { DeclaredField } from '../fields/fields.ts';
import { didYouMean } from '../nearest.ts';
import type { LookupName } from './expression.ts';

/** How a field is compared. */
export type ShapeKind = 'text' | 'keyword' | 'flag' | 'list' | 'thread' | 'date' | 'number';

export interface FieldShape {
  readonly kind: ShapeKind;
  readonly lookups: readonly LookupName[];
}

const TEXT: readonly LookupName[] = ['content', 'exact', 'startsWith', 'fuzzy', 'in'];
const WRITTEN: readonly LookupName[] = ['contains', 'endsWith'];
const KEYWORD: readonly LookupName[] = ['exact', 'startsWith', 'in'];
const RANGE: readonly LookupName[] = ['exact', 'gt', 'gte', 'lt', 'lte', 'range', 'in'];

const shape = (kind: ShapeKind, ...lookups: readonly (readonly LookupName[])[]): FieldShape => ({
  kind,
  lookups: lookups.flat(),
});
const text = shape('text', TEXT);
const written = shape('text', TEXT, WRITTEN);
const address = shape('text', TEXT, ['isNull']);
const keyword = shape('keyword', KEYWORD, ['isNull']);

const SHAPES: Readonly<Record<string, FieldShape>> = {
  content: text,
  subject: written,
  filename: written,
  from: shape('text', TEXT, WRITTEN, ['isNull']),
  to: address,
  cc: address,
  bcc: address,
  recipients: text,
  body: text,
  own: text,
  quoted: text,
  attached: text,
  signature: text,
  dfn: text,
  dfa: text,
  dfb: text,
  dfhh: text,
  dfctx: text,
  mid: shape('keyword', KEYWORD, WRITTEN, ['isNull']),
  refs: keyword,
  mime: keyword,
  patchid: keyword,
  dfpre: keyword,
  dfpost: keyword,
  has: shape('flag', ['exact', 'in', 'isNull']),
  list: shape('list', KEYWORD),
  thread: shape('thread', ['exact', 'in']),
  date: shape('date', RANGE),
  received: shape('date', RANGE),
  size: shape('number', RANGE),
};

/** @throws HayrickError FIELD_UNKNOWN */
export function shapeOf(field: string, declared: readonly DeclaredField[]): FieldShape {
  if (Object.hasOwn(SHAPES, field)) return SHAPES[field] ?? text;
  const own = declared.find(({ name }) => name === field);
  if (own !== undefined) return shapeOfOwn(own);
  const known = [...Object.keys(SHAPES), ...declared.map(({ name }) => name)];
  throw new HayrickError(
    'FIELD_UNKNOWN',
    `There is no field "${field}" to filter by.${didYouMean(field, known)} There are: ${known.join(', ')}.`,
  );
}

/** @throws HayrickError FIELD_UNKNOWN, QUERY_INVALID for a lookup that a field does not have */
export function checkLookup(field: string, lookup: string, declared: readonly DeclaredField[]): void {
  const { lookups } = shapeOf(field, declared);
  if (lookups.some((known) => known === lookup)) return;
  throw new HayrickError(
    'QUERY_INVALID',
    `The field "${field}" has no lookup "${lookup}".${didYouMean(lookup, lookups)} It has: ${lookups.join(', ')}.`,
  );
}

function shapeOfOwn({ kind }: DeclaredField): FieldShape {
  if (kind === 'text') return text;
  return kind === 'keyword' ? keyword : shape(kind, RANGE, ['isNull']);
}
