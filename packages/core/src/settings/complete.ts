import { isAbsolute, join, resolve } from 'node:path';
import type { BackendModule } from '../backend/backend.ts';
import { complaints } from './complaints.ts';
import { isPlain } from './plain.ts';
import { type Problem, settingsInvalid } from './problems.ts';
import { relationProblems } from './relations.ts';
import {
  type Checked,
  type CheckedArchive,
  type CheckedConnection,
  CONNECTION_KEYS,
  settingsSchema,
} from './schema.ts';
import type { ArchiveSettings, ConnectionSettings, Settings } from './settings.ts';

export interface Origin {
  /** Absolute, or null where a program made the settings. */
  readonly file: string | null;
  /** Absolute; what relative paths are relative to. */
  readonly directory: string;
  /** What ~ stands for at the beginning of a path; null: itself. */
  readonly home: string | null;
}

/**
 * Checks settings whose references are resolved, fills in defaults and makes paths absolute.
 * @param known problems found before; a place that has one gets no second
 * @throws SETTINGS_INVALID with every problem
 */
export function completeSettings(value: unknown, origin: Origin, known: readonly Problem[] = []): Settings {
  const result = settingsSchema().safeParse(value);
  const told = new Set(known.map(({ path }) => JSON.stringify(path)));
  const found = [
    ...(result.success ? [] : complaints(result.error.issues, value)),
    ...relationProblems(value),
  ];
  const problems = [...known, ...found.filter(({ path }) => !told.has(JSON.stringify(path)))];
  if (problems.length > 0 || !result.success) throw settingsInvalid(origin.file, problems);
  return absolute(result.data, origin);
}

function absolute(checked: Checked, origin: Origin): Settings {
  const at = (path: string): string => resolvePath(path, origin);
  const dataDir = at(checked.dataDir);
  const { catalog } = checked.databases;
  const archives = Object.entries(checked.archives).map(
    ([name, archive]) => [name, archiveOf(name, archive, at)] as const,
  );
  const connections = Object.entries(checked.connections).map(
    ([name, c]) => [name, connectionOf(name, c, at)] as const,
  );
  return {
    file: origin.file,
    directory: origin.directory,
    dataDir,
    archives: Object.fromEntries(archives),
    connections: Object.fromEntries(connections),
    search: checked.search,
    fields: Object.entries(checked.fields).map(([name, { header, kind, weight, stored, facet }]) => ({
      name,
      header,
      kind,
      ...(weight === undefined ? {} : { weight }),
      ...(stored === undefined ? {} : { stored }),
      ...(facet === undefined ? {} : { facet }),
    })),
    routers: { read: checked.routers.read, write: checked.routers.write ?? null },
    logging: {
      level: checked.logging.level,
      file: checked.logging.file === undefined ? null : at(checked.logging.file),
    },
    databases: {
      catalog: {
        engine: catalog.engine,
        path: catalog.path === undefined ? join(dataDir, 'catalog.db') : at(catalog.path),
      },
    },
    language: checked.language,
    store: checked.store,
    document: checked.document === undefined ? null : at(checked.document),
  };
}

function archiveOf(name: string, archive: CheckedArchive, at: (path: string) => string): ArchiveSettings {
  return {
    name,
    paths: archive.paths.map(at),
    kind: archive.kind ?? null,
    address: archive.address ?? null,
    listId: archive.listId ?? null,
    access: archive.access,
    readers: archive.readers,
    patches: archive.patches,
    threads: archive.threads,
  };
}

function connectionOf(
  name: string,
  connection: CheckedConnection,
  at: (path: string) => string,
): ConnectionSettings {
  const { engine, only, exclude, batchSize, timeout, options } = connection;
  const core: readonly string[] = CONNECTION_KEYS;
  const rest = Object.entries(connection).filter(
    ([key, value]) => !core.includes(key) && value !== undefined,
  );
  return {
    name,
    engine: typeof engine === 'string' ? enginePath(engine, at) : backendOf(engine),
    only: only ?? null,
    exclude: exclude ?? [],
    batchSize,
    timeout,
    options,
    // Keys of engines that are paths by their name follow the rule for paths in settings.
    backend: Object.fromEntries(
      rest.map(([key, value]) => [key, ENGINE_PATHS.has(key) && isPath(value) ? at(value) : value]),
    ),
  };
}

const ENGINE_PATHS: ReadonlySet<string> = new Set(['path', 'ca']);

/** A certificate may stand in the place of its path: `ca: { file: PATH }` puts it there. */
function isPath(value: unknown): value is string {
  return typeof value === 'string' && !value.startsWith('-----BEGIN');
}

/** A path stays a path, an absolute one; a name stays a name. */
function enginePath(engine: string, at: (path: string) => string): string {
  return /^(?:\.{1,2}[/\\]|~[/\\])/u.test(engine) || isAbsolute(engine) ? at(engine) : engine;
}

/** Where data enters: the schema has seen that it opens; its contract version is judged by who opens it. */
function backendOf(code: Readonly<Record<string, unknown>>): BackendModule {
  const backend: unknown = isPlain(code['backend']) ? code['backend'] : code;
  return backend as BackendModule;
}

function resolvePath(path: string, { directory, home }: Origin): string {
  if (home !== null && (path === '~' || path.startsWith('~/'))) return join(home, path.slice(1));
  return resolve(directory, path);
}
