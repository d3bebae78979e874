import { z } from 'zod';
import { LIMITS } from '../limits.ts';
import { isPlain } from './plain.ts';

/** Names of archives and connections. */
const NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/u;
const NAME_RULE = 'a name has 1 to 63 of a-z 0-9 . _ - and begins with a letter or digit';
/** Names of declared fields. */
const FIELD_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,62}$/u;
const FIELD_NAME_RULE = 'a field name has 1 to 63 of A-Z a-z 0-9 _ - and begins with a letter';

/** Keys of a connection that are core's; the engine declares the others. */
export const CONNECTION_KEYS = ['engine', 'only', 'exclude', 'batchSize', 'timeout', 'options'] as const;

/** Most messages that a batch may be set to; bytes bound it besides (LIMITS.batchBytes). */
const MOST_BATCH = 100_000;
const MOST_RESULTS = 1_000_000;

/**
 * The one description of the settings: the loader checks by it, `settingsReference` prints it. References are resolved before it is asked.
 * What relates one key to another is in relations.ts.
 */
export function settingsSchema(): z.ZodType<Checked> {
  const text = z.string().min(1);
  const count = (most: number): z.ZodNumber => z.int().min(1).max(most);

  const archive = z.strictObject({
    paths: z
      .array(text)
      .min(1)
      .describe(
        'files and folders of the archive; * ? [ ] { } and ** are wildcards; relative to the settings file',
      ),
    kind: z
      .enum(['mbox', 'maildir', 'mh', 'eml', 'public-inbox', 'pipermail'])
      .optional()
      .describe('what the paths hold; default: recognised by content'),
    address: z
      .string()
      .regex(/^[^\s@<>]+@[^\s@<>]+$/u, 'must be a mail address')
      .optional()
      .describe('the posting address'),
    listId: text.optional().describe('the value of the List-Id header'),
    access: z.enum(['private', 'public']).default('private').describe('public: everyone may read it'),
    readers: z
      .array(z.string().regex(/^[^\p{C}\s](?:[^\p{C}]*[^\p{C}\s])?$/u, 'must be a name'))
      .default([])
      .describe('who may read it while it is private'),
    patches: z.boolean().default(false).describe('index the fields of patches'),
    threads: z
      .enum(['references', 'subject'])
      .default('references')
      .describe('what makes a thread: references alone, or the subject as well where references are missing'),
  });

  const connection = z.looseObject({
    engine: z
      .union([text, z.custom<EngineCode>(isEngineCode)], {
        error:
          'must be the name of an engine ("sqlite"), a path or package, or a module that exports a backend',
      })
      .describe('a name ("sqlite"), a path or package, or a module that exports a backend'),
    only: z.array(text).optional().describe('archives that go into it; default: all'),
    exclude: z.array(text).optional().describe('archives that do not; never beside `only`'),
    batchSize: count(MOST_BATCH)
      .default(LIMITS.batchMessages)
      .describe('messages a batch, and never over 8 MiB'),
    timeout: z
      .number()
      .positive()
      .max(86_400)
      .default(10)
      .describe('seconds that the engine has for an answer'),
    options: z.record(z.string(), z.unknown()).default({}).describe("for the engine's client, unchecked"),
  });

  const search = z.strictObject({
    defaultOperator: z.enum(['and', 'or']).default('and').describe('between words without an operator'),
    resultsPerPage: count(1_000).default(20).describe('hits of an answer where no limit is given'),
    maxResults: count(MOST_RESULTS).default(10_000).describe('how far offset + limit may reach'),
    timeZone: text
      .refine(isTimeZone, 'must be a time zone like "UTC" or "Europe/Berlin"')
      .default('UTC')
      .describe('of days and years in queries and facets, an IANA name'),
  });

  const field = z.strictObject({
    header: z
      .string()
      .regex(/^[!-9;-~]+$/u, 'must be the name of a header, without colon')
      .describe('the header it is read from'),
    kind: z.enum(['text', 'keyword', 'date', 'number']).describe('how it is compared'),
    weight: z
      .number()
      .positive()
      .optional()
      .describe('of text: what a match counts for relevance; default: 1'),
    stored: z.boolean().optional().describe('its values come back with hits; default: false'),
    facet: z
      .boolean()
      .optional()
      .describe('of keywords: its values may be counted by `--facet`; default: true, of other kinds never'),
  });

  return z.strictObject({
    dataDir: text.default('./data').describe("the folder of Hayrick's own files: catalog, indexes, locks"),
    archives: named(archive).default({}).describe('mailing lists and mailboxes, by name'),
    connections: named(connection).default({}).describe('engines, by name; `default` is required'),
    search: search.prefault({}).describe('how queries are read and answered'),
    fields: z
      .record(z.string().regex(FIELD_NAME, FIELD_NAME_RULE), field)
      .default({})
      .describe('headers to search by, by field name'),
    routers: z
      .strictObject({
        read: text.default('default').describe('the connection that answers where none is named'),
        write: z
          .array(text)
          .min(1)
          .optional()
          .describe('the connections written where none is named; default: every one'),
      })
      .prefault({})
      .describe('which connections are used where a command names none'),
    logging: z
      .strictObject({
        level: z
          .enum(['debug', 'info', 'warn', 'error'])
          .default('info')
          .describe('the least that is written to the file'),
        file: text.optional().describe('a file that gets the log, one JSON object a line; default: none'),
      })
      .prefault({})
      .describe('the log file'),
    databases: z
      .strictObject({
        catalog: z
          .strictObject({
            engine: z.enum(['sqlite']).default('sqlite').describe('the database that keeps the catalog'),
            path: text.optional().describe('its file; default: catalog.db in dataDir'),
          })
          .prefault({})
          .describe('sources, places, messages and the change log'),
      })
      .prefault({})
      .describe("Hayrick's own databases"),
    language: z.enum(['en']).default('en').describe('of what Hayrick says to people'),
    document: text
      .optional()
      .describe('a module whose `document(message)` changes or leaves out what is indexed; default: none'),
    store: z
      .enum(['auto', 'always', 'never'])
      .default('auto')
      .describe(
        'whose text is kept, for snippets and `show`: of mail in packed files (auto), of all, of none',
      ),
  });
}

/** What the schema answers: defaults filled in, paths as written. */
export interface Checked {
  dataDir: string;
  archives: Record<string, CheckedArchive>;
  connections: Record<string, CheckedConnection>;
  search: { defaultOperator: 'and' | 'or'; resultsPerPage: number; maxResults: number; timeZone: string };
  fields: Record<string, CheckedField>;
  routers: { read: string; write?: string[] | undefined };
  logging: { level: 'debug' | 'info' | 'warn' | 'error'; file?: string | undefined };
  databases: { catalog: { engine: 'sqlite'; path?: string | undefined } };
  language: 'en';
  store: 'auto' | 'always' | 'never';
  document?: string | undefined;
}

export interface CheckedField {
  header: string;
  kind: 'text' | 'keyword' | 'date' | 'number';
  weight?: number | undefined;
  stored?: boolean | undefined;
  facet?: boolean | undefined;
}

export interface CheckedArchive {
  paths: string[];
  kind?: 'mbox' | 'maildir' | 'mh' | 'eml' | 'public-inbox' | 'pipermail' | undefined;
  address?: string | undefined;
  listId?: string | undefined;
  access: 'private' | 'public';
  readers: string[];
  patches: boolean;
  threads: 'references' | 'subject';
}

export interface CheckedConnection {
  [key: string]: unknown;
  engine: string | EngineCode;
  only?: string[] | undefined;
  exclude?: string[] | undefined;
  batchSize: number;
  timeout: number;
  options: Record<string, unknown>;
}

/** A backend itself, or the module that exports it as `backend`. */
export type EngineCode = Readonly<Record<string, unknown>>;

function named<S extends z.ZodType>(of: S): z.ZodRecord<z.ZodString, S> {
  return z.record(z.string().regex(NAME, NAME_RULE), of);
}

function isEngineCode(value: unknown): boolean {
  if (!isPlain(value)) return false;
  const backend = isPlain(value['backend']) ? value['backend'] : value;
  return (
    typeof backend['open'] === 'function' &&
    typeof backend['engine'] === 'string' &&
    Array.isArray(backend['settings'])
  );
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
