import {
  type Backend,
  type BackendContext,
  type Capabilities,
  type GenerationReader,
  type GenerationWriter,
  HayrickError,
} from '@hayrick/core/backend';
import PQueue from 'p-queue';
import { contentLimit } from './content-limit.ts';
import { at, Engine } from './engine.ts';
import { Generations } from './generations.ts';
import { IndexInspector } from './inspector.ts';
import { indexMapping, indexSettings } from './mapping.ts';
import type { OwnIndex } from './ownership.ts';
import { pinnedAuthority } from './pinned-authority.ts';
import { IndexReader } from './reader.ts';
import { type EngineSettings, readSettings } from './settings.ts';
import { IndexWriter, type WriterPlace } from './writer.ts';

const SUPPORTS: Capabilities = {
  phrases: true,
  prefixes: true,
  proximity: true,
  fuzzy: true,
  regex: false,
  relevance: true,
  atomicBatches: false,
  fieldOrder: true,
  scoring: true,
  stats: true,
  facets: true,
  kept: true,
  raw: true,
};

/** The version of the server that the client and the queries are made for. */
const MAJOR = 9;
/** Bulk bodies on their way to the server: with one it waits for us, with three it is no faster. */
const BODIES_AT_ONCE = 2;

/**
 * Connects, and checks product, version and the alias before anything else is done.
 * @throws HayrickError SETTINGS_INVALID, ENGINE_UNREACHABLE, ENGINE_DENIED, ENGINE_UNSUITABLE, INDEX_FOREIGN
 */
export async function openBackend(context: BackendContext): Promise<Backend> {
  const settings = readSettings(context);
  const engine = new Engine(settings, await authorityOf(settings));
  try {
    const version = await serverVersion(engine);
    const generations = new Generations(engine, settings, context);
    await generations.live();
    return openOn(engine, generations, settings, version, context);
  } catch (error) {
    await engine.close();
    throw error;
  }
}

function openOn(
  engine: Engine,
  generations: Generations,
  settings: EngineSettings,
  version: string,
  context: BackendContext,
): Backend {
  let limit: Promise<number> | null = null;
  const place: WriterPlace = {
    engine,
    generations,
    bodies: new PQueue({ concurrency: BODIES_AT_ONCE }),
    sleep: context.sleep,
    contentLimit() {
      limit ??= contentLimit(engine).catch((error: unknown) => {
        limit = null;
        throw error;
      });
      return limit;
    },
  };

  async function writer(index: OwnIndex): Promise<GenerationWriter> {
    const applied = await generations.applied(index.name);
    const opened = new IndexWriter(index, applied ?? 0, place);
    if (applied === null) await opened.setApplied(0);
    return opened;
  }

  async function reader({ name, meta }: OwnIndex): Promise<GenerationReader> {
    return new IndexReader({ name, meta }, engine, await windowOf(engine, name), context.fields);
  }

  return {
    engine: 'elasticsearch',
    version: `Elasticsearch ${version}`,
    supports: SUPPORTS,
    target: `${settings.nodes.toSorted().join(',')}/${settings.index}`,
    generations: () => generations.list(),
    create: async (fingerprint) => writer(await generations.create(fingerprint)),
    writer: async (generation) => writer(await generations.require(generation)),
    swap: (generation) => generations.swap(generation),
    drop: (generation) => generations.drop(generation),
    live: () => generations.live(),
    reader: async (generation) => reader(await generations.require(generation)),
    async inspect(generation) {
      const { name } = await generations.require(generation);
      const inspector = new IndexInspector(name, engine, await windowOf(engine, name));
      await inspector.begin();
      return inspector;
    },
    schema() {
      const body = {
        settings: indexSettings(settings, context.maxResults),
        mappings: indexMapping(context.fields),
      };
      return `${JSON.stringify(body, null, 2)}\n`;
    },
    close: () => engine.close(),
  };
}

async function authorityOf({ ca, caFingerprint, nodes, timeoutMs }: EngineSettings) {
  if (ca !== null) return { certificate: ca, pinned: false };
  return caFingerprint === null ? null : pinnedAuthority(nodes, caFingerprint, timeoutMs);
}

async function serverVersion(engine: Engine): Promise<string> {
  const answer = await engine.ask({ method: 'GET', path: '/', doing: 'tell its version' });
  const number = (answer as { readonly version?: { readonly number?: unknown } }).version?.number;
  if (typeof number === 'string' && Number(number.split('.')[0]) === MAJOR) return number;
  throw new HayrickError(
    'ENGINE_UNSUITABLE',
    `The server at ${engine.where} is Elasticsearch ${String(number)}; this program needs ${MAJOR}.`,
  );
}

/** How far offset and limit of a request may reach in an index, as it was made. */
async function windowOf(engine: Engine, name: string): Promise<number> {
  const answer = await engine.ask({
    method: 'GET',
    path: at(name, '_settings', 'index.max_result_window'),
    doing: `read the settings of ${name}`,
  });
  const found = answer as Readonly<Record<string, { settings?: { index?: { max_result_window?: string } } }>>;
  return Number(found[name]?.settings?.index?.max_result_window ?? DEFAULT_WINDOW);
}

/** The server's own. */
const DEFAULT_WINDOW = 10_000;
