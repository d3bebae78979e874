import {
  type Access,
  type Backend,
  type BackendContext,
  type Capabilities,
  type Change,
  type Condition,
  createChangePacker,
  type ErrorCode,
  type GenerationReader,
  type GenerationWriter,
  guardBackend,
  HayrickError,
  LIMITS,
  type SearchRequest,
} from '@hayrick/core/backend';
import { DECLARED } from '@hayrick/core/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { modelBackends } from '../doubles/model-backend.ts';

const CONTEXT: BackendContext = {
  connection: 'guarded',
  directory: '/nowhere',
  settings: {},
  fields: DECLARED,
  maxResults: 1000,
  now: () => 1,
};
const ALL: Condition = { kind: 'all' };
const ALPHA: Access = { archives: ['alpha'] };
const REQUEST: SearchRequest = { condition: ALL, sort: 'newest', limit: 10, offset: 0, after: null };
const ID = 'a'.repeat(32);
const MANY_IDS = Array.from({ length: LIMITS.queryIds + 1 }, (_, i) => i.toString(16).padStart(32, '0'));

/** What the engine was asked, in order. */
let asked: string[];
let supports: Capabilities;
let backend: Backend;
/** What every call of the engine fails with. */
let failure: { readonly thrown: unknown } | null;

/** The model behind the guard, telling what reaches it. */
async function open(): Promise<Backend> {
  const engine = await modelBackends()(CONTEXT);
  supports = { ...engine.supports };
  const writer = (real: GenerationWriter): GenerationWriter => ({
    generation: real.generation,
    get applied() {
      return real.applied;
    },
    write: (...args) => told('write', () => real.write(...args)),
    writePacked: (_, upTo, options) => told('writePacked', () => real.write([], upTo, options)),
    finish: () => told('finish', () => real.finish()),
    close: () => told('close writer', () => real.close()),
  });
  const reader = (real: GenerationReader): GenerationReader => ({
    ...real,
    search: (...args) => told('search', () => real.search(...args)),
    count: (...args) => told('count', () => real.count(...args)),
    explain: (...args) => told('explain', () => real.explain(...args)),
    close: () => told('close reader', () => real.close()),
  });
  const telling: Backend = {
    ...engine,
    get supports() {
      return supports;
    },
    create: async (fingerprint) => writer(await engine.create(fingerprint)),
    writer: async (generation) => writer(await engine.writer(generation)),
    reader: async (generation) => reader(await engine.reader(generation)),
    swap: (generation) => told('swap', () => engine.swap(generation)),
    drop: (generation) => told('drop', () => engine.drop(generation)),
    close: () => told('close', () => engine.close()),
  };
  return guardBackend(telling, CONTEXT);
}

async function told<T>(what: string, call: () => Promise<T>): Promise<T> {
  asked.push(what);
  await Promise.resolve();
  if (failure !== null) throw failure.thrown;
  return call();
}

function put(seq: number, given: Partial<Extract<Change, { kind: 'put' }>> & { id?: string } = {}): Change {
  const { id = seq.toString(16).padStart(32, '0'), ...rest } = given;
  const document = {
    id,
    archives: ['alpha'],
    date: seq,
    received: seq,
    size: 1,
    text: {},
    keywords: {},
    numbers: {},
  };
  return { kind: 'put', seq, document, rank: null, ...rest };
}

async function built(): Promise<string> {
  const writer = await backend.create('fingerprint');
  await writer.write([put(1, { rank: 1 }), put(2, { rank: 2 })], 2);
  await writer.finish();
  await writer.close();
  return writer.generation;
}

async function refuses(call: Promise<unknown>, code: ErrorCode): Promise<void> {
  await expect(call).rejects.toMatchObject({ name: 'HayrickError', code });
}

beforeEach(async () => {
  asked = [];
  failure = null;
  backend = await open();
});

describe('a question that no engine should get', () => {
  const own = ['own'];
  const token = { kind: 'token', token: 'journal' } as const;
  const prefix = { kind: 'prefix', prefix: 'jour', stems: [] } as const;
  const stems = Array.from({ length: LIMITS.expansions + 1 }, (_, i) => `stem${i}`);

  it.each<[string, ErrorCode, Partial<SearchRequest>]>([
    ['an order that there is not', 'ARGUMENT_INVALID', { sort: 'random' as SearchRequest['sort'] }],
    ['a negative limit', 'ARGUMENT_INVALID', { limit: -1 }],
    ['half a result', 'ARGUMENT_INVALID', { limit: 1.5 }],
    ['an offset that is no number', 'ARGUMENT_INVALID', { offset: Number.NaN }],
    ['a page too deep', 'PAGE_TOO_DEEP', { offset: 991, limit: 10 }],
    ['a place and an offset', 'ARGUMENT_INVALID', { offset: 1, after: { date: 1, id: ID } }],
    ['a place in order of relevance', 'ARGUMENT_INVALID', { sort: 'relevance', after: { date: 1, id: ID } }],
    ['a place within a second', 'ARGUMENT_INVALID', { after: { date: 1.5, id: ID } }],
    ['a place of no id', 'ARGUMENT_INVALID', { after: { date: 1, id: "' OR 1" } }],
  ])('%s', async (_, code, request) => {
    const reader = await backend.reader(await built());
    await refuses(reader.search({ ...REQUEST, ...request }, ALPHA), code);
    expect(asked).not.toContain('search');
  });

  it.each<[string, ErrorCode, Condition]>([
    [
      'an unknown text field',
      'FIELD_UNKNOWN',
      { kind: 'phrase', fields: ['own', 'nowhere'], items: [token] },
    ],
    ['a keyword field for words', 'FIELD_UNKNOWN', { kind: 'phrase', fields: ['refs'], items: [token] }],
    ['a text field for keywords', 'FIELD_UNKNOWN', { kind: 'keyword', field: 'own', value: 'a' }],
    ['a keyword field for a range', 'FIELD_UNKNOWN', { kind: 'range', field: 'has', from: 1, to: null }],
    ['no field', 'ARGUMENT_INVALID', { kind: 'phrase', fields: [], items: [token] }],
    ['a phrase without words', 'ARGUMENT_INVALID', { kind: 'phrase', fields: own, items: [] }],
    ['a prefix in the midst', 'ARGUMENT_INVALID', { kind: 'phrase', fields: own, items: [prefix, token] }],
    [
      'an empty prefix',
      'ARGUMENT_INVALID',
      { kind: 'phrase', fields: own, items: [{ ...prefix, prefix: '' }] },
    ],
    ['too many stems', 'QUERY_TOO_LARGE', { kind: 'phrase', fields: own, items: [{ ...prefix, stems }] }],
    ['no words near', 'ARGUMENT_INVALID', { kind: 'near', fields: own, tokens: [], distance: 1 }],
    ['words too far', 'QUERY_TOO_LARGE', { kind: 'near', fields: own, tokens: ['a', 'b'], distance: 101 }],
    ['a range to nowhere', 'ARGUMENT_INVALID', { kind: 'range', field: 'date', from: Number.NaN, to: null }],
    ['what is no id', 'ARGUMENT_INVALID', { kind: 'ids', ids: [ID, 'b'] }],
    ['an id in capitals', 'ARGUMENT_INVALID', { kind: 'ids', ids: [ID.toUpperCase()] }],
    ['an id twice', 'ARGUMENT_INVALID', { kind: 'ids', ids: [ID, ID] }],
    ['ids in no order', 'ARGUMENT_INVALID', { kind: 'ids', ids: [ID, '0'.repeat(32)] }],
    ['too many ids', 'QUERY_TOO_LARGE', { kind: 'ids', ids: MANY_IDS }],
    // Core resolves it: no engine is asked for it.
    ['a thread', 'ARGUMENT_INVALID', JSON.parse('{"kind":"thread","of":"x"}') as Condition],
    ['a regular expression', 'ARGUMENT_INVALID', JSON.parse('{"kind":"regex"}') as Condition],
  ])('%s, at any depth', async (_, code, condition) => {
    const reader = await backend.reader(await built());
    const deep: Condition = {
      kind: 'and',
      of: [ALL, { kind: 'or', of: [ALL, { kind: 'not', of: condition }] }],
    };
    await refuses(reader.search({ ...REQUEST, condition: deep }, ALPHA), code);
    await refuses(reader.count(deep, ALPHA), code);
    await refuses(reader.explain(deep, ALPHA), code);
    expect(asked.filter((what) => /search|count|explain/.test(what))).toEqual([]);
  });

  it('without access', async () => {
    const reader = await backend.reader(await built());
    for (const access of [undefined, {}, { archives: 'alpha' }, { archives: [1] }]) {
      await refuses(reader.search(REQUEST, access as Access), 'ARGUMENT_INVALID');
      await refuses(reader.count(ALL, access as Access), 'ARGUMENT_INVALID');
      await refuses(reader.explain(ALL, access as Access), 'ARGUMENT_INVALID');
    }
    expect(asked).not.toContain('search');
  });

  it('of those who may read nothing is answered without it', async () => {
    const reader = await backend.reader(await built());
    expect(await reader.search(REQUEST, { archives: [] })).toEqual({ hits: [] });
    expect(await reader.count(ALL, { archives: [] })).toBe(0);
    expect(asked.filter((what) => /search|count/.test(what))).toEqual([]);
  });
});

it('capabilities are read anew at each call', async () => {
  const reader = await backend.reader(await built());
  const condition: Condition = { kind: 'fuzzy', fields: ['own'], token: 'journal', edits: 1 };
  expect(await reader.count(condition, ALPHA)).toBe(0);
  await reader.search({ ...REQUEST, sort: 'relevance' }, ALPHA);
  supports = { ...supports, fuzzy: false, relevance: false };
  expect(backend.supports.fuzzy).toBe(false);
  await expect(reader.count(condition, ALPHA)).rejects.toThrow('"model" does not support fuzzy words');
  await expect(reader.search({ ...REQUEST, sort: 'relevance' }, ALPHA)).rejects.toThrow('order by relevance');
});

describe('a failure of the engine', () => {
  class DiskError extends Error {
    readonly code = 'ENOSPC';
  }
  const locked = new HayrickError('LOCKED', 'busy');
  it.each<[string, unknown, ErrorCode, RegExp]>([
    ['of its library', new RangeError('oops'), 'ENGINE_FAILED', /"model" failed: oops/],
    ['that is no error', 'oops', 'ENGINE_FAILED', /oops/],
    ['for want of room', new DiskError('no space left'), 'DISK_FULL', /Make room/],
    ['that is told as it should be', locked, 'LOCKED', /^busy$/],
  ])('%s reaches the caller as a HayrickError', async (_, thrown, code, text) => {
    const reader = await backend.reader(await built());
    failure = { thrown };
    await expect(reader.count(ALL, ALPHA)).rejects.toMatchObject({ name: 'HayrickError', code });
    await expect(reader.count(ALL, ALPHA)).rejects.toThrow(text);
    await expect(backend.drop(reader.generation)).rejects.toMatchObject({ code });
    await expect(reader.close()).rejects.toMatchObject({ code });
  });

  it('is the reason of the caller who has aborted', async () => {
    const reader = await backend.reader(await built());
    const abort = new AbortController();
    const count = reader.count(ALL, ALPHA, { signal: abort.signal });
    abort.abort(new RangeError('changed my mind'));
    failure = { thrown: abort.signal.reason };
    await expect(count).rejects.toBe(abort.signal.reason);
  });
});

describe('a batch that no engine should get', () => {
  it.each<[string, readonly Change[], number]>([
    ['an id that is none', [put(3, { id: 'A'.repeat(32) })], 3],
    ['a removal of an id that is none', [{ kind: 'remove', seq: 3, id: '../a' }], 3],
    ['the seq 0', [put(0)], 3],
    ['a seq that is no whole number', [put(2.5, { id: ID })], 3],
    ['seqs out of order', [put(4), put(3)], 4],
    ['one seq twice', [put(3), put(3)], 3],
    ['a seq behind the end', [put(4)], 3],
    ['an end before what is applied', [], 1],
    ['no end', [put(3)], Number.NaN],
    ['a rank outside of a bulk build', [put(3, { rank: 3 })], 3],
  ])('%s', async (_, changes, upTo) => {
    const writer = await backend.writer(await built());
    asked = [];
    await refuses(writer.write(changes, upTo), 'ARGUMENT_INVALID');
    expect(asked).toEqual([]);
    expect(writer.applied).toBe(2);
  });

  it('in a bulk build seqs may come in any order and lie behind, but ranks count from 1', async () => {
    const writer = await backend.create('fingerprint');
    await writer.write([put(9, { rank: 2 }), put(4, { rank: 1 })], 0);
    await refuses(writer.write([put(5, { rank: 0 })], 0), 'ARGUMENT_INVALID');
  });

  it('packed batches are passed on as they are', async () => {
    const packer = createChangePacker();
    packer.add(put(3));
    const packed = packer.take();
    const writer = await backend.writer(await built());
    await refuses(writer.writePacked?.(packed, 1) ?? Promise.resolve(), 'ARGUMENT_INVALID');
    await writer.writePacked?.(packed, 3);
    expect(asked.filter((what) => what === 'writePacked')).toHaveLength(1);
    expect(writer.applied).toBe(3);
  });
});

describe('state', () => {
  it('updates come one behind the other', async () => {
    const writer = await backend.writer(await built());
    await Promise.all([3, 4, 5].map((seq) => writer.write([put(seq)], seq)));
    expect(writer.applied).toBe(5);
    // One that fails does not hold up the next.
    const [failed, next] = await Promise.allSettled([writer.write([put(9)], 8), writer.write([put(6)], 6)]);
    expect([failed?.status, next?.status]).toEqual(['rejected', 'fulfilled']);
  });

  it('what is finished takes nothing more', async () => {
    const writer = await backend.create('fingerprint');
    await writer.finish();
    await refuses(writer.write([put(1)], 1), 'CLOSED');
    await refuses(writer.finish(), 'CLOSED');
  });

  it('finishing waits for batches under way and lets no other in', async () => {
    const writer = await backend.create('fingerprint');
    const write = writer.write([put(1)], 1);
    const finish = writer.finish();
    await refuses(writer.write([put(2)], 2), 'CLOSED');
    await Promise.all([write, finish]);
    expect(asked).toEqual(['write', 'finish']);
  });

  it('an unfinished generation does not go live', async () => {
    const writer = await backend.create('fingerprint');
    await writer.close();
    await refuses(backend.swap(writer.generation), 'ARGUMENT_INVALID');
    expect(asked).not.toContain('swap');
  });

  it('a generation has one writer at a time, and is not dropped under it', async () => {
    const generation = await built();
    const writer = await backend.writer(generation);
    await refuses(backend.writer(generation), 'LOCKED');
    await refuses(backend.drop(generation), 'LOCKED');
    expect(asked).not.toContain('drop');
    await writer.close();
    await (await backend.writer(generation)).close();
    await backend.drop(generation);
    await refuses(backend.writer(generation), 'GENERATION_NONE');
    await refuses(backend.writer(generation), 'GENERATION_NONE');
  });

  it.each(['', '.', '..', '../g1', 'a/b', 'a\\b', 'a\0'])('%j names no generation', async (name) => {
    for (const call of [backend.reader, backend.writer, backend.swap, backend.drop]) {
      await refuses(call(name), 'GENERATION_NONE');
    }
    expect(asked).toEqual([]);
  });

  it('closing waits for what is under way, ends readers and writers first, and happens once', async () => {
    const generation = await built();
    const reader = await backend.reader(generation);
    const writer = await backend.writer(generation);
    asked = [];
    const search = reader.search(REQUEST, ALPHA);
    const write = writer.write([put(3)], 3);
    await Promise.all([backend.close(), backend.close(), reader.close()]);
    expect((await search).hits).toHaveLength(2);
    expect(await write).toMatchObject({ added: 1 });
    expect(asked.slice(0, 2).toSorted()).toEqual(['search', 'write']);
    expect(asked.slice(2, 4).toSorted()).toEqual(['close reader', 'close writer']);
    expect(asked.slice(4)).toEqual(['close']);
    await refuses(reader.count(ALL, ALPHA), 'CLOSED');
    await refuses(writer.write([put(4)], 4), 'CLOSED');
    await refuses(backend.live(), 'CLOSED');
  });

  it('what is aborted beforehand does not reach the engine', async () => {
    const generation = await built();
    const signal = AbortSignal.abort(new Error('changed my mind'));
    const reader = await backend.reader(generation);
    const writer = await backend.writer(generation);
    asked = [];
    await expect(reader.search(REQUEST, ALPHA, { signal })).rejects.toThrow('changed my mind');
    await expect(writer.write([put(3)], 3, { signal })).rejects.toThrow('changed my mind');
    await expect(writer.finish({ signal })).rejects.toThrow('changed my mind');
    expect(asked).toEqual([]);
    await writer.write([put(3)], 3);
  });
});
