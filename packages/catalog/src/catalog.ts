import type { Catalog, OpenCatalog } from '@hayrick/core/catalog';
import { prepareChanges } from './changes.ts';
import { prepareComparison } from './compare-stretch.ts';
import { prepareCopies } from './copies.ts';
import { prepareExpectations } from './expectation.ts';
import { prepareExpected } from './expected.ts';
import { prepareFiles } from './files.ts';
import { prepareLooks } from './looks.ts';
import { prepareMessages } from './messages.ts';
import { prepareObjects } from './objects.ts';
import { openDatabase, translate, writing } from './open.ts';
import { preparePending } from './pending.ts';
import { prepareQuarantine } from './quarantine.ts';
import { prepareRecorder } from './record.ts';
import { openSequence } from './sequence.ts';
import { prepareTables } from './tables.ts';
import { prepareTally } from './tally.ts';
import { prepareThreadCheck } from './thread-check.ts';
import { prepareThreadKeys } from './thread-keys.ts';
import { prepareThreadPlaces } from './thread-places.ts';
import { prepareThreading } from './threading.ts';
import { prepareThreads } from './threads.ts';

/** Opens a catalog in one SQLite file. */
export const openCatalog: OpenCatalog = async ({ path, now, readOnly = false, log }): Promise<Catalog> => {
  const db = openDatabase(path, readOnly, log);
  const sequence = openSequence(db);
  const tally = prepareTally(db);
  const copies = prepareCopies(db, sequence, tally);
  const files = prepareFiles(db, sequence, copies, tally);
  const looks = prepareLooks(db);
  const objects = prepareObjects(db, sequence, copies, tally);
  const record = prepareRecorder(db, sequence, copies, tally, now);
  const pending = preparePending(db, sequence);
  const changes = prepareChanges(db);
  const messages = prepareMessages(db);
  const thread = prepareThreading(db);
  const threads = prepareThreads(db);
  const threadKeys = prepareThreadKeys(db);
  const threadPlaces = prepareThreadPlaces(db);
  const quarantine = prepareQuarantine(db, sequence, copies, now);
  const expectations = prepareExpectations(db);
  const verifying = {
    expected: prepareExpected(db),
    comparison: prepareComparison(db),
    tables: prepareTables(db, sequence),
    wrongThreads: prepareThreadCheck(db),
  };
  const getNote = db.prepare<[string], { value: string }>('SELECT value FROM meta WHERE name = ?');
  const putNote = db.prepare<[string, string]>(
    'INSERT INTO meta VALUES(?, ?) ON CONFLICT(name) DO UPDATE SET value = excluded.value',
  );
  const heldBy = (archives: readonly string[]) =>
    `SELECT p.message AS message FROM place p JOIN file f ON f.key = p.file JOIN source s ON s.key = f.source
     WHERE s.archive IN (${archives.map(() => '?').join()})
     UNION SELECT message FROM lost WHERE archive IN (${archives.map(() => '?').join()})`;
  const touch = writing(db, (archives: readonly string[]) => {
    sequence.begin();
    const rows = db.prepare<string[], { message: number }>(heldBy(archives)).all(...archives, ...archives);
    const again = db.prepare<[number, number]>('UPDATE message SET seq = ? WHERE key = ?');
    for (const { message } of rows) again.run(sequence.next(), message);
    sequence.store();
    return rows.length;
  });
  const renameArchive = writing(db, (old: string, name: string) => {
    for (const table of ['source', 'lost', 'look', 'dropped', 'held']) {
      db.prepare<[string, string]>(`UPDATE OR REPLACE ${table} SET archive = ? WHERE archive = ?`).run(
        name,
        old,
      );
    }
    return touch([name]);
  });
  const logAgain = writing(db, (ids: readonly string[]) => {
    const again = db.prepare<[number, Buffer]>('UPDATE message SET seq = ? WHERE id = ?');
    sequence.begin();
    for (const id of ids) again.run(sequence.next(), Buffer.from(id, 'hex'));
    sequence.store();
  });
  const logOthers = writing(db, (seqs: Float64Array) => {
    const all = db.prepare<[], { key: number; seq: number }>('SELECT key, seq FROM message');
    const others: number[] = [];
    for (const { key, seq } of all.iterate()) if (seqs[key] !== seq) others.push(key);
    sequence.begin();
    for (const key of others) copies.logAgain(key);
    sequence.store();
    return others.length;
  });
  const logUnread = writing(db, (marked: Uint8Array, upTo: number) => {
    const keys = expectations.unread(marked, upTo);
    sequence.begin();
    for (const key of keys) copies.logAgain(key);
    sequence.store();
    return keys.length;
  });
  const run = async <T>(work: () => T): Promise<T> => translate(path, work);

  return {
    site: getNote.get('site')?.value ?? '',
    version: `SQLite ${db.prepare<[], { v: string }>('SELECT sqlite_version() AS v').get()?.v ?? ''}`,
    source: (archive, kind, sourcePath) => run(() => files.source(archive, kind, sourcePath)),
    sources: () => run(() => files.sources()),
    archives: () => run(() => files.archives()),
    files: (source, after, limit) => run(() => files.files(source, after, limit)),
    filesNamed: (source, names) => run(() => files.filesNamed(source, names)),
    openFiles: (source, after, limit) => run(() => files.openFiles(source, after, limit)),
    unknownNames: (source, names) => run(() => files.unknownNames(source, names)),
    countFiles: (source, beginning) => run(() => files.countFiles(source, beginning)),
    sourceCounts: () => run(() => tally.counts()),
    archiveCounts: () => run(() => tally.archives()),
    forgetLooks: (archive) => run(() => looks.forgetLooks(archive)),
    folders: (source) => run(() => looks.folders(source)),
    putFolders: (source, stamps) => run(() => looks.putFolders(source, stamps)),
    look: (archive, path) => run(() => looks.look(archive, path)),
    putLooks: (archive, seen) => run(() => looks.putLooks(archive, seen)),
    countLooks: (archive) => run(() => looks.countLooks(archive)),
    looksAfter: (archive, after, limit) => run(() => looks.looksAfter(archive, after, limit)),
    dropLooks: (archive, paths) => run(() => looks.dropLooks(archive, paths)),
    putFiles: (source, found, { restart }) => run(() => files.put(source, found, restart)),
    moveFile: (file, source, name) => run(() => files.move(file, source, name)),
    settleFiles: (source, found) => run(() => files.settle(source, found)),
    record: (batches) => run(() => record(batches)),
    completeFiles: (keys) => run(() => files.complete(keys)),
    loseFiles: (keys) => run(() => files.lose(keys)),
    loseDeleted: (file, deletions) => run(() => objects.lose(file, deletions)),
    loseSource: (key) => run(() => files.loseSource(key)),
    renameArchive: (old, name) => run(() => renameArchive(old, name)),
    dropLost: (archives) => run(() => files.dropLost(archives)),
    head: () => run(() => sequence.head()),
    countMessages: (archives) =>
      run(() => {
        if (archives !== null && archives.length === 0) return 0;
        const text =
          archives === null
            ? 'SELECT count(*) AS n FROM message WHERE home_file IS NOT NULL OR EXISTS (SELECT 1 FROM lost WHERE message = message.key)'
            : `SELECT count(*) AS n FROM (${heldBy(archives)})`;
        const names = archives ?? [];
        return db.prepare<string[], { n: number }>(text).get(...names, ...names)?.n ?? 0;
      }),
    changes: (after, limit) => run(() => changes.after(after, limit)),
    removed: (after, limit) => run(() => changes.removed(after, limit)),
    pending: (after, span) => run(() => pending.count(after, span)),
    postpone: (after, span) => run(() => pending.postpone(after, span)),
    countLost: (archives) =>
      run(() => {
        if (archives.length === 0) return 0;
        const text = `SELECT count(DISTINCT message) AS n FROM lost WHERE archive IN (${archives.map(() => '?').join()})`;
        return db.prepare<string[], { n: number }>(text).get(...archives)?.n ?? 0;
      }),
    countChanges: (after) =>
      run(
        () =>
          db.prepare<[number], { n: number }>('SELECT count(*) AS n FROM message WHERE seq > ?').get(after)
            ?.n ?? 0,
      ),
    countChangedByArchive: (after) => run(() => changes.byArchive(after)),
    countLeftOutByArchive: (after) => run(() => changes.leftOut(after)),
    messagesOfFile: (file, afterOffset, limit) => run(() => changes.ofFile(file, afterOffset, limit)),
    filesToRead: (after, limit) => run(() => changes.filesToRead(after, limit)),
    file: (key) => run(() => changes.file(key)),
    ranks: (last) => run(() => changes.ranks(last)),
    homes: () => run(() => changes.homes()),
    keysOf: (ids) => run(() => changes.keysOf(ids)),
    touch: (archives) => run(() => (archives.length === 0 ? 0 : touch(archives))),
    logOthers: (seqs) => run(() => logOthers(seqs)),
    logUnread: (marked, upTo) => run(() => logUnread(marked, upTo)),
    expectation: (scope) => run(() => expectations.count(scope)),
    expectedSample: (scope, limit) => run(() => expectations.sample(scope, limit)),
    logAgain: (ids) => run(() => logAgain(ids)),
    retryQuarantined: (connections) => run(() => quarantine.retryAll(connections)),
    sync: () => run(() => void db.pragma('wal_checkpoint(PASSIVE)')),
    note: (name) => run(() => getNote.get(`note:${name}`)?.value ?? null),
    setNote: (name, value) => run(() => void putNote.run(`note:${name}`, value)),
    messages: (ids) => run(() => messages.byIds(ids)),
    messagesOf: (messageId) => run(() => messages.byMessageId(messageId)),
    storedValues: (ids, field) => run(() => messages.values(ids, field)),
    storedValuesBehind: (key, limit, field) => run(() => messages.valuesBehind(key, limit, field)),
    thread: (links) => run(() => thread.step(links)),
    threadAnew: (keys, links) => run(() => thread.anew(keys, links)),
    wrongThreads: (links) => run(() => verifying.wrongThreads(links)),
    noteDigests: (documents) => run(() => verifying.expected.noteDigests(documents)),
    expected: (after, limit) => run(() => verifying.expected.behind(after, limit)),
    expectedOf: (ids) => run(() => verifying.expected.of(ids)),
    compareStretch: (stretch) => run(() => verifying.comparison.compare(stretch)),
    correct: (found) => run(() => verifying.comparison.correct(found)),
    checkTables: ({ pages }) => run(() => verifying.tables.check(pages)),
    mendTables: () => run(() => verifying.tables.mend()),
    readAgain: (keys) => run(() => verifying.tables.readAgain(keys)),
    filesAt: (places) => run(() => verifying.tables.filesAt(places)),
    logRemovals: (ids) => run(() => verifying.tables.logRemovals(ids)),
    forgetRemovals: () => run(() => verifying.tables.forgetRemovals()),
    threadsWith: (ids) => run(() => threads.withIds(ids)),
    threadsNaming: (messageId) => run(() => threads.naming(messageId)),
    threadKeys: (ids, archives) => run(() => threadKeys.of(ids, archives)),
    threadPlaces: (ids, archives) => run(() => threadPlaces(ids, archives)),
    threadMembers: (keys) => run(() => threadKeys.members(keys)),
    quarantinePlace: (file, stretch) => run(() => quarantine.addPlace(file, stretch)),
    quarantineMessage: (message, connection, reason) =>
      run(() => quarantine.addMessage(message, connection, reason)),
    quarantine: () => run(() => quarantine.list()),
    countRefused: (connection) => run(() => quarantine.countRefused(connection)),
    accepted: (connection, ids) => run(() => quarantine.accepted(connection, ids)),
    retryQuarantine: (keys) => run(() => quarantine.retry(keys)),
    dropQuarantine: (entries) => run(() => quarantine.drop(entries)),
    droppedStretches: () => run(() => quarantine.droppedStretches()),
    dropStretchAgain: (file, offset) => run(() => quarantine.dropAgain(file, offset)),
    async close() {
      db.close();
    },
  };
};
