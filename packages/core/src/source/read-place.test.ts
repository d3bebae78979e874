import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { readBytes, readPlace, readPlaces } from './read-place.ts';
import { readSourceFile } from './read-source-file.ts';
import type { FileOfSource } from './source.ts';

const folder = mkdtempSync(join(tmpdir(), 'hayrick-place-'));
afterAll(() => rmSync(folder, { recursive: true }));

const MARK = 'From a@example.org Wed Jan  1 10:08:38 2020\n';
const FIRST = `${MARK}A: 1\n\n>From x\n\n`;
const BOX = `${FIRST}${MARK}B: 2\n\n`;

function mbox(name: string, content: string | Buffer): FileOfSource {
  writeFileSync(join(folder, name), content);
  return { kind: 'mbox', path: join(folder, name), name: '' };
}

/** `A: 1`, an empty line and `x`, packed. */
const XZ = '/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQAHQTogMQoKeAoAQJZ83yNBJjIAASAIuxnZux+2830BAAAAAARZWg==';
const BZIP2 = 'QlpoOTFBWSZTWY1xquYAAANcgAAQQAAgECAAAEAgACGADAHnboOLuSKcKEhGuNVzAA==';

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();
const second = { offset: FIRST.length, length: BOX.length - FIRST.length };

describe('a place in an mbox', () => {
  it.each([
    ['plain', BOX],
    ['packed', gzipSync(BOX)],
    ['packed with zstd', zstdCompressSync(BOX)],
  ])('%s', async (_, content) => {
    const file = mbox('box', content);
    expect(text((await readPlace(file, { offset: 0, length: FIRST.length })).bytes)).toBe('A: 1\n\nFrom x\n');
    expect(text((await readPlace(file, second)).bytes)).toBe('B: 2\n');
    expect(text(await readBytes(file, second))).toBe(BOX.slice(FIRST.length));
  });

  it('is cut like the whole file is', async () => {
    const file = mbox('box', BOX);
    const raw = await readPlace(file, { offset: 0, length: FIRST.length }, { messageBytes: 8 });
    const [item] = await Array.fromAsync(readSourceFile(file, { messageBytes: 8 }));
    expect({ kind: 'message', name: '', ...raw }).toEqual(item);
    expect(raw.cut).toBe(true);
  });

  it.each([
    ['beyond the end', { offset: FIRST.length, length: 10_000 }, 'SOURCE_CHANGED'],
    ['where no message begins', { offset: 10, length: 20 }, 'SOURCE_CHANGED'],
  ])('%s is an error', async (_, place, code) => {
    for (const content of [BOX, gzipSync(BOX)]) {
      await expect(readPlace(mbox('box', content), place)).rejects.toMatchObject({ code });
    }
  });

  it.each([
    ['gzip', gzipSync(BOX)],
    ['zstd', zstdCompressSync(BOX)],
  ])('behind %s data is what stands there, and nowhere else', async (_, packed) => {
    const file = mbox('box', Buffer.concat([packed, Buffer.from('scrap')]));
    const scrap = { offset: BOX.length, length: 5 };
    expect(text(await readBytes(file, scrap))).toBe('scrap');
    expect(text(await readBytes(file, scrap, { messageBytes: 3 }))).toBe('scr');
    for (const offset of [BOX.length - 2, BOX.length + 1]) {
      await expect(readBytes(file, { offset, length: 5 })).rejects.toMatchObject({ code: 'SOURCE_CHANGED' });
    }
    await expect(readBytes(mbox('box', BOX), scrap)).rejects.toMatchObject({ code: 'SOURCE_CHANGED' });
  });

  it('of a file that is gone is an error', async () => {
    const file: FileOfSource = { kind: 'mbox', path: join(folder, 'gone'), name: '' };
    await expect(readPlace(file, second)).rejects.toMatchObject({ code: 'SOURCE_MISSING' });
    expect(await Array.fromAsync(readPlaces(file, [second, { offset: 9999, length: 1 }]))).toHaveLength(2);
  });

  it('gives one item for each, also past one that is wrong', async () => {
    const places = [{ offset: 3, length: 10 }, second, { offset: 1_000_000, length: 10 }];
    const items = await Array.fromAsync(readPlaces(mbox('box', BOX), places));
    expect(items.map((item) => item.kind)).toEqual(['unreadable', 'message', 'unreadable']);
  });

  it('must not lie before the one before it', async () => {
    const places = [second, { offset: 0, length: FIRST.length }];
    await expect(Array.fromAsync(readPlaces(mbox('box', BOX), places))).rejects.toMatchObject({
      code: 'ARGUMENT_INVALID',
    });
  });
});

describe('a file of its own', () => {
  function eml(name: string, content: string | Buffer): FileOfSource {
    writeFileSync(join(folder, name), content);
    return { kind: 'eml', path: folder, name };
  }

  it.each<[string, string | Buffer, string]>([
    ['is delivered as it is', 'A: 1\n\n>From x\n\n', 'A: 1\n\n>From x\n\n'],
    ['may be packed', gzipSync('A: 1\n\nx\n'), 'A: 1\n\nx\n'],
    ['may be packed with zstd', zstdCompressSync('A: 1\n\nx\n'), 'A: 1\n\nx\n'],
    ['may be packed with bzip2', Buffer.from(BZIP2, 'base64'), 'A: 1\n\nx\n'],
    ['may be packed with xz', Buffer.from(XZ, 'base64'), 'A: 1\n\nx\n'],
    ['may begin with a postmark', `${MARK}A: 1\n`, 'A: 1\n'],
    ['may begin with a postmark without a date', 'From ann@example.org\r\nA: 1\n', 'A: 1\n'],
    [
      'may begin with a header that has a blank before its colon',
      'From : ann@example.org\nA: 1\n',
      'From : ann@example.org\nA: 1\n',
    ],
    ['may be longer than the first look', `A: 1\n\n${'x'.repeat(100_000)}`, `A: 1\n\n${'x'.repeat(100_000)}`],
    ['may be as long as the first look', 'x'.repeat(32 * 1024), 'x'.repeat(32 * 1024)],
  ])('%s', async (_, content, expected) => {
    const file = eml('1.eml', content);
    const items = await Array.fromAsync(readSourceFile(file));
    expect(items).toMatchObject([{ kind: 'message', name: '1.eml', offset: 0, placeDate: null }]);
    const [item] = items;
    if (item?.kind !== 'message') throw new TypeError('no message');
    expect(text(item.bytes)).toBe(expected);
    expect(item.length).toBe(typeof content === 'string' ? content.length : expected.length);
    expect(await readPlace(file, item)).toMatchObject({ bytes: item.bytes, length: item.length });
  });

  it.each([
    ['plain', (content: string) => content],
    ['packed', (content: string) => gzipSync(content)],
  ])('%s, is cut at the limit', async (_, pack) => {
    for (const size of [11, 50_000]) {
      const items = await Array.fromAsync(
        readSourceFile(eml('1.eml', pack('x'.repeat(size))), { messageBytes: 10 }),
      );
      expect(items).toMatchObject([
        { kind: 'message', length: size, cut: true, bytes: Buffer.from('xxxxxxxxxx') },
      ]);
    }
  });

  it('that is empty is garbage', async () => {
    expect(await Array.fromAsync(readSourceFile(eml('1.eml', '')))).toMatchObject([
      { kind: 'garbage', offset: 0, length: 0 },
    ]);
  });

  it('that is torn gives what there is, then what is wrong', async () => {
    const packed = gzipSync(Buffer.from(Array.from({ length: 5000 }, (_, i) => `${i * i}`).join('')));
    const items = await Array.fromAsync(readSourceFile(eml('1.eml', packed.subarray(0, -100))));
    expect(items).toMatchObject([
      { kind: 'message', cut: true },
      { kind: 'unreadable', error: { code: 'SOURCE_UNREADABLE' } },
    ]);
  });

  it('that is gone is unreadable', async () => {
    const items = await Array.fromAsync(readSourceFile({ kind: 'eml', path: folder, name: 'no.eml' }));
    expect(items).toMatchObject([{ kind: 'unreadable', name: 'no.eml', error: { code: 'SOURCE_MISSING' } }]);
  });

  it('tells its time of delivery in a Maildir, and is found after a move', async () => {
    mkdirSync(join(folder, 'cur'));
    mkdirSync(join(folder, 'new'));
    writeFileSync(join(folder, 'new/1577873318.M1P2.host'), 'A: 1\n');
    const file: FileOfSource = { kind: 'maildir', path: folder, name: 'new/1577873318.M1P2.host' };
    expect(await readPlace(file, { offset: 0, length: 5 })).toMatchObject({ placeDate: 1577873318 });
    renameSync(join(folder, file.name), join(folder, 'cur/1577873318.M1P2.host:2,RS'));
    expect(await readPlace(file, { offset: 0, length: 5 })).toMatchObject({
      placeDate: 1577873318,
      bytes: Buffer.from('A: 1\n'),
    });
    rmSync(join(folder, 'cur/1577873318.M1P2.host:2,RS'));
    await expect(readPlace(file, { offset: 0, length: 5 })).rejects.toMatchObject({ code: 'SOURCE_MISSING' });
  });
});
