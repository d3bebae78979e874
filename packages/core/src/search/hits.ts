import type { Access, FoundDocument } from '../backend/backend.ts';
import type { Catalog, MessageRecord } from '../catalog/catalog.ts';
import type { SoughtWord } from '../query/index.ts';
import type { PlacesInThreads } from '../threads/index.ts';
import type { Hit } from './answers.ts';
import { filesToRead } from './read-text.ts';
import type { Snippets } from './snippet-protocol.ts';
import type { SnippetThreads } from './snippet-threads.ts';

export interface HitOptions {
  readonly access: Access;
  /** Scores tell of what may not be read: only for those who may read all. */
  readonly scores: boolean;
  /** The words to mark in snippets; null for no snippets. */
  readonly words: readonly SoughtWord[] | null;
  readonly snippets: SnippetThreads;
  readonly places: PlacesInThreads;
  readonly signal?: AbortSignal | undefined;
}

/** Found documents as people see them. Access is checked again against the catalog: what may not be read is left out. */
export async function loadHits(
  catalog: Catalog,
  found: readonly FoundDocument[],
  options: HitOptions,
): Promise<Hit[]> {
  const { access, words } = options;
  const records = new Map<string, MessageRecord>();
  for (const record of await catalog.messages(found.map((f) => f.id))) {
    if (record.archives.some((a) => access.archives.includes(a))) records.set(record.id, record);
  }
  // Snippets are made elsewhere while places are looked up here.
  const [made, threads] = await Promise.all([
    words === null ? new Map() : snippetsOf([...records.values()], words, options),
    options.places([...records.keys()]),
  ]);
  return found.flatMap(({ id, date, score }): Hit[] => {
    const record = records.get(id);
    if (record === undefined) return [];
    return [
      {
        id,
        messageId: record.messageId,
        archives: record.archives.filter((a) => access.archives.includes(a)),
        subject: record.subject,
        from: record.from,
        date: isoDate(date),
        score: options.scores ? score : null,
        snippet: made.get(id) ?? null,
        // It came in this moment, and its thread is not known yet.
        thread: threads.get(id) ?? { id, size: 1, position: 1 },
        attachments: record.filenames,
      },
    ];
  });
}

function snippetsOf(
  records: readonly MessageRecord[],
  words: readonly SoughtWord[],
  { access, snippets, signal }: HitOptions,
): Promise<Snippets> {
  return snippets.make({ files: filesToRead(records, access), words }, signal);
}

/** Whole seconds, UTC. */
export function isoDate(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}
