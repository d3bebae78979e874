import { resolve } from 'node:path';
import type { Environment } from './environment.ts';
import { isPlain, type Plain, plainOf } from './plain.ts';
import type { Problem } from './problems.ts';
import type { Reference } from './settings.ts';

export interface Resolved {
  readonly value: unknown;
  /** Strings that came from a reference: all of them are secret. */
  readonly secrets: readonly string[];
  /** Where they stand. */
  readonly secretPaths: readonly (readonly PropertyKey[])[];
  /** Files that references name, absolute. */
  readonly files: readonly string[];
  readonly problems: readonly Problem[];
}

/** Deeper settings than these are no settings. */
const DEPTH = 32;

/** The reference that a value is, or null. */
export function asReference(value: unknown): Reference | null {
  if (!isPlain(value) || Object.keys(value).length !== 1) return null;
  const { env, file } = value;
  if (typeof env === 'string') return { env };
  return typeof file === 'string' ? { file } : null;
}

/**
 * Puts the strings that references stand for in their places.
 * @param directory absolute; what relative paths of files are relative to
 */
export function resolveReferences(value: unknown, directory: string, environment: Environment): Resolved {
  const secrets: string[] = [];
  const secretPaths: (readonly PropertyKey[])[] = [];
  const files: string[] = [];
  const problems: Problem[] = [];

  function walk(at: unknown, path: readonly PropertyKey[]): unknown {
    if (path.length > DEPTH) {
      problems.push({ path: path.slice(0, 4), message: `nested deeper than ${DEPTH} levels` });
      return undefined;
    }
    const reference = asReference(at);
    if (reference !== null) return read(reference, path);
    if (Array.isArray(at)) return at.map((item: unknown, index) => walk(item, [...path, index]));
    if (isPlain(at) && Object.hasOwn(at, '__proto__'))
      problems.push({ path: [...path, '__proto__'], message: 'no name for anything' });
    return isPlain(at) && !isCode(at)
      ? plainOf(Object.entries(at).map(([k, v]) => [k, walk(v, [...path, k])]))
      : at;
  }

  function read(reference: Reference, path: readonly PropertyKey[]): string | undefined {
    const found = 'env' in reference ? fromVariable(reference.env) : fromFile(reference.file);
    if (typeof found !== 'string') {
      problems.push({ path, message: found.problem });
      return undefined;
    }
    secrets.push(found);
    secretPaths.push(path);
    return found;
  }

  function fromVariable(name: string): string | { readonly problem: string } {
    const found = environment.variables[name];
    if (found !== undefined && found !== '') return found;
    const state = found === undefined ? 'not set' : 'empty';
    return {
      problem: `taken from the environment variable ${name}, which is ${state}. Set it before the command.`,
    };
  }

  function fromFile(name: string): string | { readonly problem: string } {
    const file = resolve(directory, name);
    files.push(file);
    try {
      const found = environment.readText(file).replace(/\r?\n$/u, '');
      return found === '' ? { problem: `taken from the file ${file}, which is empty.` } : found;
    } catch (cause) {
      const why = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unreadable';
      return { problem: `taken from the file ${file}, which cannot be read (${why}).` };
    }
  }

  return { value: walk(value, []), secrets, secretPaths, files, problems };
}

/** A backend in person, or the module that exports it: not a tree of settings. */
function isCode(value: Plain): boolean {
  return Object.values(value).some(
    (part) => typeof part === 'function' || (isPlain(part) && typeof part['open'] === 'function'),
  );
}
