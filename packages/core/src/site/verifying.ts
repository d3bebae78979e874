import { renameSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { Catalog, ScannedMessage } from '../catalog/catalog.ts';
import { patchedArchives } from '../ingest/follow-patches.ts';
import { loggedCatalog } from '../ingest/logged-catalog.ts';
import type { Progress, Report } from '../ingest/report.ts';
import { siteLocks } from '../ingest/site-locks.ts';
import type { ArchiveSettings, Settings } from '../settings/settings.ts';
import { type RepairReport, repair } from '../verify/repair.ts';
import type { Level, Verification } from '../verify/verification.ts';
import { verify } from '../verify/verify.ts';
import type { Connections } from './connections.ts';
import type { Ambient } from './site.ts';

export interface VerifyOptions {
  /** Connections; default every one. */
  readonly using?: readonly string[] | undefined;
  /** Default quick. */
  readonly level?: Level | undefined;
  /** Differences that the answer holds at most; default 10,000. */
  readonly most?: number | undefined;
  /** Threads that parse. Default: the machine's cores, at most 8. */
  readonly workers?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

export interface RepairOptions extends VerifyOptions {
  /** Tell what would be done, and change nothing. */
  readonly dryRun?: boolean | undefined;
  /** Seconds to wait for another writer; default 0. */
  readonly wait?: number | undefined;
}

/** What of a site is verified. */
export interface VerifiedSite {
  readonly settings: Settings;
  readonly ambient: Ambient;
  readonly connections: Connections;
  readonly catalog: () => Promise<Catalog>;
  /** Closes the catalog; the next one who asks for it opens it again. */
  readonly closeCatalog: () => Promise<void>;
  /** A run over these archives. */
  readonly write: (
    options: Pick<RepairOptions, 'using' | 'wait' | 'workers' | 'signal' | 'onProgress'> & {
      readonly full?: boolean;
    },
    rebuild: boolean,
    archives: readonly ArchiveSettings[],
  ) => Promise<Report>;
}

const MOST_WORKERS = 8;
const MOST_DIFFERENCES = 10_000;

/** Compares sources, catalog and indexes. */
export async function verifySite(
  { settings, ambient, connections, catalog }: VerifiedSite,
  options: VerifyOptions,
  onFacts?: (message: ScannedMessage) => void,
): Promise<Verification> {
  const { open, failures } = await connections.toWrite(options.using);
  return verify({
    settings,
    catalog,
    connections: open,
    unreached: failures,
    level: options.level ?? 'quick',
    workers: options.workers ?? Math.min(availableParallelism(), MOST_WORKERS),
    patched: patchedArchives(settings),
    most: options.most ?? MOST_DIFFERENCES,
    now: ambient.now,
    onProgress: options.onProgress ?? (() => undefined),
    signal: options.signal,
    onFacts,
  });
}

/** Mends what verifying names. */
export function repairSite(site: VerifiedSite, options: RepairOptions): Promise<RepairReport> {
  const { settings, ambient } = site;
  const names = options.using ?? settings.routers.write ?? Object.keys(settings.connections);
  const all = Object.values(settings.archives);
  const locks = siteLocks({
    ...ambient,
    dataDir: settings.dataDir,
    purpose: 'repair_index',
    wait: options.wait,
    signal: options.signal,
  });
  return repair(
    {
      settings,
      catalog: async () => loggedCatalog(await site.catalog(), locks),
      verify: (onFacts) => verifySite(site, options, onFacts),
      async update(archives, full, leftOut) {
        const using = names.filter((name) => !leftOut.includes(name));
        const named = all.filter(({ name }) => archives.includes(name));
        if (using.length === 0) return [];
        return (await site.write({ ...options, using, full }, false, named)).failures;
      },
      rebuild: async (using) => (await site.write({ ...options, using: using ?? names }, true, all)).failures,
      async replaceCatalog() {
        await site.closeCatalog();
        const { path } = settings.databases.catalog;
        const aside = `${path}.damaged-${Math.floor(ambient.now() / 1000)}`;
        renameSync(path, aside);
        for (const side of ['-wal', '-shm']) rmSync(`${path}${side}`, { force: true });
        ambient.log('warn', `The damaged catalog is kept as ${aside} until you delete it.`);
      },
    },
    options.dryRun ?? false,
  );
}
