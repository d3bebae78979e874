import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestEngine } from '../backends/engines-at.ts';
import { type BuiltProgram, buildProgram } from './built-program.ts';
import {
  type Amount,
  type CrashMail,
  keepTemplate,
  makeCrashMail,
  makeSiteFolder,
  type Template,
} from './crash-sites.ts';
import type { State } from './judge.ts';
import { type Judge, startJudge } from './judges.ts';
import {
  COMMANDS,
  type CommandName,
  differenceOf,
  type KilledCommand,
  wrongBetween,
} from './killed-commands.ts';

/** Bytes of a line of the log of points. */
const LINE = 64;
/** Sites of an engine that are worked on at the same time. */
const LANES = [0, 1] as const;

/** Something that a run was about to do. */
export interface Point {
  /** Milliseconds. */
  readonly at: number;
  /** What it worked on. */
  readonly area: string;
  readonly call: string;
}

/** When a run is killed: before a point, by its number from 1, or some milliseconds behind the first point of an area. */
export type Moment = { readonly before: number } | { readonly area: string; readonly after: number };

export interface Run {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly points: readonly Point[];
}

/** What a command does when nobody disturbs it. */
export interface Undisturbed {
  readonly points: readonly Point[];
}

/** A command on sites of one engine that are all alike. */
export interface Bench {
  readonly undisturbed: Undisturbed;
  /** A run that is killed, what was seen meanwhile, and what became of it. Answers what was wrong; nobody else uses the lane. */
  kill(
    lane: number,
    moment: Moment,
    options: {
      /** A reader searches all the while. */
      readonly watched: boolean;
      /** In the end sources, catalog and index are compared, where it should hold all mail. */
      readonly verified: boolean;
    },
  ): Promise<Run & { readonly wrong: readonly string[] }>;
}

export interface Workshop {
  bench(engine: TestEngine, command: CommandName): Promise<Bench>;
  close(): Promise<void>;
}

/** A site with a judge of its own, which works on nothing else meanwhile. */
interface Lane {
  readonly folder: string;
  readonly old: Template;
  readonly judge: Judge;
}

/**
 * Mail that grows, and sites of each engine that hold what was there before.
 * @param url of the server that the engine elasticsearch is on
 */
export async function openWorkshop(
  engines: readonly TestEngine[],
  url: string | null,
  { first, later, lines }: { readonly first: Amount; readonly later: Amount; readonly lines: number },
): Promise<Workshop> {
  const directory = mkdtempSync(join(tmpdir(), 'hayrick-kill-'));
  const program = await buildProgram(join(directory, 'program'), [
    new URL('judge.ts', import.meta.url),
    new URL('points.ts', import.meta.url),
  ]);
  const judges = LANES.map(() => startJudge(program));
  const mail: CrashMail = makeCrashMail(join(directory, 'mail'), first, later, lines);
  const lanes = new Map<string, readonly Lane[]>();
  let kept = 0;
  const keep = (engine: TestEngine, folder: string) =>
    keepTemplate(folder, join(directory, `kept${kept++}`), engine.name === 'elasticsearch' ? url : null);
  for (const engine of engines) {
    const made = judges.map(async (judge, i): Promise<Lane> => {
      const folder = join(directory, `${engine.name}${i}`);
      makeSiteFolder(folder, mail, engine);
      await judge.judge(folder, ['update']);
      return { folder, judge, old: await keep(engine, folder) };
    });
    lanes.set(engine.name, await Promise.all(made));
  }
  mail.grow();
  const templates: Template[] = [...lanes.values()].flatMap((all) => all.map(({ old }) => old));

  return {
    async bench(engine, name) {
      const command: KilledCommand = COMMANDS[name];
      const all = lanes.get(engine.name) ?? [];
      const begins = await Promise.all(
        all.map(async ({ folder, judge, old }) => {
          await old.restore();
          await judge.judge(folder, command.prepare ?? []);
          command.damage?.(folder);
          const template = await keep(engine, folder);
          templates.push(template);
          return template;
        }),
      );
      const verify = command.whole ? (['verify'] as const) : [];
      const [lane] = all;
      if (lane === undefined) throw new Error(`no site of ${engine.name}`);
      const { folder, judge } = lane;
      const before = only((await judge.judge(folder, ['state'])).states);
      const run = await runCommand(program, folder, command.argv, null);
      if (run.status !== 0) throw new Error(`${name} of ${engine.name} ended with ${run.status}`);
      const { states, wrong } = await judge.judge(folder, ['state', ...command.next, ...verify, 'state']);
      const [done, after] = [states[0] ?? 'no index', states[1] ?? 'no index'];
      if (wrong.length > 0) throw new Error(`undisturbed: ${wrong.join('\n')}`);
      const steps = command.inSteps ?? false;
      return {
        undisturbed: { points: run.points },
        async kill(number, moment, { watched, verified }) {
          const { folder: site, judge: its } = all[number] ?? lane;
          await begins[number]?.restore();
          const killing = () => runCommand(program, site, command.argv, moment);
          const [killed, seen] = watched ? await its.during(site, killing) : [await killing(), []];
          const judged = await its.judge(site, [
            'settle',
            'state',
            ...command.next,
            ...(verified ? verify : []),
            'settle',
            'state',
          ]);
          const [between = 'no index', end = 'no index'] = judged.states;
          const met = [
            ...seen.map((state) => wrongBetween(state, bare(before), bare(done), steps)),
            wrongBetween(bare(between), bare(before), bare(done), steps),
            // Each answer is of one state, though a server may go from one to the other between two answers.
            steps ? null : wrongLines(between, before, done),
          ];
          return {
            ...killed,
            wrong: [
              ...met.flatMap((what) => (what === null ? [] : [`between: ${what}`])),
              ...judged.wrong,
              ...judged.left.map((what) => `left: ${what}`),
              ...(String(end) === String(after) ? [] : [`at the end: ${differenceOf(end, after)}`]),
            ],
          };
        },
      };
    },
    async close() {
      await Promise.all(judges.map((judge) => judge.close()));
      for (const template of templates) await template.forget();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The command line as a process of its own, whose points are written down. */
async function runCommand(
  program: BuiltProgram,
  folder: string,
  argv: readonly string[],
  moment: Moment | null,
): Promise<Run> {
  const log = join(folder, 'points');
  rmSync(log, { force: true });
  const kill =
    moment === null
      ? {}
      : 'before' in moment
        ? { POINTS_KILL_AT: String(moment.before) }
        : { POINTS_KILL_IN: moment.area, POINTS_KILL_AFTER: String(moment.after) };
  const child = spawn(
    process.execPath,
    ['--import', program.scripts['points'] ?? '', program.cli, ...argv, '-v', '0'],
    {
      cwd: folder,
      env: { PATH: process.env['PATH'] ?? '', NODE_COMPILE_CACHE: program.cache, POINTS_LOG: log, ...kill },
      stdio: 'ignore',
    },
  );
  const ended = await new Promise<Pick<Run, 'status' | 'signal'>>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) => resolve({ status, signal }));
  });
  return { ...ended, points: pointsOf(log) };
}

function pointsOf(log: string): readonly Point[] {
  const text = existsSync(log) ? readFileSync(log, 'utf8') : '';
  return Array.from({ length: Math.floor(text.length / LINE) }, (_, i) => {
    const [at = '', area = '', ...call] = text
      .slice(i * LINE, (i + 1) * LINE)
      .trim()
      .split(' ');
    return { at: Number(at), area, call: call.join(' ') };
  });
}

function wrongLines(state: State, before: State, done: State): string | null {
  if (state === 'no index') return null;
  const odd = state.filter((line) => !before.includes(line) && !done.includes(line));
  return odd.length === 0 ? null : `neither before nor after: ${odd}`;
}

function only(states: readonly State[]): State {
  return states[0] ?? 'no index';
}

/** Without what is counted. */
function bare(state: State): State {
  return state === 'no index' ? state : state.filter((line) => !line.includes(': '));
}
