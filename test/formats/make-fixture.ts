// Makes a fixture of the formats that the program of this repository writes: node --conditions=hayrick-src test/formats/make-fixture.ts FILE
// With the address of an Elasticsearch behind it: one of its index there, as the requests that made it (pnpm elastic start runs a server).
// By the command line alone, so that programs of old commits can make fixtures too.
import { execFile } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { record } from './recorded-requests.ts';

const CLI = new URL('../../packages/cli/bin/hayrick.js', import.meta.url).pathname;
const QUERIES = [
  '*',
  'scythe',
  'subject:quince',
  '"warm heap"',
  'from:@example.com',
  'list:packed',
  'changeId:i42',
];

interface Wanted {
  readonly subject?: string;
  readonly to?: number;
  readonly from?: string;
  readonly day?: number;
  readonly text?: string;
  readonly extra?: readonly string[];
}

/** The alias on the server: tests put another in its place. */
const ALIAS = 'fixture-alias';

const [, , out, server] = process.argv;
if (out === undefined) throw new Error('Name the file to be written.');
const folder = mkdtempSync(join(tmpdir(), 'hayrick-fixture-'));
const recorder = server === undefined ? null : await record(server);
const connections =
  recorder === null
    ? { default: { engine: 'sqlite' }, ram: { engine: 'memory' } }
    : { default: { engine: 'elasticsearch', url: recorder.url, index: ALIAS } };
fill();
await run('update_index');
appendFileSync(join(folder, 'mail/garden.mbox'), mbox([mail(20, { subject: 'Quince jelly', day: 2 })]));
rmSync(join(folder, 'mail/shed/new/1578370000.7.example'));
await run('update_index');
const found: Record<string, Record<string, readonly string[]>> = {};
for (const using of Object.keys(connections)) {
  const ids: Record<string, readonly string[]> = {};
  for (const query of QUERIES) ids[query] = await idsOf(using, query);
  found[using] = ids;
}
recorder?.close();
const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
const pathsOf = (chosen: typeof entries) => chosen.map((entry) => join(entry.parentPath, entry.name)).sort();
const files = pathsOf(entries.filter((entry) => entry.isFile()));
const header = {
  folder,
  found,
  ...(recorder === null ? {} : { requests: recorder.requests, alias: ALIAS }),
  folders: pathsOf(entries.filter((entry) => entry.isDirectory())).map((path) =>
    path.slice(folder.length + 1),
  ),
  files: files.map((path) => ({
    name: path.slice(folder.length + 1),
    bytes: statSync(path).size,
    modified: statSync(path).mtimeMs,
  })),
};
const whole = Buffer.concat([
  Buffer.from(`${JSON.stringify(header)}\n`),
  ...files.map((path) => readFileSync(path)),
]);
writeFileSync(out, brotliCompressSync(whole));
rmSync(folder, { recursive: true });

/** A box that grows, a folder from which one message vanishes, and a packed box, whose texts are kept. */
function fill(): void {
  for (const name of ['mail/shed/new', 'mail/shed/cur', 'mail/shed/tmp'])
    mkdirSync(join(folder, name), { recursive: true });
  const garden = [
    mail(1, { subject: 'Scythes in spring', text: 'A scythe and a whetstone.' }),
    mail(2, {
      subject: 'Re: Scythes in spring',
      to: 1,
      from: 'Bob <bob@example.com>',
      text: '> A scythe\nThe blade is blunt.',
    }),
    mail(3, { subject: 'Compost', text: 'A warm heap.', extra: ['Change-Id: I42'] }),
    mail(4, { subject: 'Re: Compost', to: 3, day: 40, text: 'Füchse und 内核 in the heap.' }),
  ];
  writeFileSync(join(folder, 'mail/garden.mbox'), mbox(garden));
  for (const n of [5, 6, 7])
    writeFileSync(
      join(folder, `mail/shed/new/15783${n}0000.${n}.example`),
      mail(n, { text: `Rake number ${n}.` }),
    );
  // Two that are held elsewhere too.
  const packed = [
    ...garden.slice(0, 1),
    mail(8, { subject: 'Quince', text: 'Of the scythe.' }),
    mail(5, { text: 'Rake number 5.' }),
  ];
  writeFileSync(join(folder, 'mail/packed.mbox.gz'), gzipSync(mbox(packed)));
  const settings = {
    archives: {
      garden: { paths: ['mail/garden.mbox'], access: 'public' },
      shed: { paths: ['mail/shed'], readers: ['ann'] },
      packed: { paths: ['mail/packed.mbox.gz'] },
    },
    connections,
    fields: { changeId: { header: 'Change-Id', kind: 'keyword' } },
  };
  writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings), { mode: 0o600 });
}

function mail(n: number, wanted: Wanted): string {
  const { subject = `Number ${n}`, to, from = 'Ann <ann@example.org>', day = n } = wanted;
  const { text = 'some text', extra = [] } = wanted;
  const date = new Date(Date.UTC(2020, 0, day, 10)).toUTCString().replace('GMT', '+0000');
  const reply = to === undefined ? [] : [`In-Reply-To: <m${to}@example.org>`];
  return [
    `From: ${from}`,
    'To: list@example.org',
    `Subject: ${subject}`,
    `Date: ${date}`,
    `Message-ID: <m${n}@example.org>`,
    ...reply,
    ...extra,
    'Content-Type: text/plain; charset=utf-8',
    '',
    text,
    '',
  ].join('\n');
}

function mbox(mails: readonly string[]): string {
  return mails.map((text) => `From ann@example.org Fri Jan 31 12:00:00 2020\n${text}\n`).join('');
}

async function run(...argv: readonly string[]): Promise<string> {
  const flags = ['--conditions=hayrick-src', CLI, ...argv];
  const { stdout } = await promisify(execFile)(process.execPath, flags, { cwd: folder });
  return stdout;
}

async function idsOf(using: string, query: string): Promise<readonly string[]> {
  // A row a line: the id, and the archives that hold the message.
  const told = await run('search', query, '-u', using, '--sort', 'oldest', '--format', 'jsonl');
  return told
    .trim()
    .split('\n')
    .map((line) => {
      const { id, archives } = JSON.parse(line) as { id: string; archives: string[] };
      return `${id} ${archives.join()}`;
    });
}
