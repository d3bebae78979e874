/**
 * Makes `mail/` from `threads/`: `node examples/sample/build.ts`. The same input gives the same bytes, always.
 * With `--check` nothing is written: it ends with 1 and names the files that differ from what would be made.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { composeAll, type Mail } from './generator/compose.ts';
import { readAll } from './generator/read-all.ts';
import { type MailFile, mailFiles } from './generator/write-mail.ts';

const here = import.meta.dirname;
const mailDir = join(here, 'mail');
const files = mailFiles(composeMails());

if (process.argv.includes('--check')) {
  const differing = files.filter(differs).map((f) => f.name);
  const wanted = new Set(files.map((f) => f.name));
  const extra = readdirSync(mailDir, { recursive: true, withFileTypes: true })
    .filter((e) => e.isFile())
    .map((e) => join(e.parentPath, e.name).slice(mailDir.length + 1))
    .filter((name) => !wanted.has(name));
  for (const name of differing) process.stdout.write(`differs: mail/${name}\n`);
  for (const name of extra) process.stdout.write(`not made by build.ts: mail/${name}\n`);
  process.exitCode = differing.length + extra.length > 0 ? 1 : 0;
} else {
  rmSync(mailDir, { recursive: true, force: true });
  for (const file of files) {
    const path = join(mailDir, file.name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, file.bytes);
  }
  for (const list of ['garden', 'hayloft-dev', 'committee']) {
    const count = files.filter((f) => f.name.startsWith(`${list}/`)).reduce((n, f) => n + f.messages, 0);
    process.stdout.write(`${list}: ${count} messages\n`);
  }
  const bytes = files.reduce((n, f) => n + f.bytes.length, 0);
  process.stdout.write(`${files.length} files, ${bytes} bytes\n`);
}

function composeMails(): Mail[] {
  const mails: Mail[] = [];
  for (const { draft, blocks } of readAll(join(here, 'threads')))
    mails.push(...composeAll(draft, blocks, mails));
  return mails;
}

/** Compressed files are compared by what they hold: zlib's bytes may change between versions. */
function differs(file: MailFile): boolean {
  const path = join(mailDir, file.name);
  if (!existsSync(path)) return true;
  const open = (bytes: Buffer): Buffer => (file.name.endsWith('.gz') ? gunzipSync(bytes) : bytes);
  return !open(readFileSync(path)).equals(open(file.bytes));
}
