import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Site } from '@hayrick/core';
import { mailText, mbox } from '../e2e/site.ts';
import { openSiteAt } from '../site-at.ts';

/** Messages of the archive before and after mail arrived, a copy in another archive and a repeat counted in. */
export const BEFORE = 2000;
export const AFTER = 3000;

const WORDS = ['scythe', 'whetstone', 'quince', 'hedgehog', 'tedder', 'escrow', 'harrow'] as const;
const QUERIES = [
  '*',
  'scythe',
  'subject:quince',
  'hedgehog -harrow',
  'list:loose',
  'before:2020-01-20',
  'tail*',
];

/** One archive of each kind, made of numbered messages. */
export interface Mail {
  readonly directory: string;
  /** A thousand more messages: appended, packed anew, delivered, written beside. */
  grow(): void;
  /** Writes settings.json into a new folder beside the mail and answers that folder; its data will be in `data` there. */
  site(dataDir?: string): string;
  remove(): void;
}

export function makeMail(): Mail {
  const directory = mkdtempSync(join(tmpdir(), 'hayrick-faults-'));
  const at = (name: string): string => join(directory, 'mail', name);
  for (const folder of ['dir/new', 'dir/cur', 'dir/tmp', 'loose']) mkdirSync(at(folder), { recursive: true });
  let made = 0;
  let sites = 0;
  let packed: string[] = [];
  const some = (count: number): { id: string; subject: string; text: string; date: string }[] =>
    Array.from({ length: count }, () => {
      const n = made++;
      const word = (i: number): string => WORDS[(n * 7 + i * i) % WORDS.length] ?? '';
      return {
        id: `m${n}@example.org`,
        subject: `${word(1)} ${n % 50}`,
        date: `${(n % 31) + 1} Jan 2020 10:00:00 +0000`,
        text: Array.from({ length: 40 }, (_, i) => `${word(i)} of line${(n + i) % 300}`).join('\n'),
      };
    });
  const write = (boxes: number, files: number): void => {
    appendFileSync(at('plain.mbox'), mbox(some(boxes)));
    packed = [...packed, mbox(some(boxes))];
    writeFileSync(at('packed.mbox.gz'), gzipSync(packed.join('')));
    for (const mail of some(files)) writeFileSync(at(`dir/new/158${made}.${mail.id}`), mailText(mail));
    for (const mail of some(files)) writeFileSync(at(`loose/${mail.id}.eml`), mailText(mail));
  };
  write(699, 300);
  appendFileSync(at('plain.mbox'), mbox([{ id: 'twice@example.org', text: 'tailboard' }]));
  writeFileSync(at('loose/twice.eml'), mailText({ id: 'twice@example.org', text: 'tailboard' }));
  return {
    directory,
    grow: () => write(400, 100),
    site(dataDir = 'data') {
      const folder = join(directory, `site${sites++}`);
      mkdirSync(folder);
      writeFileSync(join(folder, 'settings.json'), JSON.stringify({ ...settings(), dataDir }), {
        mode: 0o600,
      });
      return folder;
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };

  function settings() {
    const archives = {
      plain: { paths: [at('plain.mbox')] },
      packed: { paths: [at('packed.mbox.gz')] },
      dir: { paths: [at('dir')] },
      loose: { paths: [at('loose')] },
    };
    return { archives, connections: { default: { engine: 'sqlite' } } };
  }
}

/** What can be found in a site: every id with its archives, and how many match. */
export interface Findings {
  readonly ids: readonly string[];
  readonly totals: Readonly<Record<string, number>>;
}

/** Opens the site of a folder as a program of its own would, looks, and closes it. */
export async function findings(folder: string): Promise<Findings> {
  const site = await siteOf(folder);
  try {
    const ids: string[] = [];
    for await (const hit of site.stream('*', { highlight: false }))
      ids.push(`${hit.id} ${hit.archives.join()}`);
    const totals: Record<string, number> = {};
    for (const query of QUERIES) totals[query] = (await site.count(query)).count;
    return { ids, totals };
  } finally {
    await site.close();
  }
}

export async function siteOf(folder: string): Promise<Site> {
  const { default: settings } = await import(join(folder, 'settings.json'), { with: { type: 'json' } });
  return openSiteAt(settings, folder);
}
