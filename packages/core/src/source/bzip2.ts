import { setImmediate } from 'node:timers/promises';
import { BitInput, OutOfBits } from './bit-input.ts';
import { Bzip2Block, DamagedBlock } from './bzip2-block.ts';
import type { OpenFile } from './open-file.ts';
import { DAMAGES, STEP_BYTES, type Unpacking } from './unpacking.ts';

const BLOCK = [0x314159, 0x265359] as const;
const END = [0x177245, 0x385090] as const;
const BLOCK_UNIT = 100_000;

/**
 * The unpacked bytes of a bzip2 file with any number of streams, block by block (the format as bzip2 1.0 writes it).
 * @throws HayrickError SOURCE_UNREADABLE
 */
export async function* readBzip2(file: OpenFile, step: number = STEP_BYTES): Unpacking {
  const input = new BitInput(file, step);
  const block = new Bzip2Block();
  let damage: string | null = null;
  try {
    for (let first = true; ; first = false) {
      if (!first && !input.skipZeroBytes()) return { damage, trailing: 0 };
      const level = input.streamLevel();
      if (level === null) {
        if (!first) return { damage, trailing: input.leftBytes };
        return { damage: 'it is not bzip2', trailing: 0 };
      }
      for (;;) {
        const magic = [input.bits(24), input.bits(24)] as const;
        if (magic[0] === END[0] && magic[1] === END[1]) break;
        if (magic[0] !== BLOCK[0] || magic[1] !== BLOCK[1]) return { damage: DAMAGES.data, trailing: 0 };
        const stored = input.bits(16) * 0x10000 + input.bits(16);
        block.read(input, level * BLOCK_UNIT);
        yield* block.unpack();
        if (block.checksum !== stored) damage ??= DAMAGES.checksum;
        // Unpacking is synchronous: let the thread do its other work between the blocks.
        await setImmediate();
      }
      // The sum of the blocks' checksums, which have been looked at.
      input.bits(16);
      input.bits(16);
      input.toByte();
    }
  } catch (error) {
    if (error instanceof OutOfBits) return { damage: DAMAGES.tornData, trailing: 0 };
    if (error instanceof DamagedBlock) return { damage: DAMAGES.data, trailing: 0 };
    throw error;
  }
}
