import type { GenerationInspector, StoredDocument } from '../backend/backend.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { ExpectedMessage } from '../catalog/verify-catalog.ts';
import type { Difference, Tell } from './verification.ts';

export interface ComparedIndex {
  readonly connection: string;
  readonly inspector: GenerationInspector;
  /** Whether documents of an archive belong into the connection. */
  readonly inScope: (archive: string) => boolean;
  /** The log's seq that the generation has come to now. */
  readonly applied: () => Promise<number>;
}

export interface CompareOptions {
  readonly catalog: Catalog;
  readonly signal?: AbortSignal | undefined;
  readonly tell: Tell;
  /** Told of every message on the way. */
  readonly onMessage?: ((message: ExpectedMessage) => void) | undefined;
}

/** What is held in memory of either side. */
const PAGE = 2000;
/** Findings that are looked at once more together. */
const DOUBTFUL = 500;

type Finding = Pick<Difference, 'what' | 'detail'>;

/**
 * Compares what the catalog expects with what a generation holds, both in the order of ids. Others may write meanwhile: what the log has and the index
 * does not have yet is no difference, and where something was written since the beginning a finding is looked at once more.
 * @returns documents that the index holds
 */
export async function compareIndex(index: ComparedIndex, options: CompareOptions): Promise<number> {
  const { catalog, signal } = options;
  const applied = await index.applied();
  const head = await catalog.head();
  const doubtful: string[] = [];
  let documents = 0;

  async function settle(): Promise<void> {
    const ids = doubtful.splice(0);
    if (ids.length === 0) return;
    const now = await index.applied();
    const still = now === applied && (await catalog.head()) === head;
    const expected = new Map((await catalog.expectedOf(ids)).map((one) => [one.id, one]));
    for (const id of ids) {
      signal?.throwIfAborted();
      const message = expected.get(id) ?? null;
      const stored = still ? (held.get(id) ?? null) : await storedAt(index.inspector, id);
      const finding = judge(message, stored, index.inScope, now);
      if (finding !== null) options.tell(differenceOf(index.connection, id, message, finding));
    }
    held.clear();
  }

  const held = new Map<string, StoredDocument>();
  for await (const [message, stored] of sideBySide(index.inspector, options)) {
    if (stored !== null) documents++;
    if (message !== null) options.onMessage?.(message);
    if (judge(message, stored, index.inScope, applied) === null) continue;
    const id = message?.id ?? stored?.id ?? '';
    doubtful.push(id);
    if (stored !== null) held.set(id, stored);
    if (doubtful.length === DOUBTFUL) await settle();
  }
  await settle();
  return documents;
}

/** Every message in the order of ids. */
export async function* allExpected(
  catalog: Catalog,
  signal: AbortSignal | undefined,
): AsyncGenerator<ExpectedMessage> {
  for (let after: string | null = null; ; ) {
    signal?.throwIfAborted();
    const page: readonly ExpectedMessage[] = await catalog.expected(after, PAGE);
    yield* page;
    after = page.at(-1)?.id ?? null;
    if (page.length < PAGE) return;
  }
}

async function* allStored(
  inspector: GenerationInspector,
  signal: AbortSignal | undefined,
): AsyncGenerator<StoredDocument> {
  for (let after: string | null = null; ; ) {
    const page: readonly StoredDocument[] = await inspector.stored(after, PAGE, { signal });
    yield* page;
    after = page.at(-1)?.id ?? null;
    if (page.length < PAGE) return;
  }
}

async function* sideBySide(
  inspector: GenerationInspector,
  { catalog, signal }: CompareOptions,
): AsyncGenerator<readonly [ExpectedMessage | null, StoredDocument | null]> {
  const stored = allStored(inspector, signal);
  let document = await stored.next();
  for await (const message of allExpected(catalog, signal)) {
    while (!document.done && document.value.id < message.id) {
      yield [null, document.value];
      document = await stored.next();
    }
    if (!document.done && document.value.id === message.id) {
      yield [message, document.value];
      document = await stored.next();
    } else yield [message, null];
  }
  for (; !document.done; document = await stored.next()) yield [null, document.value];
}

function judge(
  message: ExpectedMessage | null,
  stored: StoredDocument | null,
  inScope: (archive: string) => boolean,
  applied: number,
): Finding | null {
  if (message === null) {
    return stored === null ? null : { what: 'extra', detail: 'the catalog knows no such message' };
  }
  if (message.seq > applied || message.setAside) return null;
  const archives = message.archives.filter(inScope);
  // What is gone from its source, and was not dropped yet, is there or not.
  if (archives.length > 0 && message.place === null) return null;
  if (archives.length === 0) {
    return stored === null ? null : { what: 'extra', detail: 'no archive of the connection holds it' };
  }
  if (stored === null) return { what: 'missing', detail: 'it is not in the index' };
  if (stored.digest === null) return { what: 'content', detail: 'a part of its document is missing' };
  const wrong = (['date', 'received', 'size'] as const).filter((name) => message[name] !== stored[name]);
  const names = archives.toSorted().join(', ');
  const held = [...stored.archives].sort().join(', ');
  if (wrong.length > 0 || names !== held) {
    const facts = wrong.map((name) => `${name} ${stored[name]} instead of ${message[name]}`);
    const where = names === held ? [] : [`archives ${held || 'none'} instead of ${names}`];
    return { what: 'place', detail: [...facts, ...where].join('; ') };
  }
  if (message.digest === null || (stored.digest ?? 0) === message.digest) return null;
  return { what: 'content', detail: 'its document is not the one that was built of it' };
}

function differenceOf(
  connection: string,
  id: string,
  message: ExpectedMessage | null,
  finding: Finding,
): Difference {
  return {
    ...finding,
    connection,
    id,
    messageId: message?.messageId ?? null,
    place: message?.place ?? null,
  };
}

async function storedAt(inspector: GenerationInspector, id: string): Promise<StoredDocument | null> {
  const [found] = await inspector.stored(idBefore(id), 1);
  return found?.id === id ? found : null;
}

/** The id that comes just before another; null before the first. */
function idBefore(id: string): string | null {
  const number = BigInt(`0x${id}`);
  return number === 0n ? null : (number - 1n).toString(16).padStart(id.length, '0');
}
