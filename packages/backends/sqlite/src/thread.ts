// The worker thread in which one generation is written or read, so that the host's event loop stays free.
import { parentPort, workerData } from 'node:worker_threads';
import { HayrickError, unpackChanges } from '@hayrick/core/backend';
import Database from 'better-sqlite3';
import { translate } from './database.ts';
import { openLoader, openUpdater } from './generation-writer.ts';
import { prepareInspection } from './inspection.ts';
import { prepareSearcher } from './search.ts';
import type { ThreadCalls, ThreadData, ThreadReply, ThreadRequest } from './thread-protocol.ts';

const data = workerData as ThreadData;
const opened = attempt(() => openCalls(data));

parentPort?.on('message', ({ call, name, args }: ThreadRequest) => {
  const answer = attempt(() => {
    if (!opened.ok) throw opened.error;
    const method = opened.value[name] as ((...values: readonly unknown[]) => unknown) | undefined;
    if (method === undefined) throw new TypeError(`no call ${name} in a thread that does ${data.role}`);
    return method(...args);
  });
  parentPort?.postMessage(answer.ok ? { call, ...answer } : failed(call, answer.error));
});

type Attempt<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown };

function attempt<T>(work: () => T): Attempt<T> {
  try {
    return { ok: true, value: translate(data.path, work) };
  } catch (error) {
    return { ok: false, error };
  }
}

function failed(call: number, error: unknown): ThreadReply {
  const code = error instanceof HayrickError ? error.code : null;
  return { call, ok: false, code, message: error instanceof Error ? error.message : String(error) };
}

function openCalls({ role, path, fields }: ThreadData): Partial<ThreadCalls> {
  if (role === 'load' || role === 'update') {
    const writer = role === 'load' ? openLoader(path, fields) : openUpdater(path, fields);
    return { ...writer, writePacked: (packed, upTo) => writer.write(unpackChanges(packed), upTo) };
  }
  const db = new Database(path, { readonly: true, timeout: 10_000 });
  db.pragma('cache_size = -32000');
  db.pragma('mmap_size = 1073741824');
  const calls = role === 'read' ? prepareSearcher(db, fields) : prepareInspection(db, fields);
  return { ...calls, opened: () => undefined, close: () => void db.close() };
}
