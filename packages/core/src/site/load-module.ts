import { createRequire } from 'node:module';
import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BackendModule, CONTRACT_VERSION } from '../backend/backend.ts';
import type { OpenCatalog } from '../catalog/catalog.ts';
import { HayrickError } from '../errors.ts';
import { didYouMean } from '../nearest.ts';
import type { CurrentTextStore, OpenTextStore } from '../store/index.ts';

/** Engines that are packages of ours. */
const OWN_ENGINES = ['memory', 'sqlite', 'elasticsearch'];

/**
 * The engine a connection names: a short name of ours, a package, an absolute path, or the module itself.
 * @throws HayrickError ENGINE_UNKNOWN, also for a module that is no backend or has another contract's version
 */
export async function loadBackend(
  engine: string | BackendModule,
  from: readonly string[],
): Promise<BackendModule> {
  if (typeof engine !== 'string') return checked(engine, engine.engine);
  const name = OWN_ENGINES.includes(engine) ? `@hayrick/${engine}` : engine;
  const found = await importFirst(name, from);
  if (found === null) {
    throw new HayrickError(
      'ENGINE_UNKNOWN',
      `The engine "${engine}" is not installed.${didYouMean(engine, OWN_ENGINES)} Install the package ${name}, or name a module that exports a backend.`,
    );
  }
  return checked('backend' in found ? found.backend : undefined, engine);
}

/** The package behind the catalog. */
export async function loadCatalog(from: readonly string[]): Promise<OpenCatalog> {
  const found = await importFirst('@hayrick/catalog', from);
  if (found === null || !('openCatalog' in found) || typeof found.openCatalog !== 'function') {
    throw new HayrickError(
      'ENGINE_UNKNOWN',
      'The package @hayrick/catalog is not installed. Install it beside @hayrick/core.',
    );
  }
  return found.openCatalog as OpenCatalog;
}

/** What keeps the texts of messages. */
export interface TextStoreModule {
  readonly openTextStore: OpenTextStore;
  readonly currentTextStore: CurrentTextStore;
}

/** The package behind the text store: the catalog's. */
export async function loadTextStore(from: readonly string[]): Promise<TextStoreModule> {
  const found = await importFirst('@hayrick/catalog', from);
  if (found === null || !('openTextStore' in found && 'currentTextStore' in found)) {
    throw new HayrickError(
      'ENGINE_UNKNOWN',
      'The package @hayrick/catalog is not installed, or is older than @hayrick/core. Install both in one version.',
    );
  }
  return found as TextStoreModule;
}

function checked(module: unknown, name: string): BackendModule {
  const backend = module as Partial<BackendModule> | undefined;
  if (backend === undefined || typeof backend.open !== 'function') {
    throw new HayrickError(
      'ENGINE_UNKNOWN',
      `The module "${name}" exports no \`backend\`. It must be a BackendModule of @hayrick/core/backend.`,
    );
  }
  if (backend.contractVersion !== CONTRACT_VERSION) {
    throw new HayrickError(
      'ENGINE_UNKNOWN',
      `The engine "${name}" was written for version ${backend.contractVersion} of the backend contract; this Hayrick has ${CONTRACT_VERSION}. Install versions that belong together.`,
    );
  }
  return backend as BackendModule;
}

async function importFirst(name: string, from: readonly string[]): Promise<object | null> {
  for (const base of from) {
    const path = resolveAt(name, base);
    if (path !== null) return importModule(path, name);
  }
  return null;
}

async function importModule(path: string, name: string): Promise<object> {
  try {
    return (await import(pathToFileURL(path).href)) as object;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new HayrickError(
      'ENGINE_UNKNOWN',
      `The module "${name}" cannot be loaded: ${why}. Check its path and what it imports.`,
      { cause },
    );
  }
}

function resolveAt(name: string, base: string): string | null {
  if (isAbsolute(name)) return name;
  try {
    return createRequire(base).resolve(name);
  } catch {
    return null;
  }
}
