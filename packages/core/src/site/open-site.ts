import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Catalog } from '../catalog/catalog.ts';
import { generationFingerprint } from '../document/fingerprint.ts';
import { HayrickError } from '../errors.ts';
import { clearConnection } from '../ingest/clear.ts';
import type { OpenConnection } from '../ingest/generations.ts';
import { planUpdate } from '../ingest/plan-update.ts';
import { planRollback, rollBack } from '../ingest/roll-back.ts';
import { run } from '../ingest/run.ts';
import { siteLocks } from '../ingest/site-locks.ts';
import { failureOf, isEngineFailure } from '../ingest/target.ts';
import { TextKeeper } from '../ingest/text-keeper.ts';
import { didYouMean } from '../nearest.ts';
import type { Condition } from '../query/index.ts';
import { openQuerySet } from '../query-set/index.ts';
import { accessOf } from '../search/access.ts';
import type { ConnectionInfo, SearchOptions } from '../search/answers.ts';
import { inEvenTime } from '../search/even-time.ts';
import { explain } from '../search/explain.ts';
import { isoDate } from '../search/hits.ts';
import { KeptTexts } from '../search/kept-texts.ts';
import type { SearchPlace } from '../search/prepare.ts';
import { RegexThreads } from '../search/regex-threads.ts';
import { count, search, streamHits } from '../search/search.ts';
import { ambiguousMessage, findMessages, showMessage } from '../search/show.ts';
import { showThread, threadRecords } from '../search/shown-thread.ts';
import { SnippetThreads } from '../search/snippet-threads.ts';
import { recordsOfIds, writeMbox } from '../search/write-mbox.ts';
import { archivesBySubject } from '../settings/archives-by-subject.ts';
import type { ArchiveSettings, Settings } from '../settings/settings.ts';
import { arrivalWindow } from './arrival-window.ts';
import { describeConnection, unknownInfo, unusableBy } from './connection-info.ts';
import { Connections } from './connections.ts';
import { loadCatalog, loadTextStore } from './load-module.ts';
import { chooseEntries, dropEntries, entryOf, isSameFailure, readEntry } from './quarantine.ts';
import type { Ambient, RebuildOptions, RunOptions, Site, UpdateOptions } from './site.ts';
import { repairSite, type VerifiedSite, verifySite } from './verifying.ts';

const MOST_WORKERS = 8;
const DEFAULT_RETRIES = 5;

/** Opens a site. Nothing is read or made before it is needed. */
export async function openSite(settings: Settings, ambient: Ambient): Promise<Site> {
  const connections = new Connections(settings, ambient, async () => (await catalog()).site);
  const moduleBases = [...(settings.file === null ? [] : [settings.file]), ...ambient.resolveFrom];
  const texts = new KeptTexts({
    mode: settings.store,
    folder: join(settings.dataDir, 'store'),
    open: async () => ({ ...(await loadTextStore(moduleBases)), site: (await catalog()).site }),
    log: ambient.log,
  });
  const snippets = new SnippetThreads(settings.fields, texts);
  const regexes = new RegexThreads();
  let opened: Promise<Catalog> | null = null;

  function catalog(): Promise<Catalog> {
    opened ??= loadCatalog(moduleBases).then((open) =>
      open({ path: settings.databases.catalog.path, now: ambient.now, log: ambient.log }),
    );
    return opened;
  }

  /** Where to search, to be released. */
  async function take(
    options: Pick<SearchOptions, 'using'>,
  ): Promise<{ place: SearchPlace; release: () => Promise<void> }> {
    const connection = connections.toRead(options.using);
    const { backend, reader, release } = await connections.lease(connection);
    try {
      const check = (condition: Condition) => connections.checkCondition(connection, reader, condition);
      const { engine, supports } = backend;
      const { now, sleep } = ambient;
      const place = {
        settings,
        catalog: await catalog(),
        connection,
        reader,
        snippets,
        regexes,
        engine,
        supports,
        check,
        now,
        sleep,
      };
      return { place, release };
    } catch (error) {
      await release();
      throw error;
    }
  }

  async function reading<T>(options: SearchOptions, use: (place: SearchPlace) => Promise<T>): Promise<T> {
    const { place, release } = await take(options);
    try {
      return await use(place);
    } finally {
      await release();
    }
  }

  async function write(
    options: RunOptions & UpdateOptions & RebuildOptions,
    rebuild: boolean,
    archives = chooseAll(settings, options.archives),
  ) {
    const toWrite = await connections.toWrite(options.using);
    return run({
      settings,
      catalog: await catalog(),
      texts: new TextKeeper({
        mode: settings.store,
        folder: join(settings.dataDir, 'store'),
        open: (await loadTextStore(moduleBases)).openTextStore,
        site: (await catalog()).site,
        log: ambient.log,
      }),
      connections: toWrite.open,
      unreached: toWrite.failures,
      archives,
      rebuild,
      commit: options.commit ?? true,
      keep: options.keep ?? 1,
      remove: options.remove ?? false,
      full: options.full ?? false,
      window: arrivalWindow(options, settings.search.timeZone, ambient.now()),
      workers: options.workers ?? Math.min(availableParallelism(), MOST_WORKERS),
      batchSize: options.batchSize,
      maxRetries: options.maxRetries ?? DEFAULT_RETRIES,
      wait: options.wait,
      now: ambient.now,
      sleep: ambient.sleep,
      log: ambient.log,
      peakMemory: () => process.resourceUsage().maxRSS * 1024,
      onProgress: options.onProgress ?? (() => undefined),
      signal: options.signal,
    });
  }

  /** Connections all of which must be there. */
  async function onlyOpen(using: readonly string[] | undefined): Promise<readonly OpenConnection[]> {
    const { open, failures } = await connections.toWrite(using);
    const [first] = failures;
    if (first === undefined) return open;
    throw new HayrickError(first.code, `Connection "${first.connection}": ${first.message}`);
  }

  async function plan(options: UpdateOptions) {
    const { remove = false, full = false, signal } = options;
    const archives = chooseAll(settings, options.archives);
    const window = arrivalWindow(options, settings.search.timeZone, ambient.now());
    const open = await loadCatalog(moduleBases);
    const now = ambient.now;
    const record = await open({ path: settings.databases.catalog.path, now, readOnly: true });
    // Connections of their own: those of the site would make a catalog to learn its name.
    const looked = new Connections(settings, ambient, async () => record.site);
    try {
      const { open: reached, failures: unreached } = await looked.toWrite(options.using);
      const common = { settings, catalog: record, archives, window, remove, full, now, signal };
      return await planUpdate({ ...common, connections: reached, unreached });
    } finally {
      await looked.close();
      await record.close();
    }
  }

  const verified: VerifiedSite = {
    settings,
    ambient,
    connections,
    catalog,
    write,
    async closeCatalog() {
      const [closing] = await Promise.allSettled([opened]);
      opened = null;
      if (closing.status === 'fulfilled') await closing.value?.close();
    },
  };

  return {
    settings,
    verify: (options = {}) => verifySite(verified, options),
    repair: (options = {}) => repairSite(verified, options),
    update: (options = {}) => write(options, false),
    plan: (options = {}) => plan(options),
    rebuild: (options = {}) => write(options, true),
    async clear({ using, wait } = {}) {
      const cleared: Record<string, number> = {};
      const fingerprint = generationFingerprint(
        settings.fields,
        (await catalog()).site,
        settings.document !== null,
      );
      const locks = siteLocks({ ...ambient, dataDir: settings.dataDir, purpose: 'clear_index', wait });
      locks.sweep();
      for (const connection of await onlyOpen(using)) {
        cleared[connection.settings.name] = await clearConnection(connection, fingerprint, locks);
      }
      return cleared;
    },
    async rollback({ using, to, dryRun = false } = {}) {
      const open = await onlyOpen(using);
      const unusable = unusableBy(settings.fields, (await catalog()).site, await (await catalog()).head());
      const plans = await Promise.all(open.map((one) => planRollback(one, { to, unusable })));
      const locks = siteLocks({
        ...ambient,
        dataDir: settings.dataDir,
        purpose: 'rollback_index',
        wait: undefined,
      });
      if (!dryRun) locks.sweep();
      for (const [i, connection] of open.entries()) {
        const plan = plans[i];
        if (plan !== undefined && !dryRun) await rollBack(connection, plan, locks);
      }
      return Promise.all(
        plans.map(async ({ connection, from, to: wanted }) => ({
          connection,
          from: from?.name ?? null,
          to: wanted.name,
          documents: wanted.documents,
          createdAt: isoDate(wanted.createdAt),
          lag: await (await catalog()).countChanges(wanted.applied),
        })),
      );
    },
    async info({ using } = {}) {
      const infos: ConnectionInfo[] = [];
      const names = using ?? Object.keys(settings.connections);
      for (const name of names) {
        try {
          infos.push(
            await describeConnection(await connections.open(name), await catalog(), settings, ambient),
          );
        } catch (error) {
          if (names.length === 1 || !isEngineFailure(error)) throw error;
          infos.push(unknownInfo(name, connections.engineOf(name), failureOf(name, error).message));
        }
      }
      return infos;
    },
    async schema({ using } = {}) {
      return (await connections.open(connections.toRead(using))).backend.schema();
    },
    messages({ as }) {
      accessOf(settings, as);
      return openQuerySet({ as, fields: settings.fields, take: (using) => take({ using }) });
    },
    search: (query, options = {}) => reading(options, (at) => search(at, query, options)),
    async *stream(query, options = {}) {
      const { place, release } = await take(options);
      try {
        yield* streamHits(place, query, options);
      } finally {
        await release();
      }
    },
    count: (query, options = {}) => reading(options, (at) => count(at, query, options)),
    explain: (query, options = {}) =>
      reading(options, async (at) => {
        if (options.for === undefined) return explain(at, query, options, null);
        const { for: name, as = 'all' } = options;
        const found = await inEvenTime(ambient, as === 'all', () =>
          findMessages(at.catalog, name, accessOf(settings, as)),
        );
        const [only, ...others] = found;
        if (only === undefined || others.length > 0) {
          throw ambiguousMessage(found);
        }
        return explain(at, query, options, only);
      }),
    async show(message, { as = 'all', raw = false } = {}) {
      const access = accessOf(settings, as);
      const open = await catalog();
      const found = await inEvenTime(ambient, as === 'all', () => findMessages(open, message, access));
      return Promise.all(
        found.map((record) => showMessage(record, { access, fields: settings.fields, texts, raw })),
      );
    },
    async thread(message, { as = 'all' } = {}) {
      const access = accessOf(settings, as);
      const open = await catalog();
      return inEvenTime(ambient, as === 'all', () =>
        showThread(open, message, { access, bySubject: archivesBySubject(settings) }),
      );
    },
    async *threadMbox(message, { as = 'all', signal } = {}) {
      const access = accessOf(settings, as);
      const options = { access, bySubject: archivesBySubject(settings) };
      const open = await catalog();
      yield* writeMbox(
        await inEvenTime(ambient, as === 'all', () => threadRecords(open, message, options)),
        access,
        settings.fields,
        signal,
      );
    },
    async *mbox(messages, { as = 'all', signal } = {}) {
      const access = accessOf(settings, as);
      const records = recordsOfIds(await catalog(), messages, access);
      yield* writeMbox(records, access, settings.fields, signal);
    },
    quarantine: async (selection = {}) =>
      (await chooseEntries(await catalog(), settings, selection)).map(entryOf),
    quarantined: async (key) => readEntry(await catalog(), key),
    async retryQuarantine(selection = {}, options = {}) {
      const chosen = await chooseEntries(await catalog(), settings, selection);
      await (await catalog()).retryQuarantine(chosen.map(({ key }) => key));
      const archives = new Set(chosen.map(({ archive }) => archive));
      const names = Object.keys(settings.archives).filter((name) => archives.has(name));
      const report = await write({ ...options, archives: names }, false);
      const left = await (await catalog()).quarantine();
      const again = left.filter((record) => chosen.some((one) => isSameFailure(one, record)));
      return { ...report, retried: chosen.length, failedAgain: again.map(entryOf) };
    },
    async dropQuarantine(selection = {}) {
      const chosen = await chooseEntries(await catalog(), settings, selection);
      await dropEntries(await catalog(), chosen);
      return chosen.map(entryOf);
    },
    async close() {
      await regexes.close();
      await snippets.close();
      await texts.close();
      await connections.close();
      await (await opened)?.close();
      opened = null;
    },
  };
}

function chooseAll(settings: Settings, names: readonly string[] | undefined): readonly ArchiveSettings[] {
  const all = Object.values(settings.archives);
  if (names === undefined || names.length === 0) return all;
  return names.map((name) => {
    const archive = all.find((a) => a.name === name);
    if (archive !== undefined) return archive;
    const known = all.map((a) => a.name);
    throw new HayrickError(
      'ARCHIVE_UNKNOWN',
      `There is no archive "${name}" in the settings.${didYouMean(name, known)} There are: ${known.join(', ')}.`,
    );
  });
}
