import { type FeedResult, type FirstFeed, feedLagging, openFirstFeed } from './feed.ts';
import { type BegunFirstBuild, noteFirstBuild, settleFirstBuild } from './first-build.ts';
import { readFirstBuild } from './first-build-note.ts';
import { dropGone } from './follow-settings.ts';
import { closeTargets, type OpenedTargets, openTargets } from './generations.ts';
import { readRanks } from './read-ranks.ts';
import { type Done, feed, feedOptionsOf, finish, type Started } from './run-steps.ts';
import type { ScanTaker } from './scan.ts';
import { type Scanned, scanArchives } from './scan-archives.ts';
import { threadMessages } from './thread-messages.ts';

/** Files whose dates are held in memory, so that their mail is indexed while it is recorded; more are read twice. */
const MOST_FILES = 200_000;

/** Reads mail once (but for the headers, from which the order of rows comes): what is recorded goes straight into new generations. */
export async function firstRun({
  options,
  pool,
  fingerprint,
  reads,
  scanned: scannedAll,
}: Started): Promise<Done> {
  const { catalog, connections, locks, log } = options;
  const opened = await openTargets(connections, {
    fingerprint,
    locks,
    catalog,
    resume: false,
    first: null,
    log,
  });
  const { targets } = opened;
  const feedOptions = feedOptionsOf(options);
  const fed: FeedResult[] = [];
  let scanned: Scanned;
  let read = true;
  let kept = false;
  const keepTexts = async () => {
    kept = true;
    await options.texts.begin(catalog, targets.some((t) => t.noted) ? 'begin' : 'rebuild', locks);
  };
  try {
    scanned = await scanArchives({ ...options, counters: reads }, pool, async (files) => {
      read = files.length <= MOST_FILES;
      if (targets.length === 0 || !read) return null;
      const ranks = await readRanks(pool(), files, options);
      const total = [...ranks.values()].reduce((sum, { offsets }) => sum + offsets.length, 0);
      await noteFirstBuild(catalog, options.settings, targets, ranks, log);
      await keepTexts();
      const first = openFirstFeed(catalog, targets, total, feedOptions);
      return { taker: { ranks, take: takeInto(first) }, end: async () => void fed.push(await first.end()) };
    });
    if (!kept) await keepTexts();
    scannedAll();
    await threadMessages(catalog, options.settings, options.signal);
    await catalog.sync();
    if (!read) fed.push(...(await feed(options, pool, targets, null)));
    fed.push(...(await feedLagging(catalog, pool, targets, { ...feedOptions, fingerprint })));
    await finish(options, pool, targets, fed, null);
  } finally {
    await closeTargets(targets);
  }
  return { scanned, opened, before: targets.map(() => 0), fed, skipped: new Map() };
}

/**
 * Goes on with a first build: what has been recorded and is indexed is not read again, the rest of the sources goes straight into the generations as before,
 * and what was recorded and is missing there is read by place. Where messages have left their places all begins afresh.
 */
export async function goOnWithFirst(run: Started, begun: BegunFirstBuild): Promise<Done> {
  const { options, pool, fingerprint, followed, reads } = run;
  const { catalog, connections, locks, rebuild, log } = options;
  const feedOptions = feedOptionsOf(options);
  const fed: FeedResult[] = [];
  const state: { opened: OpenedTargets | null } = { opened: null };
  let taken: Float64Array = new Float64Array();
  const open = async (): Promise<OpenedTargets> => {
    // While the sources were looked at it may have been found that places have changed.
    const first = (await readFirstBuild(catalog)) === null ? null : begun.builds;
    if (first === null) log('warn', 'Mail has left the places where a run that broke off has found it.');
    const opened = await openTargets(connections, {
      fingerprint,
      locks,
      catalog,
      resume: true,
      first,
      log,
    });
    state.opened = opened;
    await options.texts.begin(catalog, first === null ? 'rebuild' : 'go-on', locks);
    return opened;
  };
  let scanned: Scanned;
  try {
    scanned = await scanArchives({ ...options, counters: reads }, pool, async () => {
      const targets = (await open()).targets.filter(
        (t) => begun.builds.has(t.connection) && t.begun !== null,
      );
      if (targets.length === 0) return null;
      const total = [...begun.ranks.values()].reduce((sum, { offsets }) => sum + offsets.length, 0);
      const first = openFirstFeed(catalog, targets, total, feedOptions);
      const end = async () => {
        ({ taken } = first);
        fed.push(first.result);
      };
      return { taker: { ranks: begun.ranks, take: takeInto(first) }, end };
    });
    const opened = state.opened ?? (await open());
    const { targets } = opened;
    const before = targets.map((t) => (t.bulk ? 0 : t.writer.applied));
    await settleFirstBuild(catalog, begun, targets, taken);
    if (options.remove) await catalog.dropLost(options.archives.map((a) => a.name));
    if (options.remove || rebuild) await dropGone(catalog, followed.gone);
    run.scanned();
    await threadMessages(catalog, options.settings, options.signal);
    await catalog.sync();
    await catalog.retryQuarantined(targets.flatMap((t) => (t.bulk ? [t.connection] : [])));
    fed.push(...(await feed(options, pool, targets, null)));
    fed.push(...(await feedLagging(catalog, pool, targets, { ...feedOptions, fingerprint })));
    await finish(options, pool, targets, fed, null);
    return {
      scanned,
      opened,
      before,
      fed,
      skipped: new Map(),
    };
  } finally {
    if (state.opened !== null) await closeTargets(state.opened.targets);
  }
}

function takeInto({ take }: FirstFeed): ScanTaker['take'] {
  return async ({ built }, { fresh }) => {
    if (built !== null) await take(built, fresh);
  };
}
