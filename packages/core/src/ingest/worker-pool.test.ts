import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { unpackChanges } from '../backend/packed-changes.ts';
import { identify, scanMessage } from '../message/index.ts';
import { openWorkerPool, type WorkerPool } from './worker-pool.ts';
import type { Batch, BuildItem, ScanUnit, UnitFile } from './worker-protocol.ts';

/** MiB: enough for every message of these tests but one. */
const HEAP = 48;

let directory: string;
let pool: WorkerPool | null = null;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hayrick-pool-'));
});
afterEach(async () => {
  await pool?.close();
  pool = null;
  rmSync(directory, { recursive: true, force: true });
});

function raw(id: string, body: string): string {
  return `From: ann@example.org\nDate: 1 Feb 2020 12:00:00 +0000\nMessage-ID: <${id}@example.org>\n\n${body}\n`;
}

/** Thousands of recipients in domains of fifty labels: each parent domain is a keyword of its own. */
function monster(): string {
  const header = (k: number): string => {
    const addresses = Array.from({ length: 1000 }, (_, i) => {
      const label = `x${(k * 1000 + i).toString(36)}.`;
      return `a@${label.repeat(50)}org`;
    });
    return `To: ${addresses.join(', ')}\n`;
  };
  return Array.from({ length: 8 }, (_, k) => header(k)).join('') + raw('monster', 'hedgehog');
}

/** Files of a folder of .eml files, in this order. */
function write(texts: readonly string[]): UnitFile[] {
  return texts.map((text, i) => {
    const name = `${i}.eml`;
    writeFileSync(join(directory, name), text);
    return { key: i + 1, kind: 'eml', path: directory, name, compression: 'none' };
  });
}

function itemOf(text: string, rank: number): BuildItem {
  const bytes = Buffer.from(text);
  const { id } = identify(scanMessage(bytes), []);
  const size = bytes.length;
  const place = { offset: 0, length: size, object: null };
  return { seq: rank, id, rank, ...place, archives: ['a'], date: 1, received: 1, size };
}

const open = (heap?: number): WorkerPool => {
  pool = openWorkerPool({ threads: 1, fields: [], heap });
  return pool;
};
const scanOf = (files: readonly UnitFile[]): ScanUnit => ({
  kind: 'scan',
  files,
  from: 0,
  to: null,
  history: null,
  skip: [],
  ranked: null,
});

describe('a message that a thread dies of', () => {
  it('is set apart, and those before and behind it are built', async () => {
    const texts = [raw('m1', 'scythe'), monster(), raw('m2', 'quince')];
    const files = write(texts);
    const items = files.map((file, i) => ({ file, items: [itemOf(texts[i] ?? '', i + 1)] }));
    const batches: Batch[] = [];
    await open(HEAP).run({ kind: 'build', files: items, skip: [] }, async (batch) => {
      batches.push(batch);
    });
    const built = batches.flatMap((b) => (b.kind === 'built' ? [...unpackChanges(b.packed)] : []));
    const failed = batches.flatMap((b) => (b.kind === 'built' ? b.failed : []));
    expect(failed).toMatchObject([{ file: 2, offset: 0, why: 'failed', reason: /died of it/ }]);
    expect(new Set(built.map(({ seq }) => seq))).toEqual(new Set([1, 3]));
  });

  it('is no trouble to a thread with the usual heap', async () => {
    const texts = [monster()];
    const files = write(texts);
    const batches: Batch[] = [];
    const items = files.map((file, i) => ({ file, items: [itemOf(texts[i] ?? '', i + 1)] }));
    await open().run({ kind: 'build', files: items, skip: [] }, async (batch) => {
      batches.push(batch);
    });
    const told = batches.map((b) => (b.kind === 'built' ? [b.packed.spans.length, b.failed] : b.kind));
    expect(told).toEqual([[1, []]]);
  });
});

describe('a unit', () => {
  it('whose batch is refused fails with the reason, and the pool goes on', async () => {
    const files = write([raw('m1', 'scythe')]);
    const own = open();
    const refuse = async () => {
      throw new Error('no room');
    };
    await expect(own.run(scanOf(files), refuse)).rejects.toThrow('no room');
    const read: string[] = [];
    await own.run(scanOf(files), async (batch) => {
      if (batch.kind !== 'scanned') return;
      read.push(...batch.batches.flatMap((b) => b.messages.map((m) => m.identity.messageId)));
    });
    expect(read).toEqual(['m1@example.org']);
  });

  it('holds its thread until its batches are dealt with', async () => {
    const files = write(Array.from({ length: 2500 }, (_, i) => raw(`m${i}`, 'scythe')));
    let under = 0;
    let most = 0;
    let messages = 0;
    await open().run(scanOf(files), async (batch) => {
      most = Math.max(most, ++under);
      await new Promise(setImmediate);
      if (batch.kind === 'scanned') messages += batch.batches.reduce((n, b) => n + b.messages.length, 0);
      under--;
    });
    expect({ messages, most }).toEqual({ messages: 2500, most: 1 });
  });

  it('is not begun once the run is interrupted', async () => {
    const interrupt = new AbortController();
    pool = openWorkerPool({ threads: 1, fields: [], signal: interrupt.signal });
    interrupt.abort(new Error('interrupted'));
    const run = pool.run(scanOf(write([raw('m1', 'x')])), async () => {});
    await expect(run).rejects.toThrow('interrupted');
  });
});
