import { once } from 'node:events';
import {
  closeSync,
  createReadStream,
  createWriteStream,
  mkdtempSync,
  openSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGzip } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { watchBuffers } from '../../fixtures/held-buffers.ts';
import { LIMITS } from '../limits.ts';
import { readMbox } from './read-mbox.ts';

const MiB = 1024 * 1024;
const MARK = 'From a@example.org Wed Jan  1 10:08:38 2020\n';
const LINE = Buffer.from(`${'x'.repeat(1023)}\n`.repeat(1024));
const SMALL = Buffer.from(`${MARK}Subject: x\n\n${'y'.repeat(8000)}\n\n`);
const LARGE_MIB = 150;
const SMALL_COUNT = 3000;

const folder = mkdtempSync(join(tmpdir(), 'hayrick-memory-'));
const plain = join(folder, 'box');
const packed = join(folder, 'box.gz');

beforeAll(async () => {
  const file = openSync(plain, 'w');
  for (let i = 0; i < SMALL_COUNT; i++) writeSync(file, SMALL);
  writeSync(file, MARK);
  for (let i = 0; i < LARGE_MIB; i++) writeSync(file, LINE);
  writeSync(file, '\n');
  for (let i = 0; i < SMALL_COUNT; i++) writeSync(file, SMALL);
  closeSync(file);
  await once(
    createReadStream(plain)
      .pipe(createGzip({ level: 1 }))
      .pipe(createWriteStream(packed)),
    'finish',
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

// Windows grow fourfold: beside the one for the longest message the smaller ones before it may still be alive.
describe.each([
  ['plain', plain],
  ['packed', packed],
])('reading a large %s file with one message of 150 MiB', (_, path) => {
  it.each([
    ['the limit', LIMITS.messageBytes, 120 * MiB],
    ['a small limit', MiB, 40 * MiB],
  ])('holds no more than %s and the like of it', async (_limit, messageBytes, bound) => {
    const buffers = watchBuffers(bound);
    const lengths: number[] = [];
    for await (const item of readMbox(path, { messageBytes })) {
      if (item.kind !== 'message') throw new TypeError(item.kind);
      buffers.look();
      if (item.bytes.length !== SMALL.length - MARK.length - 1) lengths.push(item.bytes.length, item.length);
    }
    expect(lengths).toEqual([messageBytes, MARK.length + LARGE_MIB * MiB + 1]);
    expect(buffers.most).toBeLessThan(bound);
  });
});
