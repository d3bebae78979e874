import type {
  Access,
  Backend,
  BackendContext,
  Change,
  Condition,
  Document,
  GenerationReader,
  GenerationWriter,
  SearchRequest,
} from '@hayrick/core/backend';
import { asserting, DECLARED } from '@hayrick/core/testing';
import { describe, expect, it } from 'vitest';
import { modelBackends } from '../doubles/model-backend.ts';

const CONTEXT: BackendContext = {
  connection: 'asserted',
  directory: '/nowhere',
  settings: {},
  fields: DECLARED,
  maxResults: 1000,
  now: () => 1,
};
const ALPHA: Access = { archives: ['alpha'] };
const REQUEST: SearchRequest = {
  condition: { kind: 'all' },
  sort: 'newest',
  limit: 10,
  offset: 0,
  after: null,
};
const id = (number: number): string => number.toString(16).padStart(32, '0');

function document(number: number, given: Partial<Document> = {}): Document {
  const plain = {
    archives: ['alpha'],
    date: number,
    received: 1,
    size: 1,
    text: {},
    keywords: {},
    numbers: {},
  };
  return { id: id(number), ...plain, ...given };
}

function put(seq: number, given: Partial<Document> = {}): Change {
  return { kind: 'put', seq, document: document(seq, given), rank: null };
}

/** The model, spoiled in some of what it does, with both sides held to the contract. */
async function open(
  spoil: {
    readonly backend?: (right: Backend) => Partial<Backend>;
    readonly writer?: (right: GenerationWriter) => Partial<GenerationWriter>;
    readonly reader?: (right: GenerationReader) => Partial<GenerationReader>;
  } = {},
): Promise<Backend> {
  const model = await modelBackends()(CONTEXT);
  const writer = (right: GenerationWriter): GenerationWriter => {
    const own: Partial<GenerationWriter> = spoil.writer?.(right) ?? {};
    return {
      generation: right.generation,
      get applied() {
        return own.applied ?? right.applied;
      },
      write: own.write ?? right.write,
      finish: own.finish ?? right.finish,
      close: own.close ?? right.close,
    };
  };
  const spoiled: Backend = {
    ...model,
    create: async (fingerprint) => writer(await model.create(fingerprint)),
    writer: async (generation) => writer(await model.writer(generation)),
    reader: async (generation) => {
      const right = await model.reader(generation);
      return { ...right, ...spoil.reader?.(right) };
    },
    ...spoil.backend?.(model),
  };
  return asserting(spoiled, CONTEXT);
}

/** Three documents, live. */
async function build(backend: Backend): Promise<string> {
  const writer = await backend.create('fingerprint');
  await writer.write([put(1), put(2), put(3)], 3);
  await writer.finish();
  await writer.close();
  await backend.swap(writer.generation);
  return writer.generation;
}

async function expectBreach(
  by: 'core' | 'engine',
  call: () => Promise<unknown>,
  text: RegExp,
): Promise<void> {
  await expect(call()).rejects.toMatchObject({
    name: 'ContractBreach',
    by,
    message: expect.stringMatching(text),
  });
}

describe('an engine is caught that', () => {
  type Hits = Awaited<ReturnType<GenerationReader['search']>>['hits'];
  const hits = (change: (hits: Hits) => Hits) => (right: GenerationReader) => ({
    search: async (request: SearchRequest, access: Access) => ({
      hits: change((await right.search(request, access)).hits),
    }),
  });

  it.each<[string, RegExp, (right: GenerationReader) => Partial<GenerationReader>, Partial<SearchRequest>?]>([
    [
      'gives more than was asked for',
      /hits where/,
      (r) => ({ search: (q, a) => r.search({ ...q, limit: 9 }, a) }),
      { limit: 1 },
    ],
    ['gives a document twice', /twice/, hits((all) => [...all, ...all])],
    ['gives hits out of order', /out of order/, hits((all) => all.toReversed())],
    ['gives ties out of order', /out of order/, hits((all) => all.map((hit) => ({ ...hit, date: 5 })))],
    ['gives scores in a date order', /score/, hits((all) => all.map((hit) => ({ ...hit, score: 1 })))],
    [
      'gives none in order of relevance',
      /score/,
      hits((all) => all.map((hit) => ({ ...hit, score: null }))),
      { sort: 'relevance' },
    ],
    [
      'gives ids that are none',
      /a hit is/,
      hits((all) => all.slice(0, 1).map((hit) => ({ ...hit, id: '7' }))),
    ],
    [
      'starts over',
      /before the place/,
      (r) => ({ search: (q, a) => r.search({ ...q, after: null }, a) }),
      { after: { date: 2, id: id(2) } },
    ],
  ])('%s', async (_, text, spoil, request = {}) => {
    const backend = await open({ reader: spoil });
    const reader = await backend.reader(await build(backend));
    await expectBreach('engine', () => reader.search({ ...REQUEST, ...request }, ALPHA), text);
  });

  it.each<
    [
      string,
      RegExp,
      (right: GenerationReader) => Partial<GenerationReader>,
      (reader: GenerationReader) => Promise<unknown>,
    ]
  >([
    [
      'counts what is no number',
      /count is/,
      () => ({ count: async () => -1 }),
      (r) => r.count({ kind: 'all' }, ALPHA),
    ],
    ['tells no state', /state/, () => ({ state: async () => '' }), (r) => r.state()],
    [
      'explains nothing',
      /does not tell/,
      () => ({ explain: async () => ({ given: '', examined: 0 }) }),
      (r) => r.explain({ kind: 'all' }, ALPHA),
    ],
    [
      'examined half a document',
      /examined/,
      () => ({ explain: async () => ({ given: 'x', examined: 0.5 }) }),
      (r) => r.explain({ kind: 'all' }, ALPHA),
    ],
  ])('%s', async (_, text, spoil, ask) => {
    const backend = await open({ reader: spoil });
    const reader = await backend.reader(await build(backend));
    await expectBreach('engine', () => ask(reader), text);
  });

  const outcome = { added: 0, updated: 0, removed: 0, refused: [] };
  const refusal = { seq: 4, id: id(4), reason: 'no' };
  it.each<[string, RegExp, (right: GenerationWriter) => Partial<GenerationWriter>]>([
    [
      'loses a put',
      /outcome/,
      (right) => ({ write: async (_, upTo) => ({ ...(await right.write([], upTo)), ...outcome }) }),
    ],
    [
      'counts one too many',
      /outcome/,
      (right) => ({ write: async (all, upTo) => ({ ...(await right.write(all, upTo)), removed: 5 }) }),
    ],
    [
      'refuses one twice',
      /refused twice/,
      (right) => ({
        write: async (_, upTo) => ({ ...(await right.write([], upTo)), refused: [refusal, refusal] }),
      }),
    ],
    [
      'refuses without a reason',
      /why/,
      (right) => ({
        write: async (_, upTo) => ({
          ...(await right.write([], upTo)),
          added: 1,
          refused: [{ ...refusal, reason: '' }],
        }),
      }),
    ],
    ['stays behind', /left .* at 3/, (right) => ({ write: (all) => right.write(all, 3) })],
    ['runs ahead', /nothing beyond/, (right) => ({ write: (all) => right.write(all, 99) })],
  ])('%s', async (_, text, spoil) => {
    let live = false;
    const backend = await open({ writer: (right) => (live ? spoil(right) : {}) });
    const generation = await build(backend);
    live = true;
    const writer = await backend.writer(generation);
    await expectBreach('engine', () => writer.write([put(4), put(5)], 5), text);
  });

  it('forgets what it has applied', async () => {
    let applied = 0;
    const backend = await open({
      writer: () => ({
        get applied() {
          return applied;
        },
        write: async (changes, upTo) => {
          applied = upTo;
          return { ...outcome, added: changes.length };
        },
      }),
    });
    const writer = await backend.create('fingerprint');
    await writer.write([put(4)], 4);
    applied = 1;
    await expectBreach('engine', () => writer.write([put(5)], 5), /fell from 4 to 1/);
  });

  it.each<[string, RegExp, (right: Backend) => Partial<Backend>, (backend: Backend) => Promise<unknown>]>([
    [
      'gives a name twice',
      /was there before/,
      (right) => ({ create: () => right.writer('m1') }),
      (b) => b.create('f'),
    ],
    [
      'opens another generation',
      /it reads m1/,
      (right) => ({ reader: () => right.reader('m1') }),
      (b) => b.reader('m2'),
    ],
    ['does not swap', /is live/, () => ({ swap: async () => {} }), (b) => b.swap('m2')],
    ['does not drop', /still there/, () => ({ drop: async () => {} }), (b) => b.drop('m2')],
    [
      'has two of one name',
      /two generations of one name/,
      (right) => ({
        generations: async () => [...(await right.generations()), ...(await right.generations())],
      }),
      (b) => b.generations(),
    ],
    [
      'has two live ones',
      /two live/,
      (right) => ({
        generations: async () => (await right.generations()).map((g) => ({ ...g, state: 'live' as const })),
      }),
      (b) => b.generations(),
    ],
    [
      'tells another fingerprint',
      /fingerprint/,
      (right) => ({
        generations: async () => (await right.generations()).map((g) => ({ ...g, fingerprint: 'x' })),
      }),
      (b) => b.generations(),
    ],
  ])('%s', async (_, text, spoil, ask) => {
    let spoiled = false;
    const backend = await open({
      backend: (right) => {
        const wrong = spoil(right);
        const names = Object.keys(wrong) as (keyof Backend)[];
        const late = names.map((name) => [
          name,
          (...args: never[]) => {
            const from: Partial<Backend> = spoiled ? wrong : right;
            return (from[name] as (...given: never[]) => unknown)(...args);
          },
        ]);
        return Object.fromEntries(late) as Partial<Backend>;
      },
    });
    await build(backend);
    const second = await backend.create('fingerprint');
    await second.finish();
    await second.close();
    spoiled = true;
    await expectBreach('engine', () => ask(backend), text);
  });
});

describe('core is caught that', () => {
  it.each<[string, RegExp, Change]>([
    ['gives no archives', /no archive/, put(4, { archives: [] })],
    ['gives archives in any order', /not sorted/, put(4, { archives: ['b', 'a'] })],
    ['gives a date with a fraction', /date/, put(4, { date: 1.5 })],
    ['makes up a text field', /no text field/, put(4, { text: { nowhere: 'a' } })],
    ['gives an empty text', /tokens/, put(4, { text: { own: '' } })],
    ['gives blanks for tokens', /tokens/, put(4, { text: { own: 'a  b' } })],
    ['gives a token too long', /tokens/, put(4, { text: { own: 'x'.repeat(65) } })],
    ['makes up a keyword field', /no keyword field/, put(4, { keywords: { own: ['a'] } })],
    ['gives a keyword twice', /once/, put(4, { keywords: { has: ['a', 'a'] } })],
    ['gives a keyword too long', /no keyword/, put(4, { keywords: { has: ['k'.repeat(513)] } })],
    ['gives half a character', /no keyword/, put(4, { keywords: { has: ['\ud800'] } })],
    ['gives what is no number', /no number/, put(4, { numbers: { score: [Number.NaN] } })],
    ['gives a rank to an update', /rank/, { ...put(4), kind: 'put', document: document(4), rank: 1 }],
    ['gives the seq 0', /seq 0/, { ...put(4), kind: 'put', document: document(4), rank: null, seq: 0 }],
    ['removes what is no id', /removes/, { kind: 'remove', seq: 4, id: '7' }],
  ])('%s', async (_, text, change) => {
    const backend = await open();
    const writer = await backend.writer(await build(backend));
    await expectBreach('core', () => writer.write([change], 4), text);
  });

  it.each<[string, RegExp, Condition]>([
    [
      'asks for what is not declared',
      /does not support/,
      { kind: 'fuzzy', fields: ['own'], token: 'abcd', edits: 1 },
    ],
    [
      'asks for a field that there is not',
      /no keyword field/,
      { kind: 'keyword', field: 'nowhere', value: 'a' },
    ],
    [
      'names an archive that may not be read',
      /may not be read/,
      { kind: 'not', of: { kind: 'archives', names: ['alpha', 'beta'] } },
    ],
  ])('%s', async (_, text, condition) => {
    const backend = await open({ backend: ({ supports }) => ({ supports: { ...supports, fuzzy: false } }) });
    const reader = await backend.reader(await build(backend));
    await expectBreach('core', () => reader.search({ ...REQUEST, condition }, ALPHA), text);
    await expectBreach('core', () => reader.count(condition, ALPHA), text);
    await expectBreach('core', () => reader.explain(condition, ALPHA), text);
  });

  it('does things at the wrong time', async () => {
    const backend = await open();
    const generation = await build(backend);
    const writer = await backend.writer(generation);
    const reader = await backend.reader(generation);
    await expectBreach('core', () => backend.writer(generation), /two writers/);
    await expectBreach('core', () => backend.drop(generation), /under its writer/);
    await expectBreach('core', () => backend.close(), /before what was opened/);
    await expectBreach('core', () => writer.write([put(5), put(4)], 5), /do not rise/);
    await expectBreach('core', () => writer.write([put(5)], 4), /lies behind/);
    await expectBreach('core', () => writer.write([], 2), /is to reach 2/);
    const first = writer.write([put(4)], 4);
    const meanwhile = [
      expectBreach('core', () => writer.write([put(5)], 5), /overlap/),
      expectBreach('core', () => writer.close(), /while it is busy/),
    ];
    await Promise.all([first, ...meanwhile]);
    await writer.finish();
    await expectBreach('core', () => writer.write([put(5)], 5), /after it was finished/);
    await expectBreach('core', () => writer.finish(), /finished twice/);
    await writer.close();
    await expectBreach('core', () => writer.close(), /closed twice/);
    await reader.close();
    await expectBreach('core', () => reader.state(), /after it was closed/);
    const unfinished = await backend.create('fingerprint');
    await unfinished.close();
    await expectBreach('core', () => backend.swap(unfinished.generation), /unfinished/);
    await backend.close();
    await expectBreach('core', () => backend.live(), /after it was closed/);
  });
});
