// The worker thread in which one generation is written or read, so that the host's event loop stays free.
import { parentPort, workerData } from 'node:worker_threads';
import { HayrickError } from '@hayrick/core/backend';
import Database from 'better-sqlite3';
import { translate } from './database.ts';
import { openLoader, openUpdater } from './generation-writer.ts';
import { prepareSearcher } from './search.ts';
import type { ThreadCalls, ThreadData, ThreadReply, ThreadRequest } from './thread-protocol.ts';

const data = workerData as ThreadData;
const calls = translate(data.path, () => openCalls(data));

parentPort?.on('message', ({ call, name, args }: ThreadRequest) => {
  const reply = (answer: ThreadReply) => parentPort?.postMessage(answer);
  try {
    const method = calls[name] as ((...values: readonly unknown[]) => unknown) | undefined;
    if (method === undefined) throw new TypeError(`no call ${name} in a thread that does ${data.role}`);
    reply({ call, ok: true, value: translate(data.path, () => method(...args)) });
  } catch (error) {
    const code = error instanceof HayrickError ? error.code : null;
    reply({ call, ok: false, code, message: error instanceof Error ? error.message : String(error) });
  }
});

function openCalls({ role, path, fields }: ThreadData): Partial<ThreadCalls> {
  if (role === 'load') return openLoader(path, fields);
  if (role === 'update') return openUpdater(path, fields);
  const db = new Database(path, { readonly: true, timeout: 10_000 });
  db.pragma('cache_size = -32000');
  db.pragma('mmap_size = 1073741824');
  return { ...prepareSearcher(db, fields), close: () => void db.close() };
}
