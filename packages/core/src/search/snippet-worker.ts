// The thread in which messages are read again and their snippets made: a large one takes tens of milliseconds, for which no host should stand still.
import { parentPort, workerData } from 'node:worker_threads';
import { readTexts } from './read-text.ts';
import { markByKind, snippetOf } from './snippet.ts';
import type {
  FromSnippetThread,
  SnippetRequest,
  SnippetThreadData,
  ToSnippetThread,
} from './snippet-protocol.ts';

const { headers } = workerData as SnippetThreadData;
const underway = new Map<number, AbortController>();

parentPort?.on('message', (message: ToSnippetThread) => {
  if (message.kind === 'leave') underway.get(message.call)?.abort();
  else void make(message.call, message.request);
});

async function make(call: number, { files, words }: SnippetRequest): Promise<void> {
  const controller = new AbortController();
  underway.set(call, controller);
  const markerOf = markByKind(words);
  try {
    const snippets = await readTexts(
      files,
      headers,
      (message) => snippetOf(message, markerOf),
      controller.signal,
    );
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
