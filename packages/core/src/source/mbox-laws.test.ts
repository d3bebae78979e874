import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { HEAD_BYTES, mayBearLengths } from './content-length.ts';
import { readMbox } from './read-mbox.ts';
import type { ReadOptions } from './read-options.ts';
import { readPlaces } from './read-place.ts';
import type { Extent, ReadItem } from './source.ts';
import { MboxSplitter } from './split-mbox.ts';

const folder = mkdtempSync(join(tmpdir(), 'hayrick-laws-'));
afterAll(() => rmSync(folder, { recursive: true }));

const POSTMARK = 'From a@example.org Wed Jan  1 10:08:38 2020';

/** Lines that a careless reader would stumble over. */
const line = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      '',
      'From ',
      'From',
      POSTMARK,
      `>${POSTMARK}`,
      `>>${POSTMARK}`,
      '> From x',
      '>',
      'From the start',
      ' ',
      '\0',
      'Subject: x',
      'From: x',
      'Look here:',
    ),
  },
  { weight: 3, arbitrary: fc.string({ maxLength: 60 }).map((text) => text.replaceAll(/[\r\n]/g, ' ')) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 3000 }).map((length) => 'x'.repeat(length)) },
);
const message = fc.array(line, { maxLength: 12 }).map((lines) => lines.map((text) => `${text}\n`).join(''));
const messages = fc.array(message, { maxLength: 8 });
const lineEnd = fc.constantFrom('\n', '\r\n', '\r');

/** True only by chance. */
const length = fc.integer({ min: 0, max: 300 }).map((bytes) => `Content-Length: ${bytes}`);
/** Any lines in any order, each with an end of its own. */
const soup = fc
  .array(fc.tuple(fc.oneof({ weight: 9, arbitrary: line }, length), lineEnd), { maxLength: 40 })
  .map((lines) => lines.map(([text, end]) => text + end).join(''));

const withEnds = (text: string, end: string) => text.replaceAll('\n', end);
const mboxOf = (texts: readonly string[], end: string) =>
  withEnds(texts.map((text) => `${POSTMARK}\n${text.replaceAll(/^>*From /gm, '>$&')}\n`).join(''), end);

/** A first message so long that the file's opening is judged before the next one is fed. */
const OPENING = mboxOf([`${'x'.repeat(3000)}\n`], '\n');

type Copy = Omit<Extract<ReadItem, { kind: 'message' }>, 'bytes'> & { readonly text: string };
function copyOf(item: ReadItem): Copy | Exclude<ReadItem, { kind: 'message' }> {
  if (item.kind !== 'message') return item;
  const { bytes, ...rest } = item;
  return { ...rest, text: Buffer.from(bytes).toString() };
}

async function readAll(path: string, options: ReadOptions = {}) {
  const items = [];
  for await (const item of readMbox(path, options)) items.push(copyOf(item));
  return items;
}

function write(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe('an mbox', () => {
  it('reads back what was written, places tiling the file', async () => {
    const law = fc.asyncProperty(messages, lineEnd, async (texts, end) => {
      const content = mboxOf(texts, end);
      const items = await readAll(write('written', content));
      expect(items.map((item) => 'text' in item && item.text)).toEqual(
        texts.map((text) => withEnds(text, end)),
      );
      let reached = 0;
      for (const item of items) {
        expect(item.offset).toBe(reached);
        reached += 'length' in item ? item.length : 0;
      }
      expect(reached).toBe(Buffer.byteLength(content));
    });
    await fc.assert(law);
  });

  it('reads back what was written with lengths and without escapes', async () => {
    const law = fc.asyncProperty(
      messages,
      lineEnd,
      fc.integer({ min: -1, max: 1 }),
      async (bodies, end, more) => {
        const texts = bodies.map((body) => {
          const bytes = Buffer.byteLength(withEnds(body, end)) + more * end.length;
          return withEnds(`From: x\nContent-Length: ${Math.max(0, bytes)}\n\n${body}`, end);
        });
        const content = texts.map((text) => `${withEnds(POSTMARK, end)}${end}${text}${end}`).join('');
        const items = await readAll(write('lengths', content));
        const unescaped = texts.map((text) =>
          text
            .split(end)
            .map((part) => part.replace(/^>(>*From )/, '$1'))
            .join(end),
        );
        expect(items.map((item) => 'text' in item && item.text)).toEqual(unescaped);
      },
    );
    await fc.assert(law);
  });

  it('reads the same packed, divided into members and frames anyhow', async () => {
    const law = fc.asyncProperty(
      messages,
      fc.array(fc.nat(20_000), { maxLength: 4 }),
      fc.constantFrom(gzipSync, zstdCompressSync),
      async (texts, cuts, pack) => {
        const content = Buffer.from(mboxOf(texts, '\n'));
        const edges = [0, ...cuts.sort((a, b) => a - b), content.length];
        const members = edges.map((edge, index) => pack(content.subarray(edges[index - 1] ?? 0, edge)));
        expect(await readAll(write('packed', Buffer.concat(members)))).toEqual(
          await readAll(write('plain', content)),
        );
      },
    );
    await fc.assert(law);
  });

  it('reads the same from pieces of any size', async () => {
    // Not only well-formed ones.
    const anything = fc
      .tuple(fc.oneof(soup, fc.constant(OPENING)), messages, soup)
      .map(([before, texts, behind]) => `${before}${mboxOf(texts, '\n')}${behind}`);
    const limit = fc.constantFrom(1, 100, 1_000_000);
    const law = fc.asyncProperty(
      anything,
      fc.array(fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 9000 })), {
        minLength: 1,
      }),
      limit,
      async (text, sizes, messageBytes) => {
        const content = Buffer.from(text);
        const splitter = new MboxSplitter({
          base: 0,
          from: 0,
          to: Number.POSITIVE_INFINITY,
          messageBytes,
          windowBytes: 8192,
          lengths: mayBearLengths(content.subarray(0, HEAD_BYTES)),
        });
        const items = [];
        let fed = 0;
        for (let turn = 0; !splitter.done; turn++) {
          const size = sizes[turn % sizes.length] ?? 1;
          const taken = content.copy(splitter.room(), 0, fed, fed + size);
          splitter.filled(taken);
          fed += taken;
          if (fed === content.length) splitter.finish(false);
          for (let item = splitter.next(); item !== null; item = splitter.next()) items.push(copyOf(item));
        }
        expect(items).toEqual(await readAll(write('pieces', content), { messageBytes }));
      },
    );
    await fc.assert(law, { numRuns: 300 });
  });

  it.each([1, 10, 1_000_000])(
    'finds a separator wherever pieces and windows end, holding %d bytes',
    (messageBytes) => {
      for (let length = 8000; length < 8300; length++) {
        const content = Buffer.from(mboxOf(['', `${'x'.repeat(length)}\n`, 'y\n'], '\r\n'));
        const options = {
          base: 0,
          from: 0,
          to: Number.POSITIVE_INFINITY,
          messageBytes,
          windowBytes: 8192,
          lengths: false,
        };
        const splitter = new MboxSplitter(options);
        const ends: number[] = [];
        for (let fed = 0; !splitter.done; fed += 61) {
          splitter.filled(content.copy(splitter.room(), 0, fed, fed + 61));
          if (fed + 61 >= content.length) splitter.finish(false);
          for (let item = splitter.next(); item !== null; item = splitter.next()) {
            if (item.kind === 'message') ends.push(item.offset + item.length);
          }
        }
        const separator = POSTMARK.length + 2;
        expect(ends).toEqual([separator + 2, 2 * separator + length + 6, content.length]);
      }
    },
  );

  it('gives every item once in any division into ranges, plain or packed', async () => {
    const anything = fc.tuple(
      fc.oneof(fc.constantFrom('', '\n', '\n\n\n', 'garbage\n\n', 'From loose\nA: 1\n\n', OPENING), soup),
      messages,
      lineEnd,
      soup,
    );
    const law = fc.asyncProperty(
      anything,
      fc.array(fc.nat(8000), { maxLength: 6 }),
      fc.boolean(),
      async ([before, texts, end, behind], cuts, packed) => {
        const content = Buffer.from(before + mboxOf(texts, end) + behind);
        const path = write('ranges', packed ? gzipSync(content) : content);
        const edges = [0, ...cuts.sort((a, b) => a - b), null];
        const parts = [];
        for (const [index, from] of edges.slice(0, -1).entries()) {
          parts.push(
            ...(await readAll(path, { from: from ?? 0, to: edges[index + 1] ?? null, windowBytes: 8192 })),
          );
        }
        expect(parts).toEqual(await readAll(path));
      },
    );
    await fc.assert(law, { numRuns: 300 });
  });

  it('reads the same by place', async () => {
    const law = fc.asyncProperty(
      fc.oneof(
        fc.tuple(messages, lineEnd).map(([texts, end]) => mboxOf(texts, end)),
        soup.map((text) => `${POSTMARK}\n${text}`),
      ),
      fc.boolean(),
      fc.func(fc.boolean()),
      async (text, packed, wanted) => {
        const content = Buffer.from(text);
        const path = write('places', packed ? gzipSync(content) : content);
        const items = (await readAll(path)).filter((item) => wanted(item.offset));
        const places = items.map(
          (item): Extent => ({ offset: item.offset, length: 'length' in item ? item.length : 0 }),
        );
        const again = [];
        for await (const item of readPlaces({ kind: 'mbox', path, name: '' }, places))
          again.push(copyOf(item));
        expect(again).toEqual(items);
      },
    );
    await fc.assert(law);
  });
});
