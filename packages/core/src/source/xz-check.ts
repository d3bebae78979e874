import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** The checksum of a block's unpacked bytes. */
export interface XzCheck {
  readonly bytes: number;
  add(chunk: Buffer): void;
  /** Whether what was added has this checksum. */
  fits(stored: Buffer): boolean;
}

/** By the type's number: none, reserved, CRC32 and so on. */
const CHECK_BYTES = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64] as const;
/** ECMA-182, reflected: high and low half. */
const CRC64_HIGH = 0xc96c5795;
const CRC64_LOW = 0xd7870f42;

/**
 * Makes the checks of an xz file (The .xz File Format, section 2.1.1.2). Of a type that nobody knows the bytes are passed over.
 * @param type from the stream's header
 */
export function createXzCheck(type: number, crc64: Crc64): XzCheck {
  const bytes = CHECK_BYTES[type] ?? 0;
  switch (type) {
    case 1: {
      let sum = 0;
      return {
        bytes,
        add: (chunk) => {
          sum = crc32(chunk, sum);
        },
        fits: (stored) => stored.readUInt32LE(0) === sum,
      };
    }
    case 4: {
      crc64.start();
      return { bytes, add: (chunk) => crc64.add(chunk), fits: (stored) => crc64.fits(stored) };
    }
    case 10: {
      const hash = createHash('sha256');
      return {
        bytes,
        add: (chunk) => void hash.update(chunk),
        fits: (stored) => hash.digest().equals(stored),
      };
    }
    default:
      return { bytes, add: () => {}, fits: () => true };
  }
}

/** CRC-64, in two halves: numbers of 64 bits are slow. */
export class Crc64 {
  readonly #low = new Int32Array(256);
  readonly #high = new Int32Array(256);
  #sumLow = 0;
  #sumHigh = 0;

  constructor() {
    for (let byte = 0; byte < 256; byte++) {
      let low = byte;
      let high = 0;
      for (let i = 0; i < 8; i++) {
        const odd = (low & 1) === 1;
        low = (low >>> 1) | (high << 31);
        high >>>= 1;
        if (odd) {
          low ^= CRC64_LOW;
          high ^= CRC64_HIGH;
        }
      }
      this.#low[byte] = low;
      this.#high[byte] = high;
    }
  }

  start(): void {
    this.#sumLow = this.#sumHigh = -1;
  }

  add(chunk: Buffer): void {
    let low = this.#sumLow;
    let high = this.#sumHigh;
    for (let i = 0; i < chunk.length; i++) {
      const index = (low ^ (chunk[i] ?? 0)) & 0xff;
      low = ((low >>> 8) | (high << 24)) ^ (this.#low[index] ?? 0);
      high = (high >>> 8) ^ (this.#high[index] ?? 0);
    }
    this.#sumLow = low;
    this.#sumHigh = high;
  }

  fits(stored: Buffer): boolean {
    return stored.readInt32LE(0) === ~this.#sumLow && stored.readInt32LE(4) === ~this.#sumHigh;
  }
}
