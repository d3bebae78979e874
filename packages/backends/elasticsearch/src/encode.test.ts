import { type Change, createChangePacker, type Document, unpackChanges } from '@hayrick/core/backend';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type BulkBody, encodeBodies, encodePacked, selectLines } from './encode.ts';

const DOCUMENT: Document = {
  id: 'a1'.padEnd(32, '0'),
  archives: ['alpha', 'be"ta'],
  date: 1,
  received: 2,
  size: 3,
  text: { subject: 'journal ¶ inod', own: '内核 核 𐐨' },
  keywords: { mid: ['"odd"\n@example.org'], has: [] },
  numbers: { score: [-1.5, 0] },
};
const put = (seq: number, given: Partial<Document> = {}): Change => ({
  kind: 'put',
  seq,
  document: { ...DOCUMENT, ...given },
  rank: null,
});
const remove = (seq: number, id: string): Change => ({ kind: 'remove', seq, id });
const LIMIT = 1 << 20;

/** The lines of a body as the server reads them. */
function read({ bytes, lines }: BulkBody): unknown[] {
  const texts = bytes.toString().split('\n');
  expect(texts.pop()).toBe('');
  const whole = lines.map(({ start, end }) => bytes.subarray(start, end).toString()).join('');
  expect(whole).toBe(bytes.toString());
  return texts.map((text) => JSON.parse(text) as unknown);
}

it('a change is its action, with its seq as version, and for a put the document', () => {
  const [body, ...others] = encodeBodies([put(7), remove(8, 'b2')], LIMIT);
  expect(others).toEqual([]);
  const { keywords, numbers, ...rest } = DOCUMENT;
  expect(body && read(body)).toEqual([
    { index: { _id: DOCUMENT.id, version: 7, version_type: 'external_gte' } },
    {
      ...rest,
      digest: 0,
      // JSON.parse rounds.
      idHigh: 0xa100000000000000 - 2 ** 63,
      idLow: -(2 ** 63),
      keyword: keywords,
      number: numbers,
    },
    { delete: { _id: 'b2', version: 8, version_type: 'external_gte' } },
  ]);
  expect(body?.lines.map(({ kind, seq, id }) => [kind, seq, id])).toEqual([
    ['put', 7, DOCUMENT.id],
    ['remove', 8, 'b2'],
  ]);
});

it('what no analyser of core gives is escaped all the same', () => {
  const text = { own: 'a "quote" \\ and\ta\nline', 'odd "name"': 'b' };
  const [body] = encodeBodies([put(1, { text })], LIMIT);
  expect(body && read(body)[1]).toMatchObject({ text });
});

it('numbers beyond what JSON and the engine hold become the outermost ones', () => {
  const numbers = { score: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1] };
  const [body] = encodeBodies([put(1, { numbers, date: 1e300 })], LIMIT);
  expect(body && read(body)[1]).toMatchObject({
    number: { score: [Number.MAX_VALUE, -Number.MAX_VALUE, 1] },
    date: 8_640_000_000_000,
  });
});

it('no changes make no body', () => {
  expect([...encodeBodies([], LIMIT)]).toEqual([]);
});

it('any cut into bodies holds the same lines in the same order, none too long unless it is one change', () => {
  const change = fc.oneof(
    fc
      .record({ seq: fc.nat(), text: fc.string({ unit: 'binary', maxLength: 300 }) })
      .map(({ seq, text }) => put(seq, { text: { own: text } })),
    fc.nat().map((seq) => remove(seq, 'c3')),
  );
  fc.assert(
    fc.property(fc.array(change, { maxLength: 30 }), fc.integer({ min: 1, max: 3000 }), (changes, limit) => {
      const bodies = [...encodeBodies(changes, limit)];
      for (const { bytes, lines } of bodies) expect(bytes.length <= limit || lines.length === 1).toBe(true);
      const [whole] = encodeBodies(changes, Number.MAX_SAFE_INTEGER);
      expect(bodies.flatMap(read)).toEqual(whole === undefined ? [] : read(whole));
      expect(bodies.flatMap(({ lines }) => lines.map(({ seq }) => seq))).toEqual(
        changes.map(({ seq }) => seq),
      );
    }),
  );
});

it('packed changes give the same bodies', () => {
  const text = fc.dictionary(
    fc.constantFrom('own', 'subject', 'odd "name"'),
    fc.string({ unit: fc.constantFrom('a', 'é', '内', '𐐨', ' ', '"', '\\', '\n', '\t') }),
  );
  const packer = createChangePacker();
  fc.assert(
    fc.property(fc.array(text, { maxLength: 10 }), fc.integer({ min: 1, max: 2000 }), (texts, limit) => {
      // An empty list of keywords is not packed.
      const changes = texts.map((one, i) => put(i + 1, { text: one, keywords: { mid: ['a"\n'] } }));
      for (const change of changes) packer.add(change);
      const taken = packer.take();
      const packed = [...encodePacked(taken, limit)].map(read);
      expect(packed).toEqual([...encodeBodies(unpackChanges(taken), limit)].map(read));
    }),
  );
});

it('some lines of a body are a body', () => {
  const [body] = encodeBodies([put(1), remove(2, 'x'), put(3), remove(4, 'y')], LIMIT);
  if (body === undefined) throw new Error('no body');
  const some = selectLines(
    body,
    [1, 2].flatMap((i) => body.lines[i] ?? []),
  );
  expect(read(some)).toEqual(read(body).slice(2, 5));
  expect(some.lines.map(({ seq }) => seq)).toEqual([2, 3]);
});
