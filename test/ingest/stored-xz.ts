import { crc32 } from 'node:zlib';

/** Bytes of a chunk of LZMA2 that is stored as it is. */
const CHUNK = 65_536;

/** An .xz file (its format, version 1.2.1) whose content is stored, not compressed: nothing that makes real ones comes with Node. */
export function storedXz(content: Uint8Array): Buffer {
  const flags = Buffer.from([0, 0]);
  const header = Buffer.concat([Buffer.from('fd377a585a00', 'hex'), flags, sum(flags)]);
  // One filter, LZMA2, with a dictionary of 64 KiB.
  const block = Buffer.from([2, 0, 0x21, 1, 8, 0, 0, 0]);
  const chunks: Buffer[] = [];
  for (let at = 0; at < content.length; at += CHUNK) {
    const part = content.subarray(at, at + CHUNK);
    const head = Buffer.from([at === 0 ? 1 : 2, 0, 0]);
    head.writeUInt16BE(part.length - 1, 1);
    chunks.push(head, Buffer.from(part));
  }
  const data = Buffer.concat([...chunks, Buffer.from([0])]);
  const unpadded = block.length + 4 + data.length;
  const index = padded(Buffer.from([0, 1, ...varint(unpadded), ...varint(content.length)]));
  const backward = Buffer.alloc(6);
  backward.writeUInt32LE((index.length + 4) / 4 - 1, 0);
  return Buffer.concat([
    header,
    block,
    sum(block),
    padded(data),
    index,
    sum(index),
    sum(backward),
    backward,
    Buffer.from('YZ'),
  ]);
}

function sum(bytes: Buffer): Buffer {
  const checked = Buffer.alloc(4);
  checked.writeUInt32LE(crc32(bytes), 0);
  return checked;
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) | 128);
  }
}
