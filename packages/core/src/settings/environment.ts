import { accessSync, constants, readFileSync, realpathSync, statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

export interface FileFacts {
  readonly kind: 'file' | 'directory' | 'other';
  readonly owner: number;
  /** Permission bits. */
  readonly mode: number;
}

/** All that settings take from outside: variables, folders, files, modules. */
export interface Environment {
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Absolute. */
  readonly cwd: string;
  /** The caller's user id; null where the system has none. */
  readonly uid: number | null;
  /** Of a file or folder, links followed; null where there is none. Throws where it cannot be told. */
  readonly facts: (path: string) => FileFacts | null;
  /** Without links. */
  readonly realPath: (path: string) => string;
  readonly readText: (path: string) => string;
  readonly mayWrite: (path: string) => boolean;
  readonly importModule: (path: string) => Promise<unknown>;
}

/** The environment of this machine, for the caller to complete with what belongs to the process. */
export function systemEnvironment(of: {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly uid: number | null;
}): Environment {
  return {
    ...of,
    facts: factsOf,
    realPath: (path) => realpathSync(path),
    readText: (path) => readFileSync(path, 'utf8'),
    mayWrite,
    importModule: (path) => import(pathToFileURL(path).href),
  };
}

function factsOf(path: string): FileFacts | null {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return null;
  const kind = stat.isFile() ? 'file' : stat.isDirectory() ? 'directory' : 'other';
  return { kind, owner: stat.uid, mode: stat.mode & 0o7777 };
}

function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
