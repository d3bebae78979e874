// Hot: the thread in which messages are read, parsed and made into documents. bench: rebuild.
import { parentPort, workerData } from 'node:worker_threads';
import { createUnitRunner } from './run-unit.ts';
import type { FromWorker, ToWorker, Unit, WorkerData } from './worker-protocol.ts';

/** Batches that may be on their way to the host unanswered: one being written, one waiting. */
const CREDITS = 2;

const data = workerData as WorkerData;
const runner = createUnitRunner(data.fields, new Float64Array(data.at));
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
    send({ kind: 'done' });
  } catch (error) {
    send({
      kind: 'failed',
      message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
  }
}

function send(message: FromWorker): void {
  const packed =
    message.kind === 'batch' && message.batch.kind === 'built' ? [message.batch.packed.bytes.buffer] : [];
  parentPort?.postMessage(message, packed);
}
