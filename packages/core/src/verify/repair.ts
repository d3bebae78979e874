import type { Catalog, ScannedMessage } from '../catalog/catalog.ts';
import type { ConnectionFailure } from '../ingest/report.ts';
import { archivesBySubject } from '../settings/archives-by-subject.ts';
import type { Settings } from '../settings/settings.ts';
import { describePlan, planRepair, type RepairPlan } from './plan-repair.ts';
import type { Verification } from './verification.ts';

/** What repairing needs of a site. */
export interface RepairTools {
  readonly settings: Settings;
  /** What appends to the log is done under its lock. */
  readonly catalog: () => Promise<Catalog>;
  /** @param onFacts told of messages that say other things of themselves than the catalog does */
  verify(onFacts: (message: ScannedMessage) => void): Promise<Verification>;
  /** Reads the sources of these archives, and drains the log into the connections but those left out. `full`: every file again. */
  update(
    archives: readonly string[],
    full: boolean,
    leftOut: readonly string[],
  ): Promise<readonly ConnectionFailure[]>;
  /** @param connections null: all */
  rebuild(connections: readonly string[] | null): Promise<readonly ConnectionFailure[]>;
  /** Moves the catalog aside, so that a new one is made. */
  replaceCatalog(): Promise<void>;
}

export interface RepairReport {
  readonly dryRun: boolean;
  /** As they were found at first. */
  readonly found: Verification;
  /** What was done, or would be. */
  readonly steps: readonly string[];
  /** As it stands now; null where nothing was done. */
  readonly left: Verification | null;
  readonly failures: readonly ConnectionFailure[];
}

/** Mending one thing may bring another to light; it never takes more than a few rounds, unless it does not help. */
const MOST_ROUNDS = 6;
/** Messages whose facts are held in memory until they are written. */
const MOST_FACTS = 10_000;

/** Mends what verifying names, and verifies again, until nothing is left to mend. */
export async function repair(tools: RepairTools, dryRun: boolean): Promise<RepairReport> {
  const facts: ScannedMessage[] = [];
  const look = () => {
    facts.length = 0;
    return tools.verify((message) => {
      if (facts.length < MOST_FACTS) facts.push(message);
    });
  };
  const steps: string[] = [];
  const failures: ConnectionFailure[] = [];
  const found = await look();
  let left = found;
  let searched = false;
  for (let round = 0; left.total > 0 && round < MOST_ROUNDS; round++) {
    const plan = planRepair(left);
    for (const step of describePlan(plan)) if (!steps.includes(step)) steps.push(step);
    if (dryRun) return { dryRun, found, steps, left: null, failures };
    failures.splice(0, failures.length, ...(await mend(tools, plan, facts, searched)));
    searched ||= plan.unknown.length > 0;
    if (failures.length > 0) break;
    left = await look();
  }
  return { dryRun, found, steps, left: dryRun || found.total === 0 ? null : left, failures };
}

/** @param searched all sources were read again already: what is unknown still is to go */
async function mend(
  tools: RepairTools,
  plan: RepairPlan,
  facts: readonly ScannedMessage[],
  searched: boolean,
): Promise<readonly ConnectionFailure[]> {
  if (plan.newCatalog) {
    await tools.replaceCatalog();
    return tools.rebuild(null);
  }
  const catalog = await tools.catalog();
  // Of a repair that was killed.
  await catalog.forgetRemovals();
  const archives = new Set(plan.archives);
  if (facts.length > 0) await catalog.correct(facts);
  if (plan.tables || facts.length > 0) for (const name of await catalog.mendTables()) archives.add(name);
  await catalog.readAgain(await catalog.filesAt(plan.files));
  for (const { archive } of plan.files) archives.add(archive);
  if (plan.threads.length > 0) {
    const keys = (await catalog.expectedOf(plan.threads)).map(({ key }) => key);
    await catalog.threadAnew(keys, { bySubject: archivesBySubject(tools.settings) });
  }
  await catalog.logAgain(plan.again);
  if (searched) await catalog.logRemovals(plan.unknown);
  const everywhere = plan.unknown.length > 0 && !searched;
  const all = Object.keys(tools.settings.archives);
  const named = everywhere ? all : all.filter((name) => archives.has(name));
  const failures = [
    ...(await tools.update(named, everywhere, plan.rebuild)),
    ...(plan.rebuild.length === 0 ? [] : await tools.rebuild(plan.rebuild)),
  ];
  if (searched) await catalog.forgetRemovals();
  return failures;
}
