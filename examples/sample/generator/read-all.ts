import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Block, layOut } from './lay-out.ts';
import { type Draft, readThread } from './read-threads.ts';

export interface Written {
  readonly draft: Draft;
  readonly blocks: readonly Block[];
}

/** All drafts under `threads/`, list by list, thread by thread, in the order of the files' names. */
export function readAll(folder: string): Written[] {
  const all: Written[] = [];
  for (const list of ['garden', 'hayloft-dev', 'committee']) {
    for (const name of readdirSync(join(folder, list)).sort()) {
      const drafts = readThread(
        list,
        name.replace(/\.txt$/, ''),
        readFileSync(join(folder, list, name), 'utf8'),
      );
      for (const [draft, blocks] of layOut(drafts)) all.push({ draft, blocks });
    }
  }
  return all;
}
