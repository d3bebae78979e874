import fs from 'node:fs';
import { dirname, join } from 'node:path';
import type { GenerationInfo, GenerationReader, GenerationWriter } from '@hayrick/core/backend';
import { type Backend, type BackendContext, type BackendModule, HayrickError } from '@hayrick/core/backend';
import { ChangeLog } from './change-log.ts';

/** What settings name: `engine: './engine-files/engine.ts'`. */
export const backend: BackendModule = { contractVersion: 1, engine: 'files', settings: [], open };

const CAN = { phrases: true, atomicBatches: true };
const CANNOT = { prefixes: false, proximity: false, fuzzy: false, regex: false, relevance: false };

async function open({ directory, now }: BackendContext): Promise<Backend> {
  const logs = new Map<string, ChangeLog>();
  const pathOf = (generation: string): string => join(directory, `${generation}.jsonl`);
  const pointer = join(directory, 'CURRENT');
  const last = join(directory, 'LAST');

  /** A generation as it is now, whichever process has written it. */
  function log(generation: string): ChangeLog {
    if (!names().includes(generation)) throw new HayrickError('GENERATION_NONE', `No "${generation}" here.`);
    const one = logs.get(generation) ?? new ChangeLog(pathOf(generation));
    logs.set(generation, one);
    one.refresh();
    return one;
  }

  /** From the oldest to the newest. */
  function names(): string[] {
    const files = fs.existsSync(directory) ? fs.readdirSync(directory) : [];
    const numbers = files.flatMap((name) => /^g(\d+)\.jsonl$/.exec(name)?.[1] ?? []).map(Number);
    return numbers.sort((a, b) => a - b).map((number) => `g${number}`);
  }

  function live(): string | null {
    const name = fs.existsSync(pointer) ? fs.readFileSync(pointer, 'utf8') : '';
    return names().includes(name) ? name : null;
  }

  function describe(name: string): GenerationInfo {
    const { lists, facts, bytes } = log(name);
    const state = name === live() ? 'live' : facts.finished ? 'kept' : 'building';
    return { ...facts, name, state, bytes, documents: lists.documents.size, notes: [] };
  }

  function writer(generation: string): GenerationWriter {
    const one = log(generation);
    return {
      generation,
      get applied() {
        return one.facts.applied;
      },
      write: async (changes, upTo) => one.append({ changes, facts: { applied: upTo } }),
      finish: async () => void one.append({ changes: [], facts: { finished: true } }),
      close: async () => {},
    };
  }

  function reader(generation: string): GenerationReader {
    const lists = () => log(generation).lists;
    return {
      generation,
      fingerprint: log(generation).facts.fingerprint,
      state: async () => `${generation}.${log(generation).bytes}`,
      search: async (request, access) => ({ hits: lists().page(request, access) }),
      count: async (condition, access) => lists().matches(condition, access).length,
      explain: async (asked) => lists().explain(asked),
      close: async () => {},
    };
  }

  return {
    engine: 'files',
    version: 'files 1',
    supports: { ...CAN, ...CANNOT },
    target: directory,
    generations: async () => names().map(describe),
    async create(fingerprint) {
      const before = fs.existsSync(last) ? fs.readFileSync(last, 'utf8') : 'g0';
      const generation = `g${Number(before.slice(1)) + 1}`;
      fs.mkdirSync(directory, { recursive: true, mode: 0o700 });
      fs.writeFileSync(pathOf(generation), '', { mode: 0o600 });
      log(generation).append({ changes: [], facts: { fingerprint, createdAt: now() } });
      replace(last, generation);
      return writer(generation);
    },
    writer: async (generation) => writer(generation),
    async swap(generation) {
      log(generation);
      replace(pointer, generation);
    },
    async drop(generation) {
      log(generation);
      logs.delete(generation);
      fs.rmSync(pathOf(generation));
    },
    live: async () => live(),
    reader: async (generation) => reader(generation),
    async inspect(generation) {
      const { lists } = log(generation);
      const stored = async (after: string | null, limit: number) => lists.stored(after, limit);
      return { generation, stored, check: async () => [], close: async () => {} };
    },
    schema: () => 'a file a generation, a line of JSON a batch; in memory, the ids of each word\n',
    close: async () => logs.clear(),
  };
}

/** Replaces a small file, whole or not at all; with it whatever is new in the folder is on the disk. */
function replace(path: string, text: string): void {
  fs.writeFileSync(`${path}.new`, text, { flush: true, mode: 0o600 });
  fs.renameSync(`${path}.new`, path);
  const folder = fs.openSync(dirname(path), 'r');
  fs.fsyncSync(folder);
  fs.closeSync(folder);
}
