import type { Catalog, PendingChange, PlaceFile } from '../catalog/catalog.ts';
import { LIMITS } from '../limits.ts';
import { isMbox } from '../source/index.ts';
import type { BuildItem, BuildUnit } from './worker-protocol.ts';

/** Messages, or files, that are asked of the catalog at a time. */
const PAGE = 1000;

/**
 * All messages by file and offset: a compressed file as one unit, the rest in units of a batch.
 * @param ranks by message key; what has none, 0, is in no unit
 * @param read gets 1 at the keys of those that are in a unit: none is in two, wherever it moves meanwhile
 */
export async function* bulkUnits(
  catalog: Catalog,
  ranks: Uint32Array,
  read: Uint8Array,
  head: number,
  batchMessages: number,
): AsyncGenerator<{ readonly unit: BuildUnit; readonly sequential: boolean }> {
  let files: { file: PlaceFile; items: BuildItem[] }[] = [];
  let messages = 0;
  let bytes = 0;
  const unit = (): BuildUnit => {
    const made: BuildUnit = { kind: 'build', files, skip: [] };
    files = [];
    messages = 0;
    bytes = 0;
    return made;
  };
  for await (const file of filesToRead(catalog)) {
    const packed = file.compression !== 'none' && isMbox(file.kind);
    if (packed && messages > 0) yield { unit: unit(), sequential: false };
    let after = -1;
    for (;;) {
      const changes = await catalog.messagesOfFile(file.key, after, PAGE);
      const last = changes.at(-1);
      if (last?.place === undefined || last.place === null) break;
      after = last.place.offset;
      for (const change of changes) {
        const rank = ranks[change.key] ?? null;
        if (change.seq > head || read[change.key] === 1 || rank === 0) continue;
        read[change.key] = 1;
        let open = files.at(-1);
        if (open === undefined || open.file.key !== file.key) {
          open = { file, items: [] };
          files.push(open);
        }
        open.items.push(itemOf(change, rank));
        messages++;
        bytes += change.place?.length ?? 0;
        if (!packed && (messages >= batchMessages || bytes >= LIMITS.batchBytes * 2)) {
          yield { unit: unit(), sequential: false };
        }
      }
    }
    if (packed && messages > 0) yield { unit: unit(), sequential: true };
  }
  if (messages > 0) yield { unit: unit(), sequential: false };
}

/** What a parsing thread is told of a message. @param rank in a bulk build */
export function itemOf(
  { seq, id, place, archives, date, received, size }: PendingChange,
  rank: number | null,
): BuildItem {
  return {
    seq,
    id,
    rank,
    offset: place?.offset ?? 0,
    length: place?.length ?? 0,
    object: place?.object ?? null,
    archives,
    date,
    received,
    size,
  };
}

async function* filesToRead(catalog: Catalog): AsyncGenerator<PlaceFile> {
  for (let at = 0; ; ) {
    const files = await catalog.filesToRead(at, PAGE);
    yield* files;
    const last = files.at(-1);
    if (last === undefined) return;
    at = last.key;
  }
}
