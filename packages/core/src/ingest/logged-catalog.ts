import type { Catalog } from '../catalog/catalog.ts';
import { forgetFirstBuild } from './first-build-note.ts';
import type { SiteLocks } from './site-locks.ts';

/**
 * The catalog with all that appends to the change log done under the lock of the log: so that one who swaps a generation in can hold others off
 * for the moment, with nothing left behind in the log. A first build whose run is dead is not gone on with once messages may have left their places.
 */
export function loggedCatalog(catalog: Catalog, locks: SiteLocks): Catalog {
  const logging = locks.logging.bind(locks);
  const moving = <T>(work: () => Promise<T>): Promise<T> =>
    logging(async () => {
      await forgetFirstBuild(catalog);
      return work();
    });
  return {
    ...catalog,
    putFiles: (source, files, options) => {
      const put = () => catalog.putFiles(source, files, options);
      return options.restart ? moving(put) : logging(put);
    },
    record: (batches) => logging(() => catalog.record(batches)),
    completeFiles: (files) => logging(() => catalog.completeFiles(files)),
    loseFiles: (files) => moving(() => catalog.loseFiles(files)),
    loseDeleted: (file, deletions) => moving(() => catalog.loseDeleted(file, deletions)),
    loseSource: (source) => moving(() => catalog.loseSource(source)),
    renameArchive: (archive, name) => moving(() => catalog.renameArchive(archive, name)),
    dropLost: (archives) => logging(() => catalog.dropLost(archives)),
    postpone: (after, span) => logging(() => catalog.postpone(after, span)),
    touch: async (archives) => (archives.length === 0 ? 0 : logging(() => catalog.touch(archives))),
    logOthers: (seqs) => logging(() => catalog.logOthers(seqs)),
    logUnread: (marked, upTo) => logging(() => catalog.logUnread(marked, upTo)),
    mendTables: () => moving(() => catalog.mendTables()),
    readAgain: (files) =>
      files.length === 0 ? catalog.readAgain(files) : moving(() => catalog.readAgain(files)),
    correct: (messages) => moving(() => catalog.correct(messages)),
    logRemovals: (ids) => logging(() => catalog.logRemovals(ids)),
    logAgain: (ids) => logging(() => catalog.logAgain(ids)),
    retryQuarantined: (connections) => logging(() => catalog.retryQuarantined(connections)),
    retryQuarantine: (keys) => logging(() => catalog.retryQuarantine(keys)),
  };
}
