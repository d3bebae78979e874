import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { HayrickError } from '../errors.ts';
import { FOLDER_MODE, replaceFile } from './durable-files.ts';

/** The generations of an engine whose index is files: folders of one directory. */
export interface GenerationFolders {
  path(generation: string): string;
  has(generation: string): boolean;
  /** By age. */
  list(): string[];
  /** The live one, if there is one. */
  current(): string | null;
  /** Switches readers over. */
  makeCurrent(generation: string): void;
  /** @throws HayrickError GENERATION_NONE for a name that no generation has */
  require(generation: string): void;
  /** Makes the folder of a new one, in which the engine then writes; answers its name. What a killed drop left behind goes. */
  create(): string;
  drop(generation: string): void;
}

/** g1, g2, … in the order in which they were made. */
const NAME = /^g(\d+)$/;
/** Of folders on their way out. */
const DROPPED = 'dropped-';
/** A file that names the live one. */
const CURRENT = 'CURRENT';
/** A file that holds the highest number that was ever given: names do not come again. */
const LAST = 'LAST';

/**
 * @param directory of the connection
 * @param mark name of the file that makes a folder a generation
 */
export function generationFolders(directory: string, mark: string): GenerationFolders {
  const path = (generation: string) => join(directory, generation);
  const has = (generation: string) => NAME.test(generation) && existsSync(join(path(generation), mark));

  function lastNumber(): number {
    const file = join(directory, LAST);
    const number = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
    return Number.isSafeInteger(number) ? number : 0;
  }

  return {
    path,
    has,
    list() {
      if (!existsSync(directory)) return [];
      return readdirSync(directory)
        .filter(has)
        .sort((a, b) => numberOf(a) - numberOf(b));
    },
    current() {
      const file = join(directory, CURRENT);
      if (!existsSync(file)) return null;
      const name = readFileSync(file, 'utf8').trim();
      return has(name) ? name : null;
    },
    makeCurrent: (generation) => replaceFile(join(directory, CURRENT), `${generation}\n`),
    require(generation) {
      if (!has(generation)) throw generationNone(directory, generation);
    },
    create() {
      mkdirSync(directory, { recursive: true, mode: FOLDER_MODE });
      const folders = readdirSync(directory);
      const torn = folders.filter((name) => name.startsWith(DROPPED));
      for (const name of torn) rmSync(join(directory, name), { recursive: true, force: true });
      const number = Math.max(lastNumber(), ...folders.map(numberOf)) + 1;
      // Before the folder: a number is given once, whatever becomes of it.
      replaceFile(join(directory, LAST), `${number}\n`);
      const name = `g${number}`;
      mkdirSync(path(name), { mode: FOLDER_MODE });
      return name;
    },
    drop(generation) {
      // Renamed first: half a generation must not be taken for one.
      const aside = join(directory, `${DROPPED}${generation}`);
      renameSync(path(generation), aside);
      rmSync(aside, { recursive: true, force: true });
    },
  };
}

export function generationNone(directory: string, generation: string): HayrickError {
  return new HayrickError(
    'GENERATION_NONE',
    `There is no generation "${generation}" in ${directory}. Run rebuild_index to make one.`,
  );
}

function numberOf(generation: string): number {
  return Number(NAME.exec(generation)?.[1] ?? 0);
}
