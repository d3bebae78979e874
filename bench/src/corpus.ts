import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { readSourceFile } from '@hayrick/core/source';

/** One mailing list in the three shapes that are measured. */
export interface Corpus {
  readonly name: string;
  readonly gzip: string;
  readonly mbox: string;
  /** A Maildir, for peers that read no mbox. */
  readonly maildir: string;
  readonly messages: number;
}

/** Unpacks a list of the shared corpora into `work`, once. */
export async function prepareCorpus(lists: string, name: string, work: string): Promise<Corpus> {
  const gzip = join(lists, name);
  if (!existsSync(gzip)) throw new Error(`No corpus at ${gzip}.`);
  const mbox = join(work, name, 'mbox');
  const maildir = join(work, name, 'maildir');
  const done = join(work, name, 'messages');
  if (!existsSync(done)) {
    rmSync(join(work, name), { recursive: true, force: true });
    mkdirSync(mbox, { recursive: true });
    for (const folder of ['cur', 'new', 'tmp']) mkdirSync(join(maildir, folder), { recursive: true });
    let messages = 0;
    for (const file of readdirSync(gzip).sort()) {
      const path = join(mbox, file.replace(/\.gz$/, ''));
      await pipeline(createReadStream(join(gzip, file)), createGunzip(), createWriteStream(path));
      messages += await writeMaildir(path, maildir, messages);
    }
    writeFileSync(`${done}.new`, String(messages));
    renameSync(`${done}.new`, done);
  }
  const messages = readdirSync(join(maildir, 'cur')).length;
  return { name, gzip, mbox, maildir, messages };
}

async function writeMaildir(path: string, maildir: string, before: number): Promise<number> {
  let written = 0;
  for await (const item of readSourceFile({ kind: 'mbox', path, name: '' })) {
    if (item.kind !== 'message') continue;
    const name = `${item.placeDate ?? 0}.${String(before + written).padStart(7, '0')}.bench:2,S`;
    writeFileSync(join(maildir, 'cur', name), item.bytes);
    written++;
  }
  return written;
}
