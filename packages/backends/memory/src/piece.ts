import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { FILE_MODE } from '@hayrick/core/backend';
import { damaged, isMissing, translated, translating } from './failures.ts';

/** A piece of a snapshot is blocks one behind the other: length and CRC-32 of its bytes, 32 bits each, little-endian, then the bytes. */
const HEAD_BYTES = 8;

/** Writes a piece, on disk when it returns; answers its bytes. The next block is asked for when the last one is written. */
export async function writePiece(path: string, blocks: Iterable<Uint8Array>): Promise<number> {
  return translating(path, async () => {
    const file = await open(path, 'wx', FILE_MODE);
    try {
      let bytes = 0;
      const head = Buffer.alloc(HEAD_BYTES);
      for (const block of blocks) {
        head.writeUInt32LE(block.length, 0);
        head.writeUInt32LE(crc32(block), 4);
        await writeWhole(file, head);
        await writeWhole(file, block);
        bytes += HEAD_BYTES + block.length;
      }
      await file.sync();
      return bytes;
    } finally {
      await file.close();
    }
  });
}

/**
 * The blocks of a piece, each in a buffer of its own.
 * @throws HayrickError INDEX_DAMAGED
 */
export async function* readPiece(path: string, bytes: number): AsyncGenerator<Buffer<ArrayBuffer>> {
  const file = await openPiece(path);
  try {
    const { size } = await file.stat();
    if (size !== bytes) throw damaged(path, 'its length is wrong');
    const head = Buffer.alloc(HEAD_BYTES);
    for (let at = 0; at < size; ) {
      await readWhole(file, path, head, at);
      const length = head.readUInt32LE(0);
      at += HEAD_BYTES;
      if (at + length > size) throw damaged(path, `its block at byte ${at} is cut off`);
      const block = Buffer.allocUnsafeSlow(length);
      await readWhole(file, path, block, at);
      if (crc32(block) !== head.readUInt32LE(4))
        throw damaged(path, `its block at byte ${at} is not what was written`);
      at += length;
      yield block;
    }
  } finally {
    await file.close();
  }
}

async function openPiece(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    throw isMissing(error) ? damaged(path, 'it is gone', error) : translated(path, error);
  }
}

async function writeWhole(file: FileHandle, bytes: Uint8Array): Promise<void> {
  let written = 0;
  while (written < bytes.length) written += (await file.write(bytes, written)).bytesWritten;
}

async function readWhole(file: FileHandle, path: string, into: Buffer, at: number): Promise<void> {
  let read = 0;
  while (read < into.length) {
    const { bytesRead } = await file.read(into, read, into.length - read, at + read);
    if (bytesRead === 0) throw damaged(path, 'it ends early');
    read += bytesRead;
  }
}
