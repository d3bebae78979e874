import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { embedSite, type Site } from '@hayrick/core';
import type { Corpus } from './corpus.ts';

/** A site on SQLite in `directory` over a public archive that is the list so many times over that it has `least` messages. Nothing is indexed yet. */
export async function openCopies(corpus: Corpus, directory: string, least: number): Promise<Site> {
  mkdirSync(directory, { recursive: true });
  writeCopies(corpus, join(directory, 'mail'), Math.ceil(least / corpus.messages));
  return embedSite(
    {
      dataDir: join(directory, 'data'),
      archives: { many: { paths: [join(directory, 'mail')], access: 'public' } },
      connections: { default: { engine: 'sqlite' } },
    },
    { directory, from: import.meta.url },
  );
}

/** A list so many times over, each time under other Message-IDs: written once, into `folder`. */
export function writeCopies({ mbox, name }: Corpus, folder: string, copies: number): void {
  const done = join(folder, '..', `written-${copies}`);
  if (existsSync(done)) return;
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(mbox)) {
    const text = readFileSync(join(mbox, file), 'latin1');
    for (let copy = 0; copy < copies; copy++) {
      const other = text.replace(/^(Message-ID:\s*<)/gim, `$1${name}.${copy}.`);
      writeFileSync(join(folder, `${copy}-${file}`), other, 'latin1');
    }
  }
  writeFileSync(`${done}.new`, '');
  renameSync(`${done}.new`, done);
}
