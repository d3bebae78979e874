import type { FolderStamp, Look } from '@hayrick/core/catalog';
import { type Db, writing } from './open.ts';

/** What files and folders were when they were last looked at, so that they need not be opened or listed again. */
export interface Looks {
  look(archive: string, path: string): Look | null;
  putLooks(archive: string, looks: readonly Look[]): void;
  countLooks(archive: string): number;
  looksAfter(archive: string, path: string, limit: number): readonly string[];
  dropLooks(archive: string, paths: readonly string[]): void;
  forgetLooks(archive: string): void;
  folders(source: number): FolderStamp[];
  putFolders(source: number, folders: readonly FolderStamp[]): void;
}

interface LookRow {
  readonly path: string;
  readonly device: bigint;
  readonly inode: bigint;
  readonly size: bigint;
  readonly mtime_ns: bigint;
  readonly looked_at: bigint;
  readonly said: string;
}

export function prepareLooks(db: Db): Looks {
  const one = db.prepare<[string, string], LookRow>(
    'SELECT path, device, inode, size, mtime_ns, looked_at, said FROM look WHERE archive = ? AND path = ?',
  );
  one.safeIntegers();
  const put = db.prepare<(string | number | bigint)[]>(
    'INSERT OR REPLACE INTO look VALUES(?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const count = db.prepare<[string], { n: number }>('SELECT count(*) AS n FROM look WHERE archive = ?');
  const after = db.prepare<[string, string, number], { path: string }>(
    'SELECT path FROM look WHERE archive = ? AND path > ? ORDER BY path LIMIT ?',
  );
  const drop = db.prepare<[string, string]>('DELETE FROM look WHERE archive = ? AND path = ?');
  const forget = db.prepare<[string]>('DELETE FROM look WHERE archive = ?');
  const folders = db.prepare<[number], Omit<LookRow, 'path' | 'size' | 'said'> & { name: string }>(
    'SELECT name, device, inode, mtime_ns, looked_at FROM folder WHERE source = ?',
  );
  folders.safeIntegers();
  const putFolder = db.prepare<(string | number | bigint)[]>(
    'INSERT OR REPLACE INTO folder VALUES(?, ?, ?, ?, ?, ?)',
  );

  return {
    look(archive, path) {
      const row = one.get(archive, path);
      if (row === undefined) return null;
      const { device, inode, size, mtime_ns: mtimeNs, looked_at: lookedAt, said } = row;
      return { path, device, inode, size: Number(size), mtimeNs, lookedAt: Number(lookedAt), said };
    },
    putLooks: writing(db, (archive: string, looks: readonly Look[]) => {
      for (const { path, device, inode, size, mtimeNs, lookedAt, said } of looks) {
        put.run(archive, path, device, inode, size, mtimeNs, lookedAt, said);
      }
    }),
    countLooks: (archive) => count.get(archive)?.n ?? 0,
    looksAfter: (archive, path, limit) => after.all(archive, path, limit).map((row) => row.path),
    dropLooks: writing(db, (archive: string, paths: readonly string[]) => {
      for (const path of paths) drop.run(archive, path);
    }),
    forgetLooks: (archive) => void forget.run(archive),
    folders: (source) =>
      folders.all(source).map(({ name, device, inode, mtime_ns: mtimeNs, looked_at: lookedAt }) => ({
        name,
        device,
        inode,
        mtimeNs,
        lookedAt: Number(lookedAt),
      })),
    putFolders: writing(db, (source: number, stamps: readonly FolderStamp[]) => {
      for (const { name, device, inode, mtimeNs, lookedAt } of stamps) {
        putFolder.run(source, name, device, inode, mtimeNs, lookedAt);
      }
    }),
  };
}
