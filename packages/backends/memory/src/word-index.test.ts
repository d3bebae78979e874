import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import MiniSearch, { type AsPlainObject } from 'minisearch';
import { describe, expect, it } from 'vitest';
import { ByteReader } from './byte-reader.ts';
import { fieldsOf } from './sequences.ts';
import { WordIndex } from './word-index.ts';

const FIELDS = ['subject', 'own', 'quoted'];
const TOKENS = ['journal', 'journ', 'jour', 'j', 'inod', 'in', '内核', '核', '𐐨𐐲', 'constructor', '¶', '7'];

type Text = Readonly<Record<string, string>>;
type Step = { readonly put: Text } | { readonly take: number };

const text: fc.Arbitrary<Text> = fc
  .record(
    Object.fromEntries(
      FIELDS.map((field) => [field, fc.array(fc.constantFrom(...TOKENS), { maxLength: 8 })]),
    ),
    { requiredKeys: [] },
  )
  .map((fields) =>
    Object.fromEntries(Object.entries(fields).map(([field, tokens]) => [field, (tokens ?? []).join(' ')])),
  );
const history: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: text.map((put) => ({ put })) },
    { weight: 1, arbitrary: fc.nat().map((take) => ({ take })) },
  ),
  { maxLength: 20 },
);

interface Lived {
  readonly index: WordIndex;
  /** The documents that are left, by slot. */
  readonly left: ReadonlyMap<number, Text>;
}

function live(steps: readonly Step[]): Lived {
  const index = new WordIndex(FIELDS);
  const left = new Map<number, Text>();
  for (const step of steps) {
    if ('put' in step) {
      left.set(index.put(step.put), step.put);
      continue;
    }
    const slot = [...left.keys()][step.take % Math.max(1, left.size)];
    if (slot === undefined) continue;
    index.take(slot);
    left.delete(slot);
  }
  return { index, left };
}

/** MiniSearch as anybody would set it up for these tokens. */
function plain(documents: ReadonlyMap<number, Text>): MiniSearch {
  const search = new MiniSearch<Record<string, string | number>>({
    fields: FIELDS,
    idField: 'slot',
    tokenize: (words) => (words === '' ? [] : words.split(' ')),
    processTerm: (token) => token,
  });
  for (const [slot, one] of documents) search.add({ ...one, slot });
  return search;
}

/** Terms with their fields, documents and times, in no order. */
function contents({ index, documentIds }: AsPlainObject): unknown {
  return new Map(
    [...index].map(([term, fields]) => [
      term,
      Object.entries(fields).map(([field, times]) => [
        field,
        new Map(Object.entries(times).map(([short, n]) => [documentIds[short], n])),
      ]),
    ]),
  );
}

function tokensOf(documents: Iterable<Text>): Set<string> {
  return new Set(
    [...documents].flatMap((one) =>
      Object.values(one)
        .flatMap((words) => words.split(' '))
        .filter((t) => t !== ''),
    ),
  );
}

describe('MiniSearch', () => {
  it('is of the version whose inner parts are used here', () => {
    const path = new URL('../../package.json', import.meta.resolve('minisearch'));
    const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version: string };
    expect(version, 'look through word-index.ts, term-tree.ts and scores.ts before this is raised').toMatch(
      /^7\.2\./,
    );
  });

  it('has in its tree the tokens of all documents and no others', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const { index, left } = live(steps);
        const terms = index.toJSON().index.map(([term]) => term);
        expect(terms).toHaveLength(new Set(terms).size);
        expect(new Set(terms)).toEqual(tokensOf(left.values()));
        expect(index.termCount).toBe(terms.length);
        expect(new Set(index.tokensAt(''))).toEqual(new Set(terms));
      }),
      { numRuns: 300 },
    );
  });

  it('has behind its hash what a MiniSearch without one has', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const { index, left } = live(steps);
        expect(contents(index.toJSON())).toEqual(contents(plain(left).toJSON()));
        expect(index.documentCount).toBe(left.size);
        expect([...TOKENS, 'nothing'].map((token) => index.postings(token) !== null)).toEqual(
          [...TOKENS, 'nothing'].map((token) => tokensOf(left.values()).has(token)),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('finds what a MiniSearch without one finds, by word, prefix and likeness', () => {
    const words = fc.array(fc.constantFrom(...TOKENS, 'jo', 'jurnal'), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(
        history,
        words,
        fc.boolean(),
        fc.constantFrom(false, 1, 2),
        (steps, asked, prefix, fuzzy) => {
          const { index, left } = live(steps);
          const found = (search: Pick<MiniSearch, 'search'>): unknown =>
            new Map(search.search(asked.join(' '), { prefix, fuzzy }).map(({ id, match }) => [id, match]));
          expect(found(index)).toEqual(found(plain(left)));
        },
      ),
      { numRuns: 200 },
    );
  });
});

it('averages depend on what is there, not on how it came', () => {
  fc.assert(
    fc.property(history, (steps) => {
      const { index, left } = live(steps);
      const fresh = live([...left.values()].map((put) => ({ put }))).index;
      for (const field of FIELDS.keys()) {
        const lengths = [...left.values()].map(
          (one) => tokensOf([{ only: one[FIELDS[field] ?? ''] ?? '' }]).size,
        );
        const some = lengths.filter((length) => length > 0);
        const average = some.length === 0 ? 0 : some.reduce((a, b) => a + b) / some.length;
        expect(index.averageLength(field)).toBe(average);
        expect(fresh.averageLength(field)).toBe(average);
      }
    }),
  );
});

it('sequences spell every document as it was put', () => {
  fc.assert(
    fc.property(history, (steps) => {
      const { index, left } = live(steps);
      for (const [slot, one] of left) {
        const spelled = [...fieldsOf(index.sequence(slot))].map(([field, numbers]) => {
          const words: string[] = [];
          for (const reader = new ByteReader(numbers); !reader.done; )
            words.push(index.terms.tokenOf(reader.varint()));
          return [FIELDS[field], words.join(' ')];
        });
        expect(Object.fromEntries(spelled)).toEqual(
          Object.fromEntries(Object.entries(one).filter(([, words]) => words !== '')),
        );
      }
    }),
  );
});

it('a query does not make terms of the words that nobody wrote', () => {
  const { index } = live([{ put: { own: 'journal' } }]);
  const before = index.terms.count;
  index.search('never seen', { prefix: true, fuzzy: 1 });
  expect(index.terms.count).toBe(before);
});

it('a field that the index has not is no field of it', () => {
  const { index } = live([{ put: { own: 'journal', toString: 'inod', other: 'inod' } }]);
  expect(['own', 'other', 'toString', '__proto__'].map((field) => index.numberOfField(field))).toEqual([
    1,
    undefined,
    undefined,
    undefined,
  ]);
  expect(index.postings('inod')).toBeNull();
});
