import fc from 'fast-check';
import type { Condition, PhraseItem } from '../../backend/index.ts';
import { ARCHIVES, documentId, KEYWORD, KEYWORDS, NUMBERS, TEXT, TOKENS } from './documents.ts';

/** The kinds of condition that an engine may leave out, by the names of its capabilities. */
export interface Kinds {
  readonly phrases: boolean;
  readonly prefixes: boolean;
  readonly proximity: boolean;
  readonly fuzzy: boolean;
}

const token = fc.constantFrom(...TOKENS);
const fields = fc.subarray([...TEXT], { minLength: 1 });
const tokenItem: fc.Arbitrary<PhraseItem> = token.map((t) => ({ kind: 'token', token: t }));
const prefixItem: fc.Arbitrary<PhraseItem> = fc
  .record({
    of: token,
    length: fc.integer({ min: 1, max: 4 }),
    stems: fc.subarray([...TOKENS], { maxLength: 2 }),
  })
  .map(({ of, length, stems }) => {
    const prefix = [...of].slice(0, length).join('');
    return { kind: 'prefix', prefix, stems: stems.filter((stem) => !stem.startsWith(prefix)) };
  });
const limit = fc.option(fc.constantFrom(-5, 0, 1, 7, 1024, 1_000_000_000, 1_600_000_000, 5_000_000_000));

function phrase(items: fc.Arbitrary<readonly PhraseItem[]>): fc.Arbitrary<Condition> {
  return fc.record({ kind: fc.constant('phrase' as const), fields, items });
}

/** Conditions of one part. */
function atom(kinds: Kinds): fc.Arbitrary<Condition> {
  const words = kinds.phrases
    ? fc.array(tokenItem, { minLength: 1, maxLength: 3 })
    : tokenItem.map((item) => [item]);
  const before = kinds.phrases ? fc.array(tokenItem, { maxLength: 2 }) : fc.constant([]);
  const always: fc.Arbitrary<Condition>[] = [
    fc.constantFrom<Condition>({ kind: 'all' }, { kind: 'none' }),
    phrase(words),
    phrase(tokenItem.map((item) => [item])),
    fc.record({
      kind: fc.constant('keyword' as const),
      field: fc.constantFrom(...KEYWORD),
      value: fc.constantFrom(...KEYWORDS),
    }),
    fc.record({
      kind: fc.constant('keyword-prefix' as const),
      field: fc.constantFrom(...KEYWORD),
      prefix: fc.constantFrom(...KEYWORDS, 'a%', 'a_', 'ann@', 'é', ''),
    }),
    fc.record({
      kind: fc.constant('range' as const),
      field: fc.constantFrom(...NUMBERS),
      from: limit,
      to: limit,
    }),
    fc.record({
      kind: fc.constant('ids' as const),
      ids: fc.array(documentId, { maxLength: 20 }).map((ids) => [...new Set(ids)].sort()),
    }),
    fc.record({
      kind: fc.constant('archives' as const),
      names: fc.subarray([...ARCHIVES], { minLength: 1 }),
    }),
  ];
  const near: fc.Arbitrary<Condition> = fc.record({
    kind: fc.constant('near' as const),
    fields,
    tokens: fc.array(token, { minLength: 2, maxLength: 3 }),
    distance: fc.integer({ min: 0, max: 4 }),
  });
  const fuzzy: fc.Arbitrary<Condition> = fc.record({
    kind: fc.constant('fuzzy' as const),
    fields,
    token: fc.constantFrom('jurnal', 'journel', 'привет', 'journal', 'inode'),
    edits: fc.constantFrom(1 as const, 2 as const),
  });
  return fc.oneof(
    ...always,
    ...(kinds.prefixes
      ? [phrase(fc.tuple(before, prefixItem).map(([items, last]) => [...items, last]))]
      : []),
    ...(kinds.proximity ? [near] : []),
    ...(kinds.fuzzy ? [fuzzy] : []),
  );
}

/** Conditions of any shape, a few levels deep. */
export function condition(kinds: Kinds): fc.Arbitrary<Condition> {
  const { tree } = fc.letrec<{ tree: Condition; atom: Condition }>((tie) => ({
    atom: atom(kinds),
    tree: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      tie('atom'),
      fc.record({
        kind: fc.constant('and' as const),
        of: fc.array(tie('tree'), { minLength: 2, maxLength: 3 }),
      }),
      fc.record({
        kind: fc.constant('or' as const),
        of: fc.array(tie('tree'), { minLength: 2, maxLength: 3 }),
      }),
      fc.record({ kind: fc.constant('not' as const), of: tie('tree') }),
    ),
  }));
  return tree;
}

/** As core hands it over: archives that may not be read are named nowhere in it. */
export function namingOnly(readable: readonly string[], condition: Condition): Condition {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return { kind: condition.kind, of: condition.of.map((part) => namingOnly(readable, part)) };
    case 'not':
      return { kind: 'not', of: namingOnly(readable, condition.of) };
    case 'archives': {
      const names = condition.names.filter((name) => readable.includes(name));
      return names.length === 0 ? { kind: 'none' } : { kind: 'archives', names };
    }
    default:
      return condition;
  }
}
