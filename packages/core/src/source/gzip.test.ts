import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { readGzip } from './gzip.ts';
import { closeFile, openFile } from './open-file.ts';
import { readMbox } from './read-mbox.ts';
import type { PackedEnd } from './unpacking.ts';

const folder = mkdtempSync(join(tmpdir(), 'hayrick-gzip-'));
afterAll(() => rmSync(folder, { recursive: true }));

const TEXT = Buffer.from(Array.from({ length: 40_000 }, (_, i) => `line ${i * i}\n`).join(''));
const PACKED = gzipSync(TEXT);
const flip = (bytes: Buffer, at: number) =>
  Buffer.concat([bytes.subarray(0, at), Buffer.from([~(bytes[at] ?? 0)]), bytes.subarray(at + 1)]);

/** A header with every optional field (RFC 1952, section 2.3.1), before the data of a plain one. */
function withFullHeader(packed: Buffer, nameBytes: number): Buffer {
  const head = Buffer.from(packed.subarray(0, 10));
  head[3] = 2 | 4 | 8 | 16;
  const extra = Buffer.from([4, 0, 1, 2, 0, 4]);
  return Buffer.concat([
    head,
    extra,
    Buffer.from(`${'n'.repeat(nameBytes)}\0comment\0`),
    Buffer.from([1, 2]),
    packed.subarray(10),
  ]);
}

async function unpack(content: Buffer, step?: number): Promise<{ bytes: Buffer; end: PackedEnd }> {
  const path = join(folder, 'packed');
  writeFileSync(path, content);
  const file = openFile(path);
  try {
    const chunks = readGzip(file, step);
    const parts: Buffer[] = [];
    let next = await chunks.next();
    for (; next.done !== true; next = await chunks.next()) parts.push(next.value);
    return { bytes: Buffer.concat(parts), end: next.value };
  } finally {
    closeFile(file);
  }
}

describe('readGzip', () => {
  it.each([
    ['one member', PACKED, 1],
    ['several members', Buffer.concat([PACKED, PACKED, PACKED]), 3],
    ['empty members between', Buffer.concat([gzipSync(''), PACKED, gzipSync(''), gzipSync(''), PACKED]), 2],
    ['stored data', gzipSync(TEXT, { level: 0 }), 1],
    ['padding behind', Buffer.concat([PACKED, Buffer.alloc(5000)]), 1],
    ['padding between', Buffer.concat([PACKED, Buffer.alloc(5000), PACKED]), 2],
    ['a full header', withFullHeader(PACKED, 10), 1],
    ['a long header', Buffer.concat([PACKED, withFullHeader(PACKED, 100_000)]), 2],
  ])('unpacks %s', async (_, packed, times) => {
    for (const step of [undefined, 1000]) {
      const { bytes, end } = await unpack(packed, step);
      expect(bytes.equals(Buffer.concat(Array.from({ length: times }, () => TEXT)))).toBe(true);
      expect(end).toEqual({ damage: null, trailing: 0 });
    }
  });

  it('finds the end of members that end just where a step does', async () => {
    const packed = gzipSync('abc');
    for (const step of Array.from({ length: packed.length }, (_, i) => i + 1)) {
      const { bytes, end } = await unpack(Buffer.concat([packed, packed]), step);
      expect([bytes.toString(), end]).toEqual(['abcabc', { damage: null, trailing: 0 }]);
    }
  });

  it.each([
    ['text', Buffer.from('junk')],
    ['what begins like gzip', Buffer.from([0x1f, 0x8b, 7, 0])],
    ['one byte', Buffer.from([0x1f])],
  ])('unpacks all before trailing %s and counts it', async (_, junk) => {
    const { bytes, end } = await unpack(Buffer.concat([PACKED, junk]));
    expect(bytes.equals(TEXT)).toBe(true);
    expect(end).toEqual({ damage: null, trailing: junk.length });
  });

  it.each([
    ['within data', PACKED.subarray(0, PACKED.length - 1000), 'it ends within compressed data'],
    ['before the checksum', PACKED.subarray(0, PACKED.length - 8), 'it ends within'],
    ['within the checksum', PACKED.subarray(0, PACKED.length - 3), 'it ends within a checksum'],
    ['within a header', Buffer.concat([PACKED, PACKED.subarray(0, 7)]), 'it ends within a header'],
  ])('gives what there is of a file torn %s', async (_, torn, damage) => {
    const { bytes, end } = await unpack(torn);
    expect(bytes.equals(TEXT.subarray(0, bytes.length))).toBe(true);
    expect(bytes.length).toBeGreaterThan(TEXT.length - 10_000);
    expect(end.damage).toContain(damage);
  });

  it('gives what stands before damaged data', async () => {
    const { bytes, end } = await unpack(Buffer.concat([PACKED, flip(PACKED, 20)]), 1000);
    expect(bytes.subarray(0, TEXT.length).equals(TEXT)).toBe(true);
    expect(end.damage).toBe('its compressed data is damaged');
  });

  it('goes on behind a wrong checksum and says so', async () => {
    const { bytes, end } = await unpack(Buffer.concat([flip(PACKED, PACKED.length - 6), PACKED]));
    expect(bytes.length).toBe(2 * TEXT.length);
    expect(end.damage).toContain('checksum');
  });
});

describe('readMbox of a packed file', () => {
  const mark = 'From a@example.org Wed Jan  1 10:08:38 2020\n';
  const box = Buffer.from(
    Array.from({ length: 2000 }, (_, i) => `${mark}Subject: ${i * i * 7919}\n\n${i}\n\n`).join(''),
  );

  async function read(packed: Buffer) {
    const path = join(folder, 'box');
    writeFileSync(path, packed);
    return await Array.fromAsync(readMbox(path));
  }

  it('delivers what a torn file holds, the last message marked, then what is wrong', async () => {
    const items = await read(gzipSync(box).subarray(0, -3000));
    const messages = items.slice(0, -1);
    expect(messages.length).toBeGreaterThan(500);
    expect(messages.map((item) => item.kind === 'message' && item.cut === true)).toEqual(
      messages.map((_, i) => i === messages.length - 1),
    );
    const last = messages.at(-1);
    const reached = last?.kind === 'message' ? last.offset + last.length : 0;
    expect(items.at(-1)).toEqual({
      kind: 'unreadable',
      name: '',
      offset: reached,
      error: expect.objectContaining({
        code: 'SOURCE_UNREADABLE',
        message: expect.stringContaining(`byte ${reached}`),
      }),
    });
  });

  it('reports what trails the packed data as garbage', async () => {
    const items = await read(Buffer.concat([gzipSync(box), Buffer.from('junk')]));
    expect(items.length).toBe(2001);
    expect(items.at(-1)).toMatchObject({ kind: 'garbage', offset: box.length, length: 4 });
  });

  it('reports damage once, whatever the ranges', async () => {
    const path = join(folder, 'box');
    const torn = gzipSync(box).subarray(0, -3000);
    const whole = await read(torn);
    const parts = [];
    for (const [from, to] of [
      [0, 50_000],
      [50_000, box.length],
      [box.length, null],
    ] as const) {
      parts.push(
        ...(await Array.fromAsync(readMbox(path, { from, to }))).map(({ kind, offset }) => [kind, offset]),
      );
    }
    expect(parts).toEqual(whole.map(({ kind, offset }) => [kind, offset]));
  });

  it('is not led astray by the name', async () => {
    const path = join(folder, 'plain.mbox.gz');
    writeFileSync(path, box);
    expect(await Array.fromAsync(readMbox(path))).toHaveLength(2000);
  });
});
