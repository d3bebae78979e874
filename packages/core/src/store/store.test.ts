import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../limits.ts';
import { type Message, parseMessage, type TextRun } from '../message/index.ts';
import { BLOCK_BYTES, TextPacker, textIn, withoutTexts } from './blocks.ts';
import { readKeptText, textInReach, writeKeptText } from './kept-text.ts';

const idOf = (number: number) => number.toString(16).padStart(32, '0');
const texts = fc.array(
  fc.oneof(
    fc.integer({ min: 0, max: 2000 }),
    fc.constantFrom(BLOCK_BYTES - 24, BLOCK_BYTES - 23, 3 * BLOCK_BYTES),
  ),
  { maxLength: 12 },
);

function packed(all: readonly Uint8Array[]) {
  const packer = new TextPacker();
  all.forEach((bytes, i) => {
    packer.add(idOf(i), bytes);
  });
  return packer.take();
}

function blocksOf(blocks: ReturnType<typeof packed>, id: string): Uint8Array[] {
  return blocks.filter(({ ids }) => ids.includes(id)).map(({ bytes }) => bytes);
}

describe('blocks', () => {
  const sample = (sizes: readonly number[]) => sizes.map((size, i) => Buffer.alloc(size, `${i} words `));

  it('give every text back, whole', () => {
    fc.assert(
      fc.property(texts, (sizes) => {
        const all = sample(sizes);
        const blocks = packed(all);
        all.forEach((bytes, i) => {
          expect(textIn(blocksOf(blocks, idOf(i)), idOf(i))?.length).toBe(bytes.length);
          expect(Buffer.compare(textIn(blocksOf(blocks, idOf(i)), idOf(i)) ?? Buffer.of(0), bytes)).toBe(0);
        });
        expect(
          textIn(
            blocks.map(({ bytes }) => bytes),
            idOf(all.length),
          ),
        ).toBeNull();
      }),
      { numRuns: 30 },
    );
  });

  it('without some of their texts hold the others, and nothing else', () => {
    fc.assert(
      fc.property(texts, fc.infiniteStream(fc.boolean()), (sizes, keeps) => {
        const all = sample(sizes);
        const gone = new Set(all.flatMap((_, i) => (keeps.next().value ? [] : [idOf(i)])));
        const blocks = packed(all).flatMap(({ bytes }) => withoutTexts(bytes, gone) ?? []);
        const left = all.filter((_, i) => !gone.has(idOf(i)));
        all.forEach((bytes, i) => {
          const found = textIn(blocksOf(blocks, idOf(i)), idOf(i));
          if (gone.has(idOf(i))) expect(found).toBeNull();
          else expect(Buffer.compare(found ?? Buffer.of(0), bytes)).toBe(0);
        });
        expect(new Set(blocks.flatMap(({ ids }) => ids)).size).toBe(left.length);
      }),
      { numRuns: 30 },
    );
  });

  it('that are damaged, torn or missing hold no text', () => {
    const [block] = packed([Buffer.from('the quick brown fox'.repeat(40))]);
    const bytes = Buffer.from(block?.bytes ?? []);
    for (let at = 0; at < bytes.length; at++) {
      const damaged = Buffer.from(bytes);
      damaged.writeUInt8((bytes[at] ?? 0) ^ 0x55, at);
      const found = textIn([damaged], idOf(0));
      // The frame's header has a bit that says nothing.
      if (found !== null) expect(Buffer.from(found).toString()).toBe('the quick brown fox'.repeat(40));
      expect(textIn([bytes.subarray(0, at)], idOf(0))).toBeNull();
    }
    const long = packed([Buffer.alloc(2 * BLOCK_BYTES, 'x')]).map((one) => one.bytes);
    expect(long.length).toBe(3);
    expect(textIn(long.slice(1), idOf(0))).toBeNull();
    expect(textIn(long.slice(0, 2), idOf(0))).toBeNull();
    expect(textIn([...long].reverse(), idOf(0))).toBeNull();
  });
});

const run = fc.record({
  kind: fc.constantFrom<TextRun['kind']>('own', 'quoted', 'signature', 'attached'),
  bytes: fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 50 }).map((one) => Buffer.from(one)),
    fc.integer({ min: 0, max: 60_000 }).map((n) => Buffer.from('añ€𝄞'.repeat(n / 10))),
  ),
});

describe('a kept text', () => {
  const message = parseMessage(
    Buffer.from('To: Ann <ann@x.example>, b@x.example\nCc: =?utf-8?q?C=C3=A9?= <c@x.example>\n\nHello.\n'),
  );

  it('is what it was', () => {
    fc.assert(
      fc.property(fc.array(run, { maxLength: 12 }), (runs) => {
        const of: Message = { ...message, text: runs, problems: [{ code: 'html-cut', detail: 'a "b"\n' }] };
        const attachments = [{ filename: 'a\n.patch', type: 'text/x-patch', bytes: 12 }];
        const kept = readKeptText(writeKeptText(of, attachments));
        expect(kept).toMatchObject({ to: of.to, cc: of.cc, problems: of.problems, attachments });
        const inReach = textInReach(runs);
        expect(kept?.text.map(({ kind, bytes }) => [kind, Buffer.from(bytes).toString()])).toEqual(
          inReach.map(({ kind, bytes }) => [kind, Buffer.from(bytes).toString()]),
        );
        const bytes = (all: readonly TextRun[]) => all.reduce((sum, one) => sum + one.bytes.length, 0);
        expect(kept?.cut).toBe(bytes(inReach) < bytes(runs));
      }),
      { numRuns: 60 },
    );
  });

  it('has of each kind so much that a snippet is made of it as of the whole, and never half a character', () => {
    fc.assert(
      fc.property(fc.array(run, { maxLength: 12 }), (runs) => {
        const once = textInReach(runs);
        expect(textInReach(once)).toEqual(once);
        for (const kind of ['own', 'quoted', 'signature', 'attached'] as const) {
          const join = (all: readonly TextRun[]) =>
            Buffer.concat(all.flatMap((one) => (one.kind === kind ? [one.bytes] : [])));
          const whole = join(runs);
          const reached = join(once);
          expect(whole.subarray(0, reached.length).equals(reached)).toBe(true);
          expect(isUtf8(reached)).toBe(true);
          if (whole.length <= LIMITS.snippetBytes) expect(reached.length).toBe(whole.length);
          else expect(reached.length).toBeGreaterThan(LIMITS.snippetBytes - 4);
          expect(reached.length).toBeLessThanOrEqual(LIMITS.snippetBytes);
        }
      }),
      { numRuns: 60 },
    );
  });
});
