import { z } from 'zod';
import { HayrickError } from '../errors.ts';
import type { DeclaredField } from '../fields/fields.ts';
import { LIMITS } from '../limits.ts';
import type { Expression } from './expression.ts';
import { readLookup } from './read-filter.ts';
import { checkColumns } from './rows.ts';
import type { Selection } from './selection.ts';

/** Raised when a selection of an earlier version can no longer be read. */
const FORMAT = 1;

/** A query set without its rights, as JSON. */
export interface SelectionJson extends Selection {
  readonly format: typeof FORMAT;
}

export function writeSelection(selection: Selection): SelectionJson {
  return { format: FORMAT, ...selection };
}

/**
 * Where data enters.
 * @throws HayrickError QUERY_INVALID, FIELD_UNKNOWN, QUERY_TOO_LARGE
 */
export function parseSelection(json: unknown, declared: readonly DeclaredField[]): Selection {
  const parsed = shape().safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue?.path.join('.') ?? '';
    throw invalid(`${where === '' ? 'it' : where}: ${issue?.message ?? 'it cannot be read'}`);
  }
  const { format: _, ...rest } = parsed.data;
  if (rest.columns !== null) checkColumns(rest.columns, declared);
  const read = (value: unknown): Expression => parseExpression(value, declared, 0);
  return {
    ...rest,
    where: read(rest.where),
    narrow: read(rest.narrow),
    boosts: rest.boosts.map(({ of, factor }) => ({ of: read(of), factor })),
  };
}

function shape() {
  return z.strictObject({
    format: z.literal(FORMAT),
    where: z.unknown(),
    narrow: z.unknown(),
    boosts: z.array(z.strictObject({ of: z.unknown(), factor: z.number().positive() })),
    weights: z.record(z.string(), z.number().positive()),
    order: z.array(z.string()),
    start: z.int().min(0),
    end: z.int().min(0).nullable(),
    columns: z.array(z.string()).nullable(),
    flat: z.boolean(),
    highlight: z.boolean(),
    using: z.string().nullable(),
  });
}

/** Lists within lists may be as deep as JSON.parse takes them: so far and no further. */
function parseExpression(value: unknown, declared: readonly DeclaredField[], depth: number): Expression {
  if (depth > 4 * LIMITS.queryDepth)
    throw new HayrickError('QUERY_TOO_LARGE', 'The filters of the JSON lie too deep.');
  if (typeof value !== 'object' || value === null || !('kind' in value)) throw invalid('a filter is missing');
  const inner = (of: unknown): Expression => parseExpression(of, declared, depth + 1);
  switch (value.kind) {
    case 'all':
    case 'none':
      return { kind: value.kind };
    case 'and':
    case 'or':
      if (!('of' in value) || !Array.isArray(value.of)) break;
      return { kind: value.kind, of: value.of.map(inner) };
    case 'not':
      if (!('of' in value)) break;
      return { kind: 'not', of: inner(value.of) };
    case 'query':
      if (!('text' in value && typeof value.text === 'string')) break;
      return { kind: 'query', text: value.text, strict: 'strict' in value && value.strict === true };
    case 'raw':
      if (!('engine' in value && typeof value.engine === 'string' && 'query' in value)) break;
      return { kind: 'raw', engine: value.engine, query: value.query };
    case 'lookup':
      if (!('field' in value && 'lookup' in value && 'value' in value)) break;
      return readLookup(String(value.field), String(value.lookup), value.value, declared);
    default:
  }
  throw invalid(`no filter is like ${JSON.stringify(value).slice(0, 100)}`);
}

function invalid(why: string): HayrickError {
  return new HayrickError('QUERY_INVALID', `The JSON is of no query set: ${why}.`);
}
