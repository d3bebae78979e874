import type { SourceFile } from './source.ts';

/** Knows the files and folders of an archive that were come across: one that several paths lead to (links, patterns that overlap) is read once. */
export class SeenFiles {
  /** Numbers on the disk, by device. */
  readonly #seen = new Map<bigint, Set<bigint>>();

  /** Notes a file. Whether it is met for the first time. */
  enter({ device, inode }: Pick<SourceFile, 'device' | 'inode'>): boolean {
    // Some network disks number nothing.
    if (inode === 0n) return true;
    let numbers = this.#seen.get(device);
    if (numbers === undefined) {
      numbers = new Set();
      this.#seen.set(device, numbers);
    }
    const before = numbers.size;
    return numbers.add(inode).size > before;
  }
}
