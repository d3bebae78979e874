import type { BackendModule } from '../backend/backend.ts';
import type { DeclaredField } from '../fields/fields.ts';

/** A value that is not written into the settings but read from the environment or from a file when they are loaded. */
export type Reference = { readonly env: string } | { readonly file: string };
/** Any string of the settings may stand in another place. */
export type Text = string | Reference;

export type ArchiveKind = 'mbox' | 'maildir' | 'mh' | 'eml' | 'public-inbox' | 'pipermail';
export type ArchiveAccess = 'private' | 'public';
export type Operator = 'and' | 'or';
export type FieldKind = DeclaredField['kind'];
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
/** `subject`: where references are missing, messages of one subject belong together too. */
export type ThreadsBy = 'references' | 'subject';
export type StoreMode = 'auto' | 'always' | 'never';

/** What a settings module holds, before defaults and checks. `hayrick help settings` tells of every key. */
export interface SettingsInput {
  readonly dataDir?: Text;
  readonly archives?: Readonly<Record<string, ArchiveInput>>;
  readonly connections: Readonly<Record<string, ConnectionInput>> & { readonly default: ConnectionInput };
  readonly search?: {
    readonly defaultOperator?: Operator | Reference;
    readonly resultsPerPage?: number;
    readonly maxResults?: number;
    readonly timeZone?: Text;
  };
  readonly fields?: Readonly<Record<string, FieldInput>>;
  readonly routers?: { readonly read?: Text; readonly write?: readonly Text[] };
  readonly logging?: { readonly level?: LogLevel | Reference; readonly file?: Text };
  readonly databases?: {
    readonly catalog?: { readonly engine?: 'sqlite' | Reference; readonly path?: Text };
  };
  readonly language?: 'en' | Reference;
  readonly store?: StoreMode | Reference;
  readonly document?: Text;
}

export interface FieldInput {
  readonly header: Text;
  readonly kind: FieldKind | Reference;
  readonly weight?: number;
  readonly stored?: boolean;
  readonly facet?: boolean;
}

export interface ArchiveInput {
  readonly paths: readonly Text[];
  readonly kind?: ArchiveKind | Reference;
  readonly address?: Text;
  readonly listId?: Text;
  readonly access?: ArchiveAccess | Reference;
  readonly readers?: readonly Text[];
  readonly patches?: boolean;
  readonly threads?: ThreadsBy | Reference;
}

export interface ConnectionInput {
  readonly engine: Text | BackendModule | { readonly backend: BackendModule };
  readonly only?: readonly Text[];
  readonly exclude?: readonly Text[];
  readonly batchSize?: number;
  readonly timeout?: number;
  readonly options?: Readonly<Record<string, unknown>>;
  /** Keys that the engine declares. */
  readonly [key: string]: unknown;
}

/** Settings as a site uses them: checked, complete, every path absolute. */
export interface Settings {
  /** The settings file, or null where a program made them itself. */
  readonly file: string | null;
  /** Absolute; what relative paths were relative to. */
  readonly directory: string;
  /** Absolute. */
  readonly dataDir: string;
  readonly archives: Readonly<Record<string, ArchiveSettings>>;
  readonly connections: Readonly<Record<string, ConnectionSettings>>;
  readonly search: SearchSettings;
  readonly fields: readonly DeclaredField[];
  readonly routers: {
    /** The connection that answers where none is named. */
    readonly read: string;
    /** The connections that are written where none is named; null: every one. */
    readonly write: readonly string[] | null;
  };
  readonly logging: { readonly level: LogLevel; readonly file: string | null };
  readonly databases: { readonly catalog: { readonly engine: 'sqlite'; readonly path: string } };
  /** Of what Hayrick says to people. */
  readonly language: 'en';
  readonly store: StoreMode;
  /** Absolute path of the module of the document hook; null: there is none. */
  readonly document: string | null;
}

export interface ArchiveSettings {
  readonly name: string;
  /** Absolute; may hold the wildcards * ? [ ] { } and **. */
  readonly paths: readonly string[];
  /** Null: recognised by content. */
  readonly kind: ArchiveKind | null;
  readonly address: string | null;
  readonly listId: string | null;
  readonly access: ArchiveAccess;
  readonly readers: readonly string[];
  readonly patches: boolean;
  readonly threads: ThreadsBy;
}

export interface ConnectionSettings {
  readonly name: string;
  /** A short name ("sqlite"), an absolute path or a package's name, or the backend itself. */
  readonly engine: string | BackendModule;
  /** Archives that go into this connection; null: all that `exclude` does not name. */
  readonly only: readonly string[] | null;
  readonly exclude: readonly string[];
  /** Messages a batch. */
  readonly batchSize: number;
  /** Seconds. */
  readonly timeout: number;
  /** For the engine's client, unchecked. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The keys that are not core's: checked against what the engine declares when it is opened. */
  readonly backend: Readonly<Record<string, unknown>>;
}

export interface SearchSettings {
  readonly defaultOperator: Operator;
  readonly resultsPerPage: number;
  readonly maxResults: number;
  /** An IANA name. */
  readonly timeZone: string;
}

type Made<T> = T | Promise<T>;

/** Adds types to a settings module, declared fields as they are written among them; answers what it was given. */
export function defineSettings<const T extends Made<SettingsInput> | (() => Made<SettingsInput>)>(
  settings: T,
): T {
  return settings;
}
