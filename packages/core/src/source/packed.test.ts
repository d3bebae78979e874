import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { constants, crc32, gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { watchBuffers } from '../../fixtures/held-buffers.ts';
import { CONTENTS, type Content, longContent } from '../../fixtures/packed/contents.ts';
import { compressionOf } from './compression.ts';
import { closeFile, openFile } from './open-file.ts';
import { readPacked, type UnpackOptions } from './packed.ts';
import type { PackedEnd, Packing } from './unpacking.ts';

const folder = mkdtempSync(join(tmpdir(), 'hayrick-packed-'));
afterAll(() => rmSync(folder, { recursive: true }));

const fixture = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../fixtures/packed/${name}`, import.meta.url)));
const PACKERS: Readonly<Record<Packing, (content: Content) => Buffer>> = {
  gzip: (content) => gzipSync(CONTENTS[content]),
  xz: (content) => fixture(`${content}.xz`),
  zstd: (content) => zstdCompressSync(CONTENTS[content], { params: { [constants.ZSTD_c_checksumFlag]: 1 } }),
  bzip2: (content) => fixture(`${content}.bz2`),
};
const PACKINGS = ['gzip', 'xz', 'zstd', 'bzip2'] as const;
const TEXT = CONTENTS.text;
const END: PackedEnd = { damage: null, trailing: 0 };

let count = 0;
async function unpack(content: Buffer, packing: Packing, options: UnpackOptions = {}) {
  const path = join(folder, String(count++));
  writeFileSync(path, content);
  const file = openFile(path);
  try {
    expect(compressionOf(file)).toBe(packing);
    const chunks = readPacked(file, packing, options);
    const parts: Buffer[] = [];
    let next = await chunks.next();
    for (; next.done !== true; next = await chunks.next()) parts.push(next.value);
    return { bytes: Buffer.concat(parts), end: next.value };
  } finally {
    closeFile(file);
    rmSync(path);
  }
}

describe.each(PACKINGS)('%s', (packing) => {
  const pack = PACKERS[packing];
  const packed = pack('text');

  it.each(['text', 'noise', 'runs', 'nothing', 'zeros'] as const)('gives back %s', async (content) => {
    for (const step of [undefined, 1000]) {
      const { bytes, end } = await unpack(pack(content), packing, { step });
      expect(end).toEqual(END);
      expect(bytes.equals(CONTENTS[content])).toBe(true);
    }
  });

  it('gives the same in any division, padded or not, read in steps of any size', async () => {
    const pieces = (['text', 'noise', 'runs', 'nothing'] as const).map((name) => ({
      content: CONTENTS[name],
      packed: pack(name),
    }));
    const law = fc.asyncProperty(
      fc.array(fc.record({ piece: fc.constantFrom(...pieces), padding: fc.nat(3) }), {
        minLength: 1,
        maxLength: 6,
      }),
      fc.integer({ min: 1, max: 70_000 }),
      async (parts, step) => {
        const file = parts.flatMap(({ piece, padding }) => [piece.packed, Buffer.alloc(padding * 4)]);
        const { bytes, end } = await unpack(Buffer.concat(file), packing, { step });
        expect(end).toEqual(END);
        expect(bytes.equals(Buffer.concat(parts.map(({ piece }) => piece.content)))).toBe(true);
      },
    );
    await fc.assert(law, { numRuns: 40 });
  });

  it('gives what stands before the end of a torn file, and says that it is torn', async () => {
    const file = Buffer.concat([packed, packed]);
    const law = fc.asyncProperty(fc.integer({ min: 10, max: file.length - 1 }), async (length) => {
      fc.pre(length !== packed.length);
      const { bytes, end } = await unpack(file.subarray(0, length), packing);
      expect(Buffer.concat([TEXT, TEXT]).subarray(0, bytes.length).equals(bytes)).toBe(true);
      if (length > packed.length) expect(bytes.length).toBeGreaterThanOrEqual(TEXT.length);
      // Of a second header so little may be left that it is no longer one.
      expect(end.damage !== null || end.trailing === length - packed.length).toBe(true);
    });
    await fc.assert(law, { numRuns: 60 });
  });

  it('never takes what was changed for what was packed', async () => {
    const law = fc.asyncProperty(
      fc.integer({ min: 10, max: packed.length - 1 }),
      fc.integer({ min: 1, max: 255 }),
      async (at, change) => {
        const changed = Buffer.from(packed);
        changed[at] = (changed[at] ?? 0) ^ change;
        const { bytes, end } = await unpack(changed, packing);
        expect(end.damage !== null || bytes.equals(TEXT)).toBe(true);
      },
    );
    await fc.assert(law, { numRuns: 60 });
  });

  it('gives what stands before damage', async () => {
    const second = Buffer.from(packed);
    second.fill(0x55, packed.length >> 1, (packed.length >> 1) + 100);
    const { bytes, end } = await unpack(Buffer.concat([packed, second]), packing);
    expect(bytes.subarray(0, TEXT.length).equals(TEXT)).toBe(true);
    expect(end.damage).toMatch(/damaged|checksum/);
  });

  it('counts what trails it', async () => {
    const { bytes, end } = await unpack(Buffer.concat([packed, Buffer.from('some words')]), packing);
    expect(bytes.equals(TEXT)).toBe(true);
    expect(end).toEqual({ damage: null, trailing: 10 });
  });
});

describe('a file that gives far too much', () => {
  it.each(['xz', 'zstd', 'bzip2'] as const)('%s, is left', async (packing) => {
    const bomb = PACKERS[packing]('zeros');
    const { bytes, end } = await unpack(bomb, packing, { unpackedBytes: 100_000 });
    expect(bytes.length).toBeLessThanOrEqual(1000 * bomb.length);
    expect(end).toEqual({ damage: expect.stringContaining('far too many for its size'), trailing: 0 });
    expect((await unpack(bomb, packing)).end).toEqual(END);
  });

  it('takes no more memory than others', async () => {
    // A frame of blocks that repeat one byte 128 Ki times: four bytes each.
    const block = Buffer.from([2, 0, 16, 0]);
    const frame = [Buffer.from('28b52ffd0080', 'hex').subarray(0, 5), Buffer.from([0x50])];
    const path = join(folder, 'blocks');
    writeFileSync(
      path,
      Buffer.concat([...frame, ...Array.from({ length: 4000 }, () => block), Buffer.from([3, 0, 0])]),
    );
    const file = openFile(path);
    const bound = 200 * 1024 * 1024;
    const buffers = watchBuffers(bound);
    let total = 0;
    for await (const chunk of readPacked(file, 'zstd')) {
      total += chunk.length;
      buffers.look();
    }
    closeFile(file);
    expect(total).toBe(4000 * 128 * 1024);
    expect(buffers.most).toBeLessThan(bound);
  });

  it('is not given a dictionary of any size that it asks for', async () => {
    const packed = PACKERS.xz('text');
    const end = 12 + 4 * ((packed[12] ?? 0) + 1) - 4;
    packed[packed.indexOf(Buffer.from([0x21, 1]), 12) + 2] = 40;
    packed.writeUInt32LE(crc32(packed.subarray(12, end)), end);
    expect((await unpack(packed, 'xz')).end.damage).toContain('more than 128 MiB');
    const long = Buffer.from('28b52ffd00a0', 'hex');
    expect((await unpack(Buffer.concat([long, Buffer.alloc(20)]), 'zstd')).end.damage).toContain('128 MiB');
  });
});

it.each(PACKINGS)('%s is told from a text that begins alike', (packing) => {
  const path = join(folder, 'text');
  writeFileSync(path, Buffer.concat([PACKERS[packing]('text').subarray(0, 1), Buffer.from('h9 is a text')]));
  const file = openFile(path);
  expect(compressionOf(file)).toBe('none');
  closeFile(file);
});

it.each([
  ['blocks.xz', 'xz', TEXT],
  ['sha256.xz', 'xz', TEXT],
  ['long.xz', 'xz', longContent()],
  ['blocks.bz2', 'bzip2', Buffer.concat([TEXT, CONTENTS.noise, TEXT])],
] as const)('unpacks %s', async (name, packing, content) => {
  const { bytes, end } = await unpack(fixture(name), packing);
  expect(end).toEqual(END);
  expect(bytes.equals(content)).toBe(true);
});

it('says of a filter that it cannot undo', async () => {
  expect((await unpack(fixture('delta.xz'), 'xz')).end.damage).toContain('filter');
});
