import PQueue from 'p-queue';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everyEngine } from '../backends/engines.ts';
import { elasticsearchServer } from '../elasticsearch/servers.ts';
import { COMMANDS, type CommandName } from './killed-commands.ts';
import { openWorkshop, type Workshop } from './killing.ts';

/** Messages: each source has many points of its own. */
const FIRST = { boxed: 0, packed: 4, files: 3 };
const LATER = { boxed: 0, packed: 2, files: 1 };
const ENGINES = await everyEngine('is killed at every point');
const server = await elasticsearchServer('is killed at every point');
const NAMES = Object.keys(COMMANDS) as readonly CommandName[];
/** Of the other engines: what they do is much the same in all. */
const OF_ALL: readonly CommandName[] = ['rebuild_index', 'update_index'];
/** What no engine has to do with: it is tried with SQLite. */
const SHARED: readonly string[] = ['locks', 'catalog', 'texts'];

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop(ENGINES, server?.url ?? null, { first: FIRST, later: LATER, lines: 2 });
});
afterAll(() => workshop.close());

describe.each(ENGINES)('$name', (engine) => {
  it.each(engine.name === 'sqlite' ? NAMES : OF_ALL)(
    '%s, killed before anything that it does to a disk or a server, loses nothing',
    { timeout: 600_000 },
    async (command) => {
      const bench = await workshop.bench(engine, command);
      const points = bench.undisturbed.points
        .map((point, i) => ({ ...point, number: i + 1 }))
        .filter(({ area }) => engine.name === 'sqlite' || !SHARED.includes(area));
      expect(points.length).toBeGreaterThan(2);
      const wrong: string[] = [];
      const lanes = [0, 1];
      let kills = 0;
      const queue = new PQueue({ concurrency: lanes.length });
      await queue.addAll(
        points.map(({ area, call, number }) => async () => {
          const lane = lanes.pop() ?? 0;
          const run = await bench.kill(lane, { before: number }, { watched: false, verified: false });
          lanes.push(lane);
          if (run.signal === 'SIGKILL') kills++;
          const where = `point ${number} of ${bench.undisturbed.points.length}, before ${call} of ${area}`;
          wrong.push(...run.wrong.map((what) => `${where}: ${what}`));
        }),
      );
      process.stderr.write(`${engine.name} ${command}: ${kills} kills at ${points.length} points\n`);
      expect(wrong, wrong.join('\n')).toEqual([]);
      // Threads share the work: of two runs one may do a thing or two less.
      expect(kills).toBeGreaterThanOrEqual(points.length - (engine.name === 'elasticsearch' ? 0 : 3));
    },
  );
});
