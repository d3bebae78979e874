import PQueue from 'p-queue';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { everyEngine } from '../backends/engines.ts';
import { elasticsearchServer } from '../elasticsearch/servers.ts';
import type { CommandName } from './killed-commands.ts';
import { type Bench, type Moment, openWorkshop, type Point, type Workshop } from './killing.ts';

const ENGINES = await everyEngine('is killed at random moments');
const server = await elasticsearchServer('is killed at random moments');
/** Messages. */
const FIRST = { boxed: 100, packed: 50, files: 25 };
const LATER = { boxed: 40, packed: 20, files: 10 };
/** Kills of each command: at least 200 on SQLite, 50 on the others. */
const KILLS: Readonly<Record<CommandName, { readonly sqlite: number; readonly others: number }>> = {
  rebuild_index: { sqlite: 64, others: 18 },
  update_index: { sqlite: 52, others: 14 },
  'update_index --remove': { sqlite: 32, others: 8 },
  repair_index: { sqlite: 30, others: 6 },
  rollback_index: { sqlite: 16, others: 6 },
  clear_index: { sqlite: 16, others: 6 },
};
/** Tries for a kill, each sooner: a run may end before it is killed. */
const TRIES = 4;
const seed = Number(process.env['SEED']);

let workshop: Workshop;
beforeAll(async () => {
  process.stderr.write(`seed ${seed}\n`);
  workshop = await openWorkshop(ENGINES, server?.url ?? null, { first: FIRST, later: LATER, lines: 8 });
});
afterAll(() => workshop.close());

/** Of a command, how many kills landed where. */
type Histogram = Map<string, number>;

it.each(ENGINES)(
  '$name, killed at random moments of each command, ends as if it had not been disturbed',
  { timeout: 900_000 },
  async (engine) => {
    const wrong: string[] = [];
    const histograms: string[] = [];
    const worked = new Set<string>();
    const hit = new Set<string>();
    let kills = 0;
    for (const [name, { sqlite, others }] of Object.entries(KILLS)) {
      const command = name as CommandName;
      const bench = await workshop.bench(engine, command);
      const histogram: Histogram = new Map();
      const count = engine.name === 'sqlite' ? sqlite : others;
      const areas = [...new Set(bench.undisturbed.points.map(({ area }) => area))];
      const lanes = [0, 1];
      const queue = new PQueue({ concurrency: lanes.length });
      await queue.addAll(
        Array.from({ length: count }, (_, i) => async () => {
          const lane = lanes.pop() ?? 0;
          const area = areas[i % areas.length] ?? '';
          const part = fraction(`${engine.name} ${command} ${i}`);
          const killed = await killIn(
            bench,
            lane,
            { area, part },
            wrong,
            `${command}, kill ${i} (${area} ${part.toFixed(3)})`,
          );
          lanes.push(lane);
          if (killed !== null) histogram.set(killed, (histogram.get(killed) ?? 0) + 1);
        }),
      );
      // What takes no time is hardly ever met: there, before one of its points.
      for (const area of areas.filter((one) => !histogram.has(one))) {
        const numbers = bench.undisturbed.points.flatMap((point, i) => (point.area === area ? [i + 1] : []));
        const before = numbers[Math.floor(fraction(`${command} ${area}`) * numbers.length)] ?? 1;
        const killed = await strike(bench, 0, { before }, wrong, `${command}, before point ${before}`);
        if (killed !== null) histogram.set(killed, (histogram.get(killed) ?? 0) + 1);
      }
      kills += [...histogram.values()].reduce((sum, n) => sum + n, 0);
      for (const area of areas) worked.add(area);
      for (const area of histogram.keys()) hit.add(area);
      const counts = [...histogram].sort(([a], [b]) => (a < b ? -1 : 1)).map(([area, n]) => `${area} ${n}`);
      histograms.push(`${engine.name} ${command}: ${counts.join(', ')}`);
    }
    process.stderr.write(`${histograms.join('\n')}\n`);
    expect(wrong, wrong.join('\n')).toEqual([]);
    expect(kills).toBeGreaterThanOrEqual(engine.name === 'sqlite' ? 200 : 50);
    expect([...worked].filter((area) => !hit.has(area))).toEqual([]);
  },
);

/** Kills a run in an area, some part of the time that this takes behind its beginning. Answers where it was. */
async function killIn(
  bench: Bench,
  lane: number,
  { area, part }: { readonly area: string; readonly part: number },
  wrong: string[],
  told: string,
): Promise<string | null> {
  let after = spanOf(bench.undisturbed.points, area) * part;
  for (let tries = 0; tries < TRIES; tries++, after /= 3) {
    const killed = await strike(bench, lane, { area, after }, wrong, told);
    if (killed !== null) return killed;
  }
  return null;
}

/** Answers what the run was at when it was killed; null: it had ended. */
async function strike(
  bench: Bench,
  lane: number,
  moment: Moment,
  wrong: string[],
  told: string,
): Promise<string | null> {
  const killing = bench.kill(lane, moment, { watched: true, verified: true });
  const run = await killing.catch((error: unknown) => {
    wrong.push(`seed ${seed}, ${told}: ${error}`);
    return null;
  });
  if (run === null) return null;
  wrong.push(...run.wrong.map((what) => `seed ${seed}, ${told}: ${what}`));
  if (run.signal !== 'SIGKILL') return null;
  return run.points.at(-1)?.area ?? null;
}

/** Milliseconds from the first point of an area to what follows its last. */
function spanOf(points: readonly Point[], area: string): number {
  const first = points.find((point) => point.area === area);
  const last = points.findLastIndex((point) => point.area === area);
  const end = points[last + 1] ?? points[last];
  return (end?.at ?? 0) - (first?.at ?? 0);
}

/** In [0, 1), the same for the same seed and name: FNV-1a, mixed. */
function fraction(name: string): number {
  let hash = 2_166_136_261 ^ seed;
  for (const byte of Buffer.from(name)) hash = Math.imul(hash ^ byte, 16_777_619);
  hash = Math.imul(hash ^ (hash >>> 15), 2_246_822_507);
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32;
}
