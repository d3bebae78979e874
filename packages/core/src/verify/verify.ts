import type { GenerationInspector } from '../backend/backend.ts';
import type { Catalog, ScannedMessage } from '../catalog/catalog.ts';
import type { ExpectedMessage } from '../catalog/verify-catalog.ts';
import { generationFingerprint, isOfSite } from '../document/fingerprint.ts';
import { HayrickError } from '../errors.ts';
import { type OpenConnection, scopeOf } from '../ingest/generations.ts';
import type { ConnectionFailure, Progress } from '../ingest/report.ts';
import { failureOf, isEngineFailure } from '../ingest/target.ts';
import { openWorkerPool, type WorkerPool } from '../ingest/worker-pool.ts';
import { archivesBySubject } from '../settings/archives-by-subject.ts';
import type { Settings } from '../settings/settings.ts';
import { allExpected, compareIndex } from './compare-index.ts';
import { lookAtSources } from './look-at-sources.ts';
import { readSources, type SeqDocument } from './read-sources.ts';
import type { Difference, Level, Verification } from './verification.ts';

export interface VerifyOptions {
  readonly settings: Settings;
  readonly catalog: () => Promise<Catalog>;
  readonly connections: readonly OpenConnection[];
  readonly unreached: readonly ConnectionFailure[];
  readonly level: Level;
  /** Threads that parse. */
  readonly workers: number;
  /** Archives whose messages have the fields of patches. */
  readonly patched: readonly string[];
  /** Differences that are kept; the others are counted. */
  readonly most: number;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly onProgress: (progress: Progress) => void;
  readonly signal?: AbortSignal | undefined;
  /** Messages that say other things of themselves than the catalog does. */
  readonly onFacts?: ((message: ScannedMessage) => void) | undefined;
}

/** A generation that can be looked at. */
interface Looked {
  readonly connection: OpenConnection;
  readonly inspector: GenerationInspector;
  readonly applied: number;
}

/** Compares sources, catalog and indexes. Writes nothing and holds no lock: others may search and write meanwhile. */
export async function verify(options: VerifyOptions): Promise<Verification> {
  const started = options.now();
  const found = new Findings(options.most);
  const looked: Looked[] = [];
  const failures = [...options.unreached];
  const documents: Record<string, number> = {};
  const changes: Record<string, number> = {};
  let sources = {
    behind: 0,
    problems: [] as readonly string[],
    unsettled: new Set<number>() as ReadonlySet<number>,
  };
  let read = 0;
  try {
    const catalog = await options.catalog();
    const { settings, now, signal } = options;
    const archives = Object.values(settings.archives);
    sources = await lookAtSources({ catalog, archives, now, signal, tell: found.tell });
    const tables = await catalog.checkTables({ pages: options.level !== 'quick' });
    for (const detail of tables.damaged) found.tell({ ...NOTHING, what: 'damage', detail });
    for (const detail of tables.wrong) found.tell({ ...NOTHING, what: 'catalog', detail });
    for (const { id, messageId, detail } of await catalog.wrongThreads({
      bySubject: archivesBySubject(settings),
    })) {
      found.tell({ ...NOTHING, what: 'thread', id, messageId, detail, place: await placeOf(catalog, id) });
    }
    let onMessage: ((message: ExpectedMessage) => void) | undefined = (message) => found.message(message);
    for (const connection of options.connections) {
      const { name } = connection.settings;
      try {
        const index = await openIndex(catalog, connection, settings, found);
        if (index === null) continue;
        looked.push(index);
        changes[name] = await catalog.countChanges(index.applied);
        documents[name] = await compareOne(catalog, index, { ...options, onMessage }, found);
        onMessage = undefined;
      } catch (error) {
        signal?.throwIfAborted();
        if (!found.damage(name, error)) failures.push(failed(options, name, error));
      }
    }
    if (onMessage !== undefined) for await (const message of allExpected(catalog, signal)) onMessage(message);
    if (options.level !== 'quick') {
      await checkEngines(options, looked, found, failures);
      read = await readAll(options, catalog, looked, sources.unsettled, found);
    }
  } catch (error) {
    options.signal?.throwIfAborted();
    if (!isDamage(error, 'CATALOG_DAMAGED')) throw error;
    found.tell({ ...NOTHING, what: 'damage', detail: error.message });
  } finally {
    await Promise.allSettled(looked.map(({ inspector }) => inspector.close()));
  }
  return {
    level: options.level,
    documents,
    read,
    differences: found.kept,
    total: found.total,
    behind: { files: sources.behind, changes },
    notes: notesOf(options, looked),
    problems: sources.problems,
    failures,
    seconds: (options.now() - started) / 1000,
  };
}

const NOTHING = { connection: null, id: null, messageId: null, place: null } as const;

/** What was found, each once, as much of it as is to be kept. */
class Findings {
  readonly #most: number;
  readonly #known = new Set<string>();
  readonly kept: Difference[] = [];
  total = 0;

  constructor(most: number) {
    this.#most = most;
  }

  readonly tell = (difference: Difference): void => {
    const { what, connection, id } = difference;
    const name = `${what} ${connection} ${id}`;
    if (id !== null && this.#known.has(name)) return;
    this.total++;
    if (this.kept.length >= this.#most) return;
    if (id !== null) this.#known.add(name);
    this.kept.push(difference);
  };

  /** What the catalog says of a message that does not go together. */
  message({ id, messageId, place, wrong }: ExpectedMessage): void {
    if (wrong !== null) this.tell({ what: 'place', connection: null, id, messageId, place, detail: wrong });
  }

  /** Whether an error is damage of an index, and told. */
  damage(connection: string, error: unknown): boolean {
    if (!isDamage(error, 'INDEX_DAMAGED')) return false;
    this.tell({ ...NOTHING, what: 'index', connection, detail: error.message });
    return true;
  }
}

function isDamage(error: unknown, code: 'INDEX_DAMAGED' | 'CATALOG_DAMAGED'): error is HayrickError {
  return error instanceof HayrickError && error.code === code;
}

/** @throws what went wrong, where there is one connection only */
function failed(options: VerifyOptions, name: string, error: unknown): ConnectionFailure {
  if (options.connections.length + options.unreached.length === 1 || !isEngineFailure(error)) throw error;
  return failureOf(name, error);
}

/** Null, and told why, where there is nothing to look at. */
async function openIndex(
  catalog: Catalog,
  connection: OpenConnection,
  { fields, document }: Pick<Settings, 'fields' | 'document'>,
  found: Findings,
): Promise<Looked | null> {
  const { settings, backend } = connection;
  const live = (await backend.generations()).find(({ state }) => state === 'live');
  const tell = (detail: string) => {
    found.tell({ ...NOTHING, what: 'index', connection: settings.name, detail });
    return null;
  };
  if (live === undefined) return tell('there is no index yet');
  if (live.fingerprint === '') return tell(live.notes.join('; '));
  if (!isOfSite(live.fingerprint, catalog.site) || live.applied > (await catalog.head())) {
    return tell('it was fed from another catalog than the data folder has now');
  }
  if (live.fingerprint !== generationFingerprint(fields, catalog.site, document !== null)) {
    return tell('it was built with other fields or another analysis');
  }
  return { connection, inspector: await backend.inspect(live.name), applied: live.applied };
}

async function compareOne(
  catalog: Catalog,
  { connection, inspector }: Looked,
  {
    signal,
    onMessage,
  }: VerifyOptions & { readonly onMessage: ((message: ExpectedMessage) => void) | undefined },
  found: Findings,
): Promise<number> {
  const { settings, backend } = connection;
  const describe = async () =>
    (await backend.generations()).find(({ name }) => name === inspector.generation);
  const before = await describe();
  const index = {
    connection: settings.name,
    inspector,
    inScope: scopeOf(settings),
    applied: async () => (await describe())?.applied ?? 0,
  };
  const documents = await compareIndex(index, { catalog, signal, onMessage, tell: found.tell });
  const after = await describe();
  const same = before?.applied === after?.applied && before?.documents === after?.documents;
  if (after !== undefined && same && after.documents !== documents) {
    const detail = `it says that it holds ${after.documents} documents, and ${documents} are found in it`;
    found.tell({ ...NOTHING, what: 'index', connection: settings.name, detail });
  }
  return documents;
}

async function checkEngines(
  options: VerifyOptions,
  looked: readonly Looked[],
  found: Findings,
  failures: ConnectionFailure[],
): Promise<void> {
  for (const { connection, inspector } of looked) {
    const { name } = connection.settings;
    try {
      for (const { id, what } of await inspector.check({ signal: options.signal })) {
        found.tell({
          ...NOTHING,
          what: id === null ? 'index' : 'content',
          connection: name,
          id,
          detail: what,
        });
      }
    } catch (error) {
      options.signal?.throwIfAborted();
      if (!found.damage(name, error)) failures.push(failed(options, name, error));
    }
  }
}

async function readAll(
  options: VerifyOptions,
  catalog: Catalog,
  looked: readonly Looked[],
  unsettled: ReadonlySet<number>,
  found: Findings,
): Promise<number> {
  const { settings, workers: threads, patched, signal, onProgress, onFacts = () => undefined } = options;
  const pool: WorkerPool = openWorkerPool({
    threads,
    fields: settings.fields,
    patched,
    store: 'never',
    hook: settings.document,
    signal,
  });
  const deep =
    options.level === 'deep' ? looked.filter(({ inspector }) => inspector.compare !== undefined) : [];
  const broken = new Set<string>();

  async function compare(all: readonly SeqDocument[]): Promise<void> {
    for (const { connection, inspector, applied } of deep) {
      const { name } = connection.settings;
      if (broken.has(name)) continue;
      const inScope = scopeOf(connection.settings);
      const documents = all.flatMap(({ seq, document }) =>
        seq <= applied && document.archives.some(inScope) ? [document] : [],
      );
      try {
        for (const { id, what } of (await inspector.compare?.(documents, { signal })) ?? []) {
          const [message] = id === null ? [] : await catalog.expectedOf([id]);
          const { messageId = null, place = null } = message ?? {};
          found.tell({ what: 'postings', connection: name, id, messageId, place, detail: what });
        }
      } catch (error) {
        signal?.throwIfAborted();
        if (!found.damage(name, error)) throw error;
        broken.add(name);
      }
    }
  }

  try {
    const onDocuments = deep.length === 0 ? null : compare;
    return await readSources({
      catalog,
      pool,
      unsettled,
      tell: found.tell,
      onProgress,
      signal,
      onFacts,
      onDocuments,
    });
  } finally {
    await pool.close();
  }
}

async function placeOf(catalog: Catalog, id: string): Promise<Difference['place']> {
  return (await catalog.expectedOf([id]))[0]?.place ?? null;
}

function notesOf({ level }: VerifyOptions, looked: readonly Looked[]): readonly string[] {
  if (level !== 'deep') return [];
  return looked.flatMap(({ connection, inspector }) =>
    inspector.compare === undefined
      ? [
          `${connection.settings.name}: ${connection.backend.engine} cannot compare its postings; the rest was verified`,
        ]
      : [],
  );
}
