import { appendFileSync, readFileSync, statSync, truncateSync } from 'node:fs';
import type { Change } from '@hayrick/core/backend';
import { PostingLists } from './posting-lists.ts';

/** A line of the file, as JSON. A batch is one line: it is there wholly or not at all. */
interface Line {
  readonly changes: readonly Change[];
  /** What is known of the generation from here on. */
  readonly facts: Partial<ChangeLog['facts']>;
}

/** One generation: a file that only grows, and all that it says, in memory. */
export class ChangeLog {
  readonly lists = new PostingLists();
  readonly facts = { fingerprint: '', createdAt: 0, applied: 0, finished: false };
  bytes = 0;
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** Takes in what another process has added. What stands behind the last line end is no line yet. */
  refresh(): void {
    if (statSync(this.#path).size === this.bytes) return;
    const fresh = readFileSync(this.#path).subarray(this.bytes);
    const end = fresh.lastIndexOf('\n') + 1;
    const lines = fresh.toString('utf8', 0, end).split('\n').slice(0, -1);
    for (const line of lines) this.#take(JSON.parse(line) as Line);
    this.bytes += end;
  }

  /** Adds a line, and answers when it is on the disk. What a killed process left of one is cut off before. */
  append(line: Line) {
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    truncateSync(this.#path, this.bytes);
    appendFileSync(this.#path, bytes, { flush: true });
    this.bytes += bytes.length;
    return this.#take(line);
  }

  #take({ changes, facts }: Line) {
    Object.assign(this.facts, facts);
    const done = changes.map((change) => this.lists.apply(change));
    const count = (what: 'added' | 'updated' | 'removed') => done.filter((one) => one === what).length;
    return { added: count('added'), updated: count('updated'), removed: count('removed'), refused: [] };
  }
}
