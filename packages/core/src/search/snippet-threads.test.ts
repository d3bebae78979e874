import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { analyzeQuery } from '../analysis/index.ts';
import type { PlaceRecord } from '../catalog/catalog.ts';
import { idOf, scanMessage } from '../message/index.ts';
import { byFile } from './read-text.ts';
import type { SnippetRequest } from './snippet-protocol.ts';
import { halves, SnippetThreads } from './snippet-threads.ts';

/** A place in a file of that number. */
function place(file: number, offset: number, length: number, packed = false): PlaceRecord {
  const path = `/mail/${file}.mbox`;
  const lies = {
    archive: 'list',
    kind: 'mbox',
    path,
    name: '',
    object: null,
    stamp: '',
    settled: true,
  } as const;
  return { ...lies, compression: packed ? 'gzip' : 'none', offset, length, received: 0, size: length };
}

describe('halves', () => {
  const message = fc.record({ file: fc.nat(4), length: fc.integer({ min: 1, max: 100_000 }) });

  it('have each message once, packed files whole, and weigh about the same', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 40 }), fc.nat(5), (all, packed) => {
        const files = byFile(
          all.map(({ file, length }, i) => ({
            id: String(i),
            place: place(file, 1000 - i, length, file < packed),
          })),
        );
        const parts = halves(files);
        const ids = parts.flat().flatMap(({ messages }) => messages.map(({ id }) => id));
        expect(ids.toSorted()).toEqual(all.map((_, i) => String(i)).toSorted());
        for (const { file, messages } of parts.flat()) {
          const offsets = messages.map(({ place: at }) => at.offset);
          expect(offsets).toEqual(offsets.toSorted((a, b) => a - b));
          if (file.compression === 'none') continue;
          expect(messages).toHaveLength(
            all.filter(({ file: of }) => file.path === place(of, 0, 0).path).length,
          );
        }
        if (packed > 0) return;
        const [one, other] = parts.map((part) =>
          part.reduce(
            (sum, { messages }) => sum + messages.reduce((n, { place: at }) => n + at.length, 0),
            0,
          ),
        );
        const largest = Math.max(0, ...all.map(({ length }) => length));
        expect(Math.abs((one ?? 0) - (other ?? 0))).toBeLessThanOrEqual(largest);
      }),
    );
  });
});

describe('a page of snippets', () => {
  let folder: string;
  let threads: SnippetThreads;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hayrick-snippets-'));
    threads = new SnippetThreads([], null);
  });
  afterEach(async () => {
    await threads.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Twenty messages in a file each. */
  function request(): SnippetRequest {
    const files = Array.from({ length: 20 }, (_, i) => {
      const bytes = Buffer.from(`Message-ID: <m${i}@x.example>\nSubject: hay\n\nThe journal of day ${i}.\n`);
      const path = join(folder, `${i}.eml`);
      writeFileSync(path, bytes);
      const file: PlaceRecord = { ...place(i, 0, bytes.length), kind: 'eml', path };
      return { file, messages: [{ id: idOf(scanMessage(bytes), []), place: file }] };
    });
    return { files, words: analyzeQuery('journal').map((item) => ({ fields: ['own'], item })) };
  }

  it('is the same from one thread as from two', async () => {
    const asked = request();
    const first = await threads.make(asked);
    expect(first.size).toBe(20);
    const second = await threads.make(asked);
    expect(new Map([...second].toSorted())).toEqual(new Map([...first].toSorted()));
  });

  it('is given up by whoever gives up waiting, in both threads', async () => {
    const asked = request();
    await threads.make(asked);
    const controller = new AbortController();
    const waiting = threads.make(asked, controller.signal);
    controller.abort(new Error('no more'));
    await expect(waiting).rejects.toThrow('no more');
    expect((await threads.make(asked)).size).toBe(20);
  });
});
