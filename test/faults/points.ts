// Loaded into a run before everything else, and into each of its threads: writes down what it is about to do to disks and servers, and can
// end it there, or some time behind.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import { isMainThread, Worker } from 'node:worker_threads';
import Database from 'better-sqlite3';

/** Bytes of a line of the log: its length tells how many there are, whichever thread wrote them. */
const LINE = 64;
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
const HANDLE_CHANGES = [
  'appendFile',
  'datasync',
  'sync',
  'truncate',
  'write',
  'writeFile',
  'writev',
] as const;
/** Numbers of files; those below are pipes of the standard streams. */
const FIRST_FILE = 3;
/** What is being worked on, by the path of a file: the first that fits. */
const AREAS: readonly (readonly [RegExp, string])[] = [
  [/\/locks\//, 'locks'],
  [/\/catalog\.db/, 'catalog'],
  [/\/store\//, 'texts'],
  [/\/CURRENT/, 'swap'],
  [/\/(?:LAST|owner\.json)/, 'create'],
  [/\/dropped-/, 'drop'],
  [/\/g\d+\/./, 'index'],
  [/\/indexes\//, 'create'],
];
/** The same by the first line of a request. */
const REQUESTS: readonly (readonly [RegExp, string])[] = [
  [/^\S+ \S*\/_(?:search|count|pit|mget|validate|stats|async_search|field_caps|analyze)/, ''],
  [/^DELETE \S*\/_pit/, ''],
  [/^DELETE /, 'drop'],
  [/^POST \S*\/_aliases/, 'swap'],
  [/^\S+ \S*\/_(?:bulk|update|doc|create)/, 'index'],
  [/^\S+ \S*\/_(?:refresh|flush|forcemerge|settings|mapping)/, 'finish'],
  [/^PUT /, 'create'],
];

const log = process.env['POINTS_LOG'] ?? '';
const killAt = Number(process.env['POINTS_KILL_AT'] ?? 0);
const { closeSync, fstatSync, openSync, readlinkSync, writeSync } = fs;

if (log !== '') {
  watchFiles();
  await watchHandles();
  watchSqlite();
  watchRequests();
  if (isMainThread && process.env['POINTS_KILL_IN'] !== undefined) killLater(process.env['POINTS_KILL_IN']);
}

/** The process is about to do something that counts. */
function point(call: string, area: string): void {
  const at = (performance.timeOrigin + performance.now()).toFixed(3);
  const descriptor = openSync(log, 'a');
  writeSync(descriptor, `${`${at} ${area} ${call}`.slice(0, LINE - 1).padEnd(LINE - 1)}\n`);
  const count = fstatSync(descriptor).size / LINE;
  closeSync(descriptor);
  if (count !== killAt) return;
  process.kill(process.pid, 'SIGKILL');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

/** Ends the process so many milliseconds behind the first point of an area: by a thread of its own, since the others are at work. */
function killLater(area: string): void {
  const code = `
    const { fstatSync, openSync, readFileSync } = require('node:fs');
    const { workerData: { log, area, after } } = require('node:worker_threads');
    const pause = new Int32Array(new SharedArrayBuffer(4));
    const descriptor = openSync(log, 'a');
    for (let read = 0; ; Atomics.wait(pause, 0, 0, 0.2)) {
      const { size } = fstatSync(descriptor);
      if (size === read) continue;
      read = size;
      if (readFileSync(log, 'latin1').includes(' ' + area + ' ')) break;
    }
    if (after > 0) Atomics.wait(pause, 0, 0, after);
    process.kill(process.pid, 'SIGKILL');`;
  const workerData = { log, area, after: Number(process.env['POINTS_KILL_AFTER'] ?? 0) };
  new Worker(code, { eval: true, execArgv: [], workerData }).unref();
}

function areaOf(path: string): string {
  return AREAS.find(([pattern]) => pattern.test(path))?.[1] ?? 'other';
}

function watchFiles(): void {
  const calls: Record<string, unknown> = { ...fs };
  for (const name of CHANGES) {
    const call = calls[name];
    if (typeof call !== 'function') continue;
    const watched = (...args: readonly unknown[]): unknown => {
      const path = pathOf(args[0]);
      // Folders that are there already are no change.
      if (path !== null && (name !== 'mkdirSync' || !fs.existsSync(path))) {
        const aside = name === 'renameSync' && String(args[1]).includes('/dropped-');
        const target = name === 'renameSync' || name === 'linkSync' ? String(args[1]) : path;
        point(name, aside || (name === 'rmSync' && /\/g\d+$/.test(path)) ? 'drop' : areaOf(target));
      }
      return Reflect.apply(call, fs, args);
    };
    Object.defineProperty(fs, name, { value: watched, configurable: true, writable: true });
  }
  syncBuiltinESMExports();
}

/** Null for what goes to the standard streams. */
function pathOf(target: unknown): string | null {
  if (typeof target !== 'number') return String(target);
  return target < FIRST_FILE ? null : readlinkSync(`/proc/self/fd/${target}`);
}

/** Files that are written without waiting for them. */
async function watchHandles(): Promise<void> {
  const handle = await fs.promises.open(log, 'a');
  const prototype = Object.getPrototypeOf(handle);
  await handle.close();
  for (const name of HANDLE_CHANGES) {
    const call = prototype[name];
    prototype[name] = function (this: { readonly fd: number }, ...args: readonly unknown[]): unknown {
      const path = pathOf(this.fd);
      if (path !== null) point(name, areaOf(path));
      return Reflect.apply(call, this, args);
    };
  }
}

/** Commits, and statements that are transactions by themselves. What SQLite writes before is nothing until then. */
function watchSqlite(): void {
  const { exec, close } = Database.prototype;
  Database.prototype.exec = function (source) {
    const isPart = this.readonly || this.inTransaction || /^\s*(?:pragma|begin)\b/i.test(source);
    if (!isPart) point('exec', areaOf(this.name));
    return exec.call(this, source);
  };
  Database.prototype.close = function () {
    if (this.open && !this.readonly) point('close', areaOf(this.name));
    return close.call(this);
  };
  const probe = new Database(':memory:');
  const statement = Object.getPrototypeOf(probe.prepare('SELECT 1'));
  close.call(probe);
  const { run } = statement;
  statement.run = function (this: Database.Statement, ...args: readonly unknown[]): unknown {
    const { database, source } = this;
    const ends = source === 'COMMIT' || (!database.inTransaction && !source.startsWith('BEGIN'));
    if (ends && !database.readonly)
      point(source === 'COMMIT' ? 'commit' : 'statement', areaOf(database.name));
    return Reflect.apply(run, this, args);
  };
}

/** What a server is asked to change, before any of it is sent. */
function watchRequests(): void {
  const { write } = net.Socket.prototype;
  const watched = function (this: net.Socket, ...args: readonly unknown[]): unknown {
    const first = typeof args[0] === 'string' ? args[0].slice(0, 200) : '';
    const line = /^(?:PUT|POST|DELETE) \S+ HTTP\//.exec(first)?.[0] ?? '';
    const area = line === '' ? '' : (REQUESTS.find(([pattern]) => pattern.test(line))?.[1] ?? 'other');
    const [method = '', path = ''] = line.split(' ');
    if (area !== '') point(`${method} ${path.replace(/\?.*/, '').slice(-24)}`, area);
    return Reflect.apply(write, this, args);
  };
  Object.defineProperty(net.Socket.prototype, 'write', {
    value: watched,
    configurable: true,
    writable: true,
  });
}
