// The thread in which messages are read again and their snippets made: a large one takes tens of milliseconds, for which no host should stand still.
import { parentPort, workerData } from 'node:worker_threads';
import { ReadBuffers } from '../source/index.ts';
import { readTexts } from './read-text.ts';
import { markByKind, snippetOfScan } from './snippet.ts';
import type {
  FromSnippetThread,
  SnippetThreadData,
  SnippetWork,
  ToSnippetThread,
} from './snippet-protocol.ts';
import { snippetsOfKept } from './snippets-of-kept.ts';

const { headers } = workerData as SnippetThreadData;
const buffers = new ReadBuffers();
const underway = new Map<number, AbortController>();

parentPort?.on('message', (message: ToSnippetThread) => {
  if (message.kind === 'leave') underway.get(message.call)?.abort();
  else void make(message.call, message.work);
});

async function make(call: number, { files, words, kept }: SnippetWork): Promise<void> {
  const controller = new AbortController();
  underway.set(call, controller);
  const markerOf = markByKind(words);
  try {
    const made = snippetsOfKept(files, kept, markerOf);
    const read = await readTexts(made.left, headers, (scan) => snippetOfScan(scan, markerOf), {
      signal: controller.signal,
      buffers,
    });
    const snippets = new Map([...made.snippets, ...read]);
    answer({ kind: 'made', call, snippets });
  } catch (error) {
    answer({
      kind: 'failed',
      call,
      message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
  } finally {
    underway.delete(call);
  }
}

function answer(message: FromSnippetThread): void {
  parentPort?.postMessage(message);
}
