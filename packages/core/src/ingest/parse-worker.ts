// Hot: the thread in which messages are read, parsed and made into documents. bench: rebuild.
import { parentPort, workerData } from 'node:worker_threads';
import { loadHook } from '../document/hook.ts';
import type { Reads } from './report.ts';
import { createUnitRunner } from './run-unit.ts';
import type { Batch, FromWorker, ToWorker, Unit, WorkerData } from './worker-protocol.ts';

/** Batches that may be on their way to the host unanswered: one being written, one waiting. */
const CREDITS = 2;

const data = workerData as WorkerData;
const reads: Reads = { filesOpened: 0, bytesRead: 0, messagesParsed: 0 };
const hook = data.hook === null ? null : await loadHook(data.hook);
const runner = createUnitRunner({ ...data, hook }, new Float64Array(data.at), reads);
let credits = CREDITS;
let wake: (() => void) | null = null;

parentPort?.on('message', (message: ToWorker) => {
  if (message.kind === 'credit') {
    credits++;
    wake?.();
    wake = null;
  } else {
    void run(message.unit);
  }
});

async function run(unit: Unit): Promise<void> {
  try {
    for await (const batch of runner(unit)) {
      if (credits === 0) await new Promise<void>((resolve) => (wake = resolve));
      credits--;
      send({ kind: 'batch', batch });
    }
    send({ kind: 'done', reads: { ...reads } });
    Object.assign(reads, { filesOpened: 0, bytesRead: 0, messagesParsed: 0 });
  } catch (error) {
    send({
      kind: 'failed',
      message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
  }
}

function send(message: FromWorker): void {
  parentPort?.postMessage(message, message.kind === 'batch' ? handedOver(message.batch) : []);
}

function handedOver(batch: Batch): ArrayBuffer[] {
  switch (batch.kind) {
    case 'built':
      return [batch.packed.bytes.buffer, ...batch.texts.map(({ bytes }) => bytes.buffer)];
    case 'scanned':
      return batch.built === null ? [] : handedOver(batch.built.documents);
    case 'dates':
      return batch.files.flatMap(({ offsets, dates }) => [offsets.buffer, dates.buffer]);
  }
}
