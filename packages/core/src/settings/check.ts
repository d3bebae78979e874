import { dirname, sep } from 'node:path';
import type { Environment, FileFacts } from './environment.ts';
import type { LoadedSettings } from './load.ts';
import type { ArchiveSettings } from './settings.ts';

/** Something about settings that are valid and yet may not be what was meant. */
export interface SettingsHint {
  /** `error`: nothing can be indexed as it stands. `warning`: it works, look at it. `hint`: what to do next. */
  readonly level: 'error' | 'warning' | 'hint';
  readonly path: string;
  readonly message: string;
}

const OTHERS_READ = 0o044;
const OTHERS_WRITE = 0o022;
const WILDCARD = /[*?[\]{}]/u;

/** Looks at the files and folders that the settings name, and at what goes badly together. */
export function checkSettings(loaded: LoadedSettings, environment: Environment): readonly SettingsHint[] {
  const { settings } = loaded;
  const archives = Object.values(settings.archives);
  return [
    ...(archives.length === 0 ? [noArchives(settings.file)] : []),
    ...archives.flatMap((archive) => archiveHints(archive, environment)),
    ...emptyConnections(loaded),
    ...dataDirHints(settings.dataDir, environment),
    ...secretHints(loaded, environment),
  ];
}

function noArchives(file: string | null): SettingsHint {
  const where = file === null ? 'the settings' : file;
  return {
    level: 'hint',
    path: 'archives',
    message: `no archive yet: name one in ${where}, for example  archives: { mail: { paths: ['./mail/*.mbox'] } }  then run rebuild_index.`,
  };
}

function archiveHints(archive: ArchiveSettings, environment: Environment): SettingsHint[] {
  const path = `archives.${archive.name}`;
  const private_ = archive.access === 'private';
  const hints: SettingsHint[] = archive.paths.flatMap((source, index) =>
    pathHints(source, `${path}.paths[${index}]`, environment),
  );
  if (private_ && archive.readers.length === 0) {
    const message =
      'private, and no readers: only searches without --as see it. Name `readers`, or set access to public.';
    hints.push({ level: 'warning', path: `${path}.readers`, message });
  }
  if (!private_ && archive.readers.length > 0) {
    hints.push({
      level: 'warning',
      path: `${path}.readers`,
      message: 'public: everyone may read it, `readers` changes nothing.',
    });
  }
  return hints;
}

function pathHints(source: string, path: string, environment: Environment): SettingsHint[] {
  const fixed = fixedPart(source);
  const facts = look(fixed, environment);
  if (facts === null) return [{ level: 'error', path, message: `${fixed} does not exist.` }];
  if (facts === 'unreadable')
    return [{ level: 'error', path, message: `${fixed} cannot be looked at: mend its permissions.` }];
  if (fixed !== source && facts.kind !== 'directory') {
    return [{ level: 'error', path, message: `${fixed} is no folder, nothing can match below it.` }];
  }
  return [];
}

/** The path up to the part that has the first wildcard. A name that has one in person (a folder called [old]) counts as a wildcard. */
function fixedPart(source: string): string {
  const parts = source.split(sep);
  const first = parts.findIndex((part) => WILDCARD.test(part));
  return first === -1 ? source : parts.slice(0, first).join(sep) || sep;
}

function emptyConnections({ settings }: LoadedSettings): SettingsHint[] {
  const archives = Object.keys(settings.archives);
  if (archives.length === 0) return [];
  return Object.values(settings.connections).flatMap(({ name, only, exclude }) => {
    const left = (only ?? archives).filter((archive) => !exclude.includes(archive));
    return left.length > 0
      ? []
      : [
          {
            level: 'warning',
            path: `connections.${name}`,
            message: 'no archive goes into it.',
          } satisfies SettingsHint,
        ];
  });
}

function dataDirHints(dataDir: string, environment: Environment): SettingsHint[] {
  const path = 'dataDir';
  let at = dataDir;
  let facts = look(at, environment);
  while (facts === null && dirname(at) !== at) {
    at = dirname(at);
    facts = look(at, environment);
  }
  if (facts === null || facts === 'unreadable')
    return [{ level: 'error', path, message: `${at} cannot be looked at.` }];
  if (facts.kind !== 'directory')
    return [{ level: 'error', path, message: `${at} is no folder: name another dataDir.` }];
  if (!environment.mayWrite(at)) {
    return [
      {
        level: 'error',
        path,
        message: `${at} cannot be written: change its owner, or name another dataDir.`,
      },
    ];
  }
  if (at === dataDir && (facts.mode & 0o077) !== 0) {
    return [
      {
        level: 'warning',
        path,
        message: `others may look into ${at}, which holds text of private mail: chmod 700 ${at}`,
      },
    ];
  }
  return [];
}

function secretHints({ files, settings }: LoadedSettings, environment: Environment): SettingsHint[] {
  const hints: SettingsHint[] = files.secrets.flatMap((file) => {
    const facts = look(file, environment);
    if (facts === null || facts === 'unreadable' || (facts.mode & OTHERS_READ) === 0) return [];
    return [
      {
        level: 'warning',
        path: file,
        message: `others may read this file of secrets: chmod 600 ${file}`,
      } as const,
    ];
  });
  for (const file of [files.settings, files.overlay]) {
    if (file === null) continue;
    const facts = look(file, environment);
    if (facts === null || facts === 'unreadable' || (facts.mode & OTHERS_WRITE) === 0) continue;
    hints.push({
      level: 'warning',
      path: file,
      message: `others may write these settings, which run as a program: chmod go-w ${file}`,
    });
  }
  if (files.settings !== null && settings.dataDir === settings.directory) {
    hints.push({
      level: 'warning',
      path: 'dataDir',
      message: 'the same folder as the settings: give it one of its own.',
    });
  }
  return hints;
}

function look(path: string, environment: Environment): FileFacts | null | 'unreadable' {
  try {
    return environment.facts(path);
  } catch {
    return 'unreadable';
  }
}
