import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { TestEngine } from '../backends/engines-at.ts';
import { mailText, mbox } from '../e2e/site.ts';
import { keepIndexes } from './kept-indexes.ts';

const WORDS = [
  'scythe',
  'whetstone',
  'quince',
  'hedgehog',
  'tedder',
  'escrow',
  'harrow',
  'tailboard',
] as const;

/** How much mail comes, in each of three places. */
export interface Amount {
  readonly boxed: number;
  readonly packed: number;
  readonly files: number;
}

/** Mail that sites read. */
export interface CrashMail {
  readonly archives: Readonly<Record<string, { readonly paths: readonly string[] }>>;
  /** More of it; something is copied, and something goes. */
  grow(): void;
}

/** @param lines of text of each message */
export function makeCrashMail(directory: string, first: Amount, later: Amount, lines: number): CrashMail {
  const at = (name: string): string => join(directory, name);
  for (const folder of ['dir/new', 'dir/cur', 'dir/tmp']) mkdirSync(at(folder), { recursive: true });
  let made = 0;
  let packed = '';
  const some = (count: number) =>
    Array.from({ length: count }, () => {
      const n = made++;
      const word = (i: number): string => WORDS[(n * 7 + i * i) % WORDS.length] ?? '';
      return {
        id: `m${n}@example.org`,
        subject: `${word(1)} scythe ${n % 50}`,
        date: `${(n % 31) + 1} Jan 2020 10:00:00 +0000`,
        text: Array.from({ length: lines }, (_, i) => `${word(i)} of line${(n + i) % 300}`).join('\n'),
      };
    });
  const write = ({ boxed, packed: inPack, files }: Amount): void => {
    if (boxed > 0) appendFileSync(at('box.mbox'), mbox(some(boxed)));
    const single = some(files);
    for (const mail of single) writeFileSync(at(`dir/new/1580000000.${mail.id}`), mailText(mail));
    // One is in two archives.
    packed += mbox([...single.slice(0, 1), ...some(inPack)]);
    writeFileSync(at('packed.mbox.gz'), gzipSync(packed));
  };
  write(first);
  const gone = `dir/new/1580000000.m${first.boxed + first.files - 1}@example.org`;
  return {
    archives: {
      ...(first.boxed > 0 ? { box: { paths: [at('box.mbox')] } } : {}),
      packed: { paths: [at('packed.mbox.gz')] },
      dir: { paths: [at('dir')] },
    },
    grow() {
      write(later);
      rmSync(at(gone));
    },
  };
}

/** A site as it was once, which can be had again and again. */
export interface Template {
  /** Makes it as it was. */
  restore(): Promise<void>;
  /** Takes away what is kept outside of the folder. */
  forget(): Promise<void>;
}

/** Writes the settings of a new site. */
export function makeSiteFolder(folder: string, mail: CrashMail, engine: TestEngine): void {
  mkdirSync(folder, { recursive: true });
  const connections = { default: { engine: engine.name, batchSize: 25, ...engine.settings(folder) } };
  const settings = { archives: mail.archives, connections, dataDir: 'data' };
  writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings), { mode: 0o600 });
}

/**
 * Keeps a site as it is now.
 * @param folder of the site
 * @param url of the server that holds its index; null where the folder has everything
 */
export async function keepTemplate(folder: string, kept: string, url: string | null): Promise<Template> {
  const data = join(folder, 'data');
  const copy = (from: string, to: string) => cp(from, to, { recursive: true, preserveTimestamps: true });
  await copy(data, kept);
  const indexes = url === null ? null : await keepIndexes(folder, url);
  return {
    async restore() {
      rmSync(data, { recursive: true, force: true });
      await Promise.all([copy(kept, data), indexes?.restore()]);
    },
    async forget() {
      await indexes?.forget();
    },
  };
}
