import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { State, Step } from './judge.ts';

export interface KilledCommand {
  readonly argv: readonly string[];
  /** What is done before to a site that is behind its mail. */
  readonly prepare?: readonly Step[];
  /** The same, with its files. */
  readonly damage?: (folder: string) => void;
  /** Several changes one after the other: who looks in between may find some of them. */
  readonly inSteps?: true;
  /** What is done after the kill, by a program that finds what was left. */
  readonly next: readonly Step[];
  /** Then it holds all mail. */
  readonly whole: boolean;
}

export const COMMANDS = {
  rebuild_index: { argv: ['rebuild_index', '--noinput'], next: ['rebuild'], whole: true },
  update_index: { argv: ['update_index'], inSteps: true, next: ['update'], whole: false },
  'update_index --remove': {
    argv: ['update_index', '--remove'],
    inSteps: true,
    next: ['remove'],
    whole: true,
  },
  repair_index: { argv: ['repair_index'], damage, inSteps: true, next: ['repair', 'remove'], whole: true },
  rollback_index: {
    argv: ['rollback_index', '--noinput'],
    prepare: ['rebuild'],
    next: ['remove'],
    whole: true,
  },
  clear_index: { argv: ['clear_index', '--noinput'], next: ['clear'], whole: false },
} as const satisfies Readonly<Record<string, KilledCommand>>;

export type CommandName = keyof typeof COMMANDS;

/** Documents are missing from the index, as far as its tables can be got at, and others are not what the catalog says. */
function damage(folder: string): void {
  const catalog = new Database(join(folder, 'data/catalog.db'));
  catalog.prepare('UPDATE document SET digest = digest + 1 WHERE message % 7 = 0').run();
  catalog.close();
  const indexes = join(folder, 'data/indexes/default');
  const { connections } = JSON.parse(readFileSync(join(folder, 'settings.json'), 'utf8'));
  if (connections.default.engine !== 'sqlite') return;
  const live = readFileSync(join(indexes, 'CURRENT'), 'utf8').trim();
  const db = new Database(join(indexes, live, 'index.db'));
  const row = db.prepare('SELECT min(row) FROM doc').pluck().get();
  for (const table of ['words', 'aside', 'keywords'])
    db.prepare(`DELETE FROM ${table} WHERE rowid = ?`).run(row);
  db.prepare('DELETE FROM doc WHERE row = ?').run(row);
  db.close();
}

/**
 * What a state must not be that was met between two others.
 * @param steps what is neither in the one nor in the other may not be there, and what is in both must be
 */
export function wrongBetween(state: State, before: State, after: State, steps: boolean): string | null {
  if (String(state) === String(before) || String(state) === String(after)) return null;
  if (!steps || state === 'no index' || before === 'no index' || after === 'no index')
    return `neither before nor after: ${differenceOf(state, before)}; or ${differenceOf(state, after)}`;
  const [seen, old, fresh] = [messagesOf(state), messagesOf(before), messagesOf(after)];
  const lost = [...old].filter((line) => fresh.has(line) && !seen.has(line));
  const odd = [...seen].filter((line) => !old.has(line) && !fresh.has(line));
  const twice = state.length - new Set(state).size;
  if (lost.length + odd.length + twice === 0) return null;
  return `lost ${lost.join(', ')}; neither before nor after: ${odd.join(', ')}; ${twice} twice`;
}

/** What one state has and the other lacks, and the other way round. */
export function differenceOf(state: State, wanted: State): string {
  if (state === 'no index' || wanted === 'no index') return `${state} and not ${wanted}`;
  const extra = state.filter((line) => !wanted.includes(line));
  return `${state.length} lines, not expected: ${extra}; missing: ${wanted.filter((line) => !state.includes(line))}`;
}

/** Without what is counted. */
function messagesOf(state: readonly string[]): ReadonlySet<string> {
  return new Set(state.filter((line) => !line.includes(': ')));
}
