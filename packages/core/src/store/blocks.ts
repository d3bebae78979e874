// Hot: once a message of a packed file. bench: rebuild.
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { TextBlock } from './text-store.ts';

/** Bytes of a block before it is compressed: what has to be unpacked for one message. */
export const BLOCK_BYTES: number = 64 * 1024;

/** Before each text, or part of one: 16 bytes of the id, its number among the text's parts, how many there are, and its length. */
const HEAD_BYTES = 16 + 2 + 2 + 4;
/** RFC 8878. A checksum tells of damage that SQLite would not see. */
const ZSTD = { params: { [constants.ZSTD_c_checksumFlag]: 1, [constants.ZSTD_c_compressionLevel]: 1 } };
/** A block is never longer, whatever its frame says. */
const UNZSTD = { maxOutputLength: BLOCK_BYTES };

/** Packs texts into blocks: one a thread. */
export class TextPacker {
  readonly #open = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  #at = 0;
  #ids: string[] = [];
  #blocks: TextBlock[] = [];

  /** @param id 32 hex digits */
  add(id: string, text: Uint8Array): void {
    const most = BLOCK_BYTES - HEAD_BYTES;
    if (text.length + HEAD_BYTES > BLOCK_BYTES - this.#at) this.#close();
    const parts = Math.max(1, Math.ceil(text.length / most));
    for (let part = 0; part < parts; part++) {
      if (part > 0) this.#close();
      this.#write(id, part, parts, text.subarray(part * most, (part + 1) * most));
    }
  }

  /** The blocks of all that was added since the last call. */
  take(): readonly TextBlock[] {
    this.#close();
    const blocks = this.#blocks;
    this.#blocks = [];
    return blocks;
  }

  #write(id: string, part: number, parts: number, bytes: Uint8Array): void {
    const open = this.#open;
    let at = this.#at;
    open.write(id, at, 'hex');
    at = open.writeUInt16LE(part, at + 16);
    at = open.writeUInt16LE(parts, at);
    at = open.writeUInt32LE(bytes.length, at);
    open.set(bytes, at);
    this.#at = at + bytes.length;
    this.#ids.push(id);
  }

  #close(): void {
    if (this.#at === 0) return;
    this.#blocks.push({ bytes: compressed(this.#open.subarray(0, this.#at)), ids: this.#ids });
    this.#at = 0;
    this.#ids = [];
  }
}

/** The text of one message out of the blocks that hold its parts; null where it is not whole or a block is damaged. */
export function textIn(blocks: readonly Uint8Array[], id: string): Uint8Array | null {
  const parts: Uint8Array[] = [];
  for (const block of blocks) {
    for (const frame of framesOf(block)) {
      if (frame.id !== id) continue;
      if (frame.part !== parts.length) return null;
      parts.push(frame.bytes);
      if (parts.length === frame.parts) return Buffer.concat(parts);
    }
  }
  return null;
}

/** The block without the texts of some messages; null where nothing is left, or what there was cannot be read. */
export function withoutTexts(block: Uint8Array, ids: ReadonlySet<string>): TextBlock | null {
  const left: Uint8Array[] = [];
  const of: string[] = [];
  for (const { id, whole } of framesOf(block)) {
    if (ids.has(id)) continue;
    left.push(whole);
    of.push(id);
  }
  return left.length === 0 ? null : { bytes: compressed(Buffer.concat(left)), ids: of };
}

interface Frame {
  readonly id: string;
  readonly part: number;
  readonly parts: number;
  readonly bytes: Uint8Array;
  /** With its head. */
  readonly whole: Uint8Array;
}

/** None of a block that is damaged. */
function framesOf(block: Uint8Array): readonly Frame[] {
  const frames: Frame[] = [];
  const bytes = decompressed(block);
  for (let at = 0; at + HEAD_BYTES <= bytes.length; ) {
    const start = at + HEAD_BYTES;
    const end = start + bytes.readUInt32LE(at + 20);
    if (end > bytes.length) return [];
    frames.push({
      id: bytes.toString('hex', at, at + 16),
      part: bytes.readUInt16LE(at + 16),
      parts: bytes.readUInt16LE(at + 18),
      bytes: bytes.subarray(start, end),
      whole: bytes.subarray(at, end),
    });
    at = end;
  }
  return frames;
}

function compressed(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const block = zstdCompressSync(bytes, ZSTD);
  // It is handed over to another thread, and must not take along what else shares its memory.
  return new Uint8Array(block);
}

function decompressed(block: Uint8Array): Buffer {
  try {
    return zstdDecompressSync(block, UNZSTD);
  } catch {
    return Buffer.alloc(0);
  }
}
