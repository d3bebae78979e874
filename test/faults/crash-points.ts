// Loaded into a run before everything else, and into each of its threads: counts what it does to the disk, and can end it at one of these places.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import Database from 'better-sqlite3';

/** Bytes of a line of the log: its length tells how many there are, whichever thread wrote them. */
const LINE = 32;
/** Calls that change what is on the disk. */
const CHANGES = [
  'appendFileSync',
  'copyFileSync',
  'fdatasyncSync',
  'fsyncSync',
  'ftruncateSync',
  'linkSync',
  'mkdirSync',
  'renameSync',
  'rmSync',
  'rmdirSync',
  'truncateSync',
  'unlinkSync',
  'writeFileSync',
  'writeSync',
  'writevSync',
] as const;
/** Their numbers; others are pipes of the standard streams. */
const FIRST_FILE = 3;

const log = process.env['CRASH_LOG'] ?? '';
const at = Number(process.env['CRASH_AT'] ?? 0);
const { closeSync, fstatSync, openSync, writeSync } = fs;

if (log !== '') {
  watchFiles();
  watchSqlite();
}

/** The process is about to do something that counts. */
function point(label: string): void {
  const descriptor = openSync(log, 'a');
  writeSync(descriptor, `${label.slice(0, LINE - 1).padEnd(LINE - 1)}\n`);
  const count = fstatSync(descriptor).size / LINE;
  closeSync(descriptor);
  if (count !== at) return;
  process.kill(process.pid, 'SIGKILL');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

function watchFiles(): void {
  const calls: Record<string, unknown> = { ...fs };
  for (const name of CHANGES) {
    const call = calls[name];
    if (typeof call !== 'function') continue;
    const watched = (...args: readonly unknown[]): unknown => {
      if (changes(name, args[0])) point(name);
      return Reflect.apply(call, fs, args);
    };
    Object.defineProperty(fs, name, { value: watched, configurable: true, writable: true });
  }
  syncBuiltinESMExports();
}

/** Not what goes to the standard streams, nor folders that are there already. */
function changes(name: string, target: unknown): boolean {
  if (typeof target === 'number') return target >= FIRST_FILE;
  return name !== 'mkdirSync' || !fs.existsSync(String(target));
}

/** Commits, and statements that are transactions by themselves. What SQLite writes before is nothing until then. */
function watchSqlite(): void {
  const { exec, close } = Database.prototype;
  Database.prototype.exec = function (source) {
    const isPart = this.readonly || this.inTransaction || /^\s*(?:pragma|begin)\b/i.test(source);
    if (!isPart) point('exec');
    return exec.call(this, source);
  };
  Database.prototype.close = function () {
    if (this.open && !this.readonly) point('close');
    return close.call(this);
  };
  const probe = new Database(':memory:');
  const statement = Object.getPrototypeOf(probe.prepare('SELECT 1'));
  close.call(probe);
  const { run } = statement;
  statement.run = function (this: Database.Statement, ...args: readonly unknown[]): unknown {
    const { database, source } = this;
    const ends = source === 'COMMIT' || (!database.inTransaction && !source.startsWith('BEGIN'));
    if (ends && !database.readonly) point(source === 'COMMIT' ? 'commit' : 'statement');
    return Reflect.apply(run, this, args);
  };
}
