import type { Catalog } from '../catalog/catalog.ts';
import type { SiteLocks } from './site-locks.ts';

/**
 * The catalog with all that appends to the change log done under the lock of the log: so that one who swaps a generation in can hold others off
 * for the moment, with nothing left behind in the log.
 */
export function loggedCatalog(catalog: Catalog, locks: SiteLocks): Catalog {
  const logging = locks.logging.bind(locks);
  return {
    ...catalog,
    putFiles: (source, files, options) => logging(() => catalog.putFiles(source, files, options)),
    record: (batches) => logging(() => catalog.record(batches)),
    completeFiles: (files) => logging(() => catalog.completeFiles(files)),
    loseFiles: (files) => logging(() => catalog.loseFiles(files)),
    loseDeleted: (file, deletions) => logging(() => catalog.loseDeleted(file, deletions)),
    loseSource: (source) => logging(() => catalog.loseSource(source)),
    renameArchive: (archive, name) => logging(() => catalog.renameArchive(archive, name)),
    dropLost: (archives) => logging(() => catalog.dropLost(archives)),
    postpone: (after, span) => logging(() => catalog.postpone(after, span)),
    touch: async (archives) => (archives.length === 0 ? 0 : logging(() => catalog.touch(archives))),
    logOthers: (seqs) => logging(() => catalog.logOthers(seqs)),
    logUnread: (marked, upTo) => logging(() => catalog.logUnread(marked, upTo)),
    mendTables: () => logging(() => catalog.mendTables()),
    logRemovals: (ids) => logging(() => catalog.logRemovals(ids)),
    logAgain: (ids) => logging(() => catalog.logAgain(ids)),
    retryQuarantined: (connections) => logging(() => catalog.retryQuarantined(connections)),
    retryQuarantine: (keys) => logging(() => catalog.retryQuarantine(keys)),
  };
}
