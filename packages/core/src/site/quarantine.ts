import type { Catalog, QuarantineRecord } from '../catalog/catalog.ts';
import { HayrickError } from '../errors.ts';
import { digestOf } from '../ingest/dropped-stretches.ts';
import { didYouMean } from '../nearest.ts';
import type { QuarantineEntry } from '../search/answers.ts';
import { isoDate } from '../search/hits.ts';
import type { Settings } from '../settings/settings.ts';
import { readBytes } from '../source/index.ts';
import type { QuarantineSelection } from './site.ts';

/**
 * The entries that fit all that is asked for.
 * @throws HayrickError MESSAGE_UNKNOWN, ARCHIVE_UNKNOWN, CONNECTION_UNKNOWN
 */
export async function chooseEntries(
  catalog: Catalog,
  settings: Settings,
  { keys, archives, using }: QuarantineSelection,
): Promise<readonly QuarantineRecord[]> {
  const records = await catalog.quarantine();
  for (const key of keys ?? []) if (!records.some((record) => record.key === key)) throw unknownKey(key);
  const known = new Set([...Object.keys(settings.archives), ...records.map(({ archive }) => archive)]);
  for (const name of archives ?? []) {
    if (known.has(name)) continue;
    throw new HayrickError(
      'ARCHIVE_UNKNOWN',
      `There is no archive "${name}".${didYouMean(name, [...known])} Archives stand in the settings.`,
    );
  }
  const connections = Object.keys(settings.connections);
  for (const name of using ?? []) {
    if (connections.includes(name) || records.some(({ connection }) => connection === name)) continue;
    throw new HayrickError(
      'CONNECTION_UNKNOWN',
      `There is no connection "${name}".${didYouMean(name, connections)} The settings have: ${connections.join(', ')}.`,
    );
  }
  return records.filter(
    ({ key, archive, connection }) =>
      (keys?.includes(key) ?? true) &&
      (archives?.includes(archive) ?? true) &&
      (using === undefined || (connection !== null && using.includes(connection))),
  );
}

/** One entry with the bytes that lie in its place. @throws HayrickError MESSAGE_UNKNOWN, and what is wrong with the source */
export async function readEntry(
  catalog: Catalog,
  key: number,
): Promise<{ readonly entry: QuarantineEntry; readonly raw: Uint8Array }> {
  const record = (await catalog.quarantine()).find((q) => q.key === key);
  const file = record === undefined ? null : await catalog.file(record.file);
  if (record === undefined || file === null) throw unknownKey(key);
  return { entry: entryOf(record), raw: await readBytes(file, record) };
}

/** Nobody is told of these entries any more, also when they fail again. */
export async function dropEntries(catalog: Catalog, records: readonly QuarantineRecord[]): Promise<void> {
  for (const record of records) {
    const { key, id } = record;
    const file = id === null ? await catalog.file(record.file) : null;
    await catalog.dropQuarantine([{ key, digest: file === null ? null : await digestOf(file, record) }]);
  }
}

export function entryOf(record: QuarantineRecord): QuarantineEntry {
  const { key, id, archive, path, offset, length, connection, reason, at } = record;
  return { key, id, archive, path, offset, length, connection, reason, at: isoDate(at) };
}

/** Whether two entries tell of the same message, or of bytes in the same place. */
export function isSameFailure(a: QuarantineRecord, b: QuarantineRecord): boolean {
  if (a.archive !== b.archive || a.connection !== b.connection) return false;
  return a.id === null || b.id === null ? a.path === b.path && a.offset === b.offset : a.id === b.id;
}

function unknownKey(key: number): HayrickError {
  return new HayrickError(
    'MESSAGE_UNKNOWN',
    `Nothing in quarantine has the number ${key}. \`quarantine list\` shows what there is.`,
  );
}
