import type { Deletion } from '@hayrick/core/catalog';
import type { Copies } from './copies.ts';
import { type Db, writing } from './open.ts';
import type { Sequence } from './sequence.ts';
import type { Tally } from './tally.ts';

/** Places in git repositories, by the blob that lies there. */
export interface Objects {
  /** What is deleted in the history of a repository: its copies are lost, its quarantine is over. */
  lose(file: number, deletions: readonly Deletion[]): void;
}

export function prepareObjects(db: Db, sequence: Sequence, copies: Copies, tally: Tally): Objects {
  const find = db.prepare<[Buffer, number, number], { offset: number; message: number; archive: string }>(
    `SELECT p.offset, p.message, s.archive FROM place p JOIN file f ON f.key = p.file JOIN source s ON s.key = f.source
     WHERE p.object = ? AND p.file = ? AND p.offset < ?`,
  );
  const removePlace = db.prepare<[number, number]>('DELETE FROM place WHERE file = ? AND offset = ?');
  const release = db.prepare<[number, number]>('DELETE FROM quarantine WHERE file = ? AND offset = ?');
  const releaseObject = db.prepare<[number, Buffer, number]>(
    'DELETE FROM quarantine WHERE file = ? AND object = ? AND offset < ?',
  );
  return {
    lose: writing(db, (file: number, deletions: readonly Deletion[]) => {
      sequence.begin();
      tally.begin();
      for (const { object, before } of deletions) {
        const name = Buffer.from(object, 'hex');
        const end = Math.min(before, Number.MAX_SAFE_INTEGER);
        for (const { offset, message, archive } of find.all(name, file, end)) {
          removePlace.run(file, offset);
          tally.copies(file, -1);
          copies.afterLoss(message, archive);
          // It could not be indexed from there: another copy may do.
          if (release.run(file, offset).changes > 0) copies.logAgain(message);
        }
        releaseObject.run(file, name, end);
      }
      tally.store();
      sequence.store();
    }),
  };
}
