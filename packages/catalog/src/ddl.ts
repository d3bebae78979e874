/** Raised with every release that changes the tables, with a step in migrate.ts and a fixture in test/formats (make-fixture.ts). 1 and 2 were never released. */
export const CATALOG_VERSION = 4;

/**
 * message: `seq` is the change log, kept compact: the seq of the message's last change, unique and rising.
 * `home_file`, `home_offset` name the copy it is read from; null when no copy is left.
 * thread_member, thread_ghost: the thread of each message that is held, and of each Message-ID that is referred to and stands nowhere. A
 * thread bears the key of one of its members. Both follow the change log (meta 'threads': how far). `date` is the message's, so that its place among the
 * members is known without them.
 * source: `copies` and `homes` count the places of its files and those that are a message's first; kept by tally.ts.
 * file: `settled`: written so long before the look at it that its stamp tells of every later change.
 * folder: when a Maildir's folder was last listed. look: what a file's content was found to be.
 * place, quarantine: `object` is the blob that lies there, in a git repository; null elsewhere.
 * quarantine: `dropped`: nobody is to be told of it any more. dropped: what was dropped, by the message's id, or (with its length) by the digest
 * of its bytes: failing again it is dropped again.
 * held: distinct messages of each archive that have a copy there. repeated_mid: Message-IDs that different messages bear, or bore.
 * document: the digest of what was last built of a message, for those who verify indexes.
 * lost: archives whose copy of a message has vanished from its source but was not dropped yet.
 */
export const CATALOG_DDL = `
CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE source(
  key INTEGER PRIMARY KEY, archive TEXT NOT NULL, kind TEXT NOT NULL, path TEXT NOT NULL,
  copies INTEGER NOT NULL DEFAULT 0, homes INTEGER NOT NULL DEFAULT 0, UNIQUE(archive, kind, path));
CREATE TABLE file(
  key INTEGER PRIMARY KEY, source INTEGER NOT NULL, name TEXT NOT NULL, device INTEGER NOT NULL, inode INTEGER NOT NULL,
  size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, compression TEXT NOT NULL, tail TEXT NOT NULL, looked_at INTEGER NOT NULL,
  read_to INTEGER NOT NULL DEFAULT 0, complete INTEGER NOT NULL DEFAULT 0, round INTEGER NOT NULL DEFAULT 1,
  settled INTEGER NOT NULL DEFAULT 0, UNIQUE(source, name));
CREATE INDEX file_open ON file(source, name) WHERE complete = 0 OR settled = 0;
CREATE TABLE folder(
  source INTEGER NOT NULL, name TEXT NOT NULL, device INTEGER NOT NULL, inode INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
  looked_at INTEGER NOT NULL, PRIMARY KEY(source, name)) WITHOUT ROWID;
CREATE TABLE look(
  archive TEXT NOT NULL, path TEXT NOT NULL, device INTEGER NOT NULL, inode INTEGER NOT NULL, size INTEGER NOT NULL,
  mtime_ns INTEGER NOT NULL, looked_at INTEGER NOT NULL, said TEXT NOT NULL, PRIMARY KEY(archive, path)) WITHOUT ROWID;
CREATE TABLE message(
  key INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, mid TEXT NOT NULL, subject TEXT NOT NULL, sender TEXT NOT NULL,
  filenames TEXT, refs TEXT, date_header INTEGER, date INTEGER NOT NULL, received INTEGER NOT NULL, size INTEGER NOT NULL,
  home_file INTEGER, home_offset INTEGER, seq INTEGER NOT NULL);
CREATE INDEX message_mid ON message(mid);
CREATE UNIQUE INDEX message_seq ON message(seq);
CREATE TABLE place(
  file INTEGER NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL, message INTEGER NOT NULL,
  received INTEGER NOT NULL, size INTEGER NOT NULL, round INTEGER NOT NULL, object BLOB, PRIMARY KEY(file, offset)) WITHOUT ROWID;
CREATE INDEX place_message ON place(message);
CREATE INDEX place_object ON place(object, file) WHERE object IS NOT NULL;
CREATE TABLE document(message INTEGER PRIMARY KEY, digest INTEGER NOT NULL);
CREATE TABLE lost(message INTEGER NOT NULL, archive TEXT NOT NULL, PRIMARY KEY(message, archive)) WITHOUT ROWID;
CREATE INDEX lost_archive ON lost(archive);
CREATE TABLE thread_member(message INTEGER PRIMARY KEY, thread INTEGER NOT NULL, date INTEGER NOT NULL DEFAULT 0);
CREATE INDEX thread_member_thread ON thread_member(thread, date);
CREATE TRIGGER thread_member_date AFTER UPDATE OF date ON message
  BEGIN UPDATE thread_member SET date = new.date WHERE message = new.key; END;
CREATE TABLE thread_ghost(mid TEXT PRIMARY KEY, thread INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX thread_ghost_thread ON thread_ghost(thread);
CREATE TABLE quarantine(
  key INTEGER PRIMARY KEY, file INTEGER NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL,
  connection TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL, at INTEGER NOT NULL, object BLOB,
  dropped INTEGER NOT NULL DEFAULT 0, UNIQUE(file, offset, connection));
CREATE TABLE dropped(
  archive TEXT NOT NULL, connection TEXT NOT NULL, what TEXT NOT NULL, length INTEGER NOT NULL,
  PRIMARY KEY(archive, connection, what)) WITHOUT ROWID;
CREATE TABLE held(archive TEXT PRIMARY KEY, messages INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE repeated_mid(mid TEXT PRIMARY KEY) WITHOUT ROWID;
`;
