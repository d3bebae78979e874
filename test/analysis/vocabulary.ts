import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { corpus } from '../corpora.ts';

const FILES = [
  'linux-ext4/2019',
  'linux-ext4/2026',
  'blinux-list/2022',
  'blinux-list/2024',
  'openwrt-devel/2020',
];

/** The raw mail of some years of the lists, or nothing where the corpora are absent. */
export function listMail(skipped: string): readonly Buffer[] {
  const lists = corpus('lists', skipped);
  return lists === null ? [] : FILES.map((file) => gunzipSync(readFileSync(join(lists, `${file}.mbox.gz`))));
}

/** Every word of three or more letters a-z in it, that is not part of something longer, and how often it occurs. */
export function vocabulary(mail: readonly Buffer[]): ReadonlyMap<string, number> {
  const words = new Map<string, number>();
  for (const bytes of mail)
    for (const [found] of bytes
      .toString('latin1')
      .matchAll(/(?<![A-Za-z0-9])[A-Za-z]{3,64}(?![A-Za-z0-9])/g)) {
      const word = found.toLowerCase();
      words.set(word, (words.get(word) ?? 0) + 1);
    }
  return words;
}
