import type { DeclaredField } from '../fields/fields.ts';
import type { KeptTexts } from './kept-texts.ts';
import { byFile, type FileToRead, type MessageToRead } from './read-text.ts';
import type { SnippetRequest, Snippets } from './snippet-protocol.ts';
import { SnippetThread } from './snippet-thread.ts';

/** Messages of one request below which another thread would only cost. */
const FEW = 8;

/**
 * The threads that make a site's snippets: one for who searches once, a second from the second search on, so that a page takes half as long
 * where a processor is free.
 */
export class SnippetThreads {
  readonly #first: SnippetThread;
  readonly #second: SnippetThread;
  #requests = 0;

  /** @param texts what is kept of messages; null: all are read from their sources */
  constructor(fields: readonly DeclaredField[], texts: KeptTexts | null) {
    this.#first = new SnippetThread(fields, texts);
    this.#second = new SnippetThread(fields, texts);
  }

  /** Starts what a request will need, so that it is there when the engine has answered. */
  start(): void {
    this.#first.start();
    if (this.#requests > 0) this.#second.start();
  }

  /**
   * As `SnippetThread.make`.
   * @throws the signal's reason
   */
  async make({ files, words }: SnippetRequest, signal?: AbortSignal): Promise<Snippets> {
    const messages = files.reduce((sum, file) => sum + file.messages.length, 0);
    if (messages > 0) this.#requests++;
    if (this.#requests < 2 || messages < FEW) return this.#first.make({ files, words }, signal);
    const [some, others] = halves(files);
    const made = await Promise.all([
      this.#first.make({ files: some, words }, signal),
      this.#second.make({ files: others, words }, signal),
    ]);
    return new Map(made.flatMap((snippets) => [...snippets]));
  }

  async close(): Promise<void> {
    await Promise.all([this.#first.close(), this.#second.close()]);
  }
}

/** Two parts that take about as long: by bytes, and a packed file, which is unpacked from its beginning, in one of them. */
export function halves(
  files: readonly FileToRead[],
): readonly [readonly FileToRead[], readonly FileToRead[]] {
  const pieces = files
    .flatMap(({ file, messages }) =>
      file.compression === 'none' ? messages.map((message) => [message]) : [messages],
    )
    .map((messages) => ({ messages, bytes: messages.reduce((sum, { place }) => sum + place.length, 0) }))
    .sort((a, b) => b.bytes - a.bytes);
  const parts: readonly [MessageToRead[], MessageToRead[]] = [[], []];
  const sums: [number, number] = [0, 0];
  for (const { messages, bytes } of pieces) {
    const lighter = sums[0] <= sums[1] ? 0 : 1;
    parts[lighter].push(...messages);
    sums[lighter] += bytes;
  }
  return [byFile(parts[0]), byFile(parts[1])];
}
