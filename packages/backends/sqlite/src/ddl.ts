import { BARE_FIELDS, type DeclaredField, PATCH_TEXT_FIELDS, TEXT_FIELDS } from '@hayrick/core/backend';

/** Raised with every change of the tables. */
export const INDEX_VERSION = 3;

/** Columns of the table `words`: what a word without a field is looked for in, so that such a word needs no column filter. */
export const WORD_COLUMNS: readonly string[] = BARE_FIELDS;

/** Columns of the table `patch`, which has rows for messages with patches alone: other sites pay nothing for it. */
export const PATCH_COLUMNS: readonly string[] = PATCH_TEXT_FIELDS;

/** Columns of the table `aside`: other text that only its own field name reaches. */
export function asideColumns(fields: readonly DeclaredField[]): readonly string[] {
  const builtIn = TEXT_FIELDS.filter((f) => !WORD_COLUMNS.includes(f) && !PATCH_COLUMNS.includes(f));
  return [...builtIn, ...fields.filter((f) => f.kind === 'text').map((f) => f.name)];
}

/** ASCII characters, letters and digits apart, that stand in a keyword as they are; the rest is escaped (keyword-token.ts). */
const KEYWORD_CHARACTERS = '!#$%&()*+,-./:;<=>?@[\\]^_`{|}~';

/**
 * doc: one row a document; `row` rises with (date, id) but for the rows in `late`.
 * words, aside, patch: core's tokens as they come (`ascii` splits at the blank and keeps every byte from 0x80).
 * keywords: one token `field:value` a keyword; no positions.
 * doc.digest: as it came with the document.
 * own: one row a document that has declared fields; JSON of what it is ordered by in each, and of the values that are kept to be shown.
 * scope: the sets of archives that documents are held by; `doc.scope` names one.
 */
export function indexDdl(fields: readonly DeclaredField[]): string {
  const words = WORD_COLUMNS.map(quoteName).join(', ');
  const aside = asideColumns(fields).map(quoteName).join(', ');
  const patch = PATCH_COLUMNS.map(quoteName).join(', ');
  return `
CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE scope(key INTEGER PRIMARY KEY, archives TEXT NOT NULL UNIQUE);
CREATE TABLE doc(row INTEGER PRIMARY KEY, id BLOB NOT NULL, date INTEGER NOT NULL, received INTEGER NOT NULL,
  size INTEGER NOT NULL, scope INTEGER NOT NULL, digest INTEGER NOT NULL);
CREATE TABLE late(row INTEGER PRIMARY KEY, date INTEGER NOT NULL, id BLOB NOT NULL);
CREATE TABLE number(field TEXT NOT NULL, value REAL NOT NULL, row INTEGER NOT NULL, PRIMARY KEY(field, value, row)) WITHOUT ROWID;
CREATE TABLE own(row INTEGER PRIMARY KEY, sorted TEXT NOT NULL, kept TEXT);
CREATE VIRTUAL TABLE words USING fts5(${words}, content='', contentless_delete=1, tokenize='ascii');
CREATE VIRTUAL TABLE aside USING fts5(${aside}, content='', contentless_delete=1, tokenize='ascii');
CREATE VIRTUAL TABLE patch USING fts5(${patch}, content='', contentless_delete=1, tokenize='ascii');
CREATE VIRTUAL TABLE keywords USING fts5(value, content='', contentless_delete=1, detail=none,
  tokenize="ascii tokenchars '${KEYWORD_CHARACTERS}'");
`;
}

/** Made when a bulk build ends: while loading they would only cost. */
export const INDEX_INDEXES = `
CREATE UNIQUE INDEX IF NOT EXISTS doc_id ON doc(id);
CREATE INDEX IF NOT EXISTS doc_received ON doc(received);
CREATE INDEX IF NOT EXISTS doc_size ON doc(size);
CREATE INDEX IF NOT EXISTS late_date ON late(date, id);
`;

export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
