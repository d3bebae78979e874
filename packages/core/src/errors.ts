/**
 * What kind of failure a code stands for; the command line turns it into an exit status.
 * `usage`: the caller's mistake. `absent`: what was asked for does not exist (or may not be read). `failed`: an engine or a source failed.
 */
export type ErrorKind = 'usage' | 'absent' | 'failed';

const KINDS = {
  ARGUMENT_INVALID: 'usage',
  SETTINGS_NOT_FOUND: 'usage',
  SETTINGS_INVALID: 'usage',
  SETTINGS_UNSAFE: 'usage',
  COMMAND_UNKNOWN: 'usage',
  ARCHIVE_UNKNOWN: 'usage',
  CONNECTION_UNKNOWN: 'usage',
  ENGINE_UNKNOWN: 'usage',
  FIELD_UNKNOWN: 'usage',
  READER_UNKNOWN: 'usage',
  QUERY_INVALID: 'usage',
  QUERY_TOO_LARGE: 'usage',
  QUERY_UNSUPPORTED: 'usage',
  CURSOR_INVALID: 'usage',
  CURSOR_STALE: 'usage',
  PAGE_TOO_DEEP: 'usage',
  CONFIRMATION_NEEDED: 'usage',
  MESSAGE_AMBIGUOUS: 'usage',
  REBUILD_NEEDED: 'usage',
  NODE_TOO_OLD: 'usage',
  MESSAGE_UNKNOWN: 'absent',
  GENERATION_NONE: 'failed',
  SOURCE_MISSING: 'failed',
  SOURCE_UNREADABLE: 'failed',
  SOURCE_CHANGED: 'failed',
  SOURCE_UNKNOWN_KIND: 'failed',
  CATALOG_TOO_NEW: 'failed',
  CATALOG_TOO_OLD: 'failed',
  CATALOG_DAMAGED: 'failed',
  INDEX_TOO_NEW: 'failed',
  INDEX_DAMAGED: 'failed',
  BUILD_UNFIT: 'failed',
  DISK_FULL: 'failed',
  LIMIT_EXCEEDED: 'failed',
  LOCKED: 'failed',
  ENGINE_FAILED: 'failed',
  ENGINE_UNREACHABLE: 'failed',
  ENGINE_UNSUITABLE: 'failed',
  ENGINE_DENIED: 'failed',
  INDEX_FOREIGN: 'failed',
  WORKER_FAILED: 'failed',
  CLOSED: 'failed',
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof KINDS;

/** The only error Hayrick throws on purpose. The text says what, where and what to do; programs switch on `code`, which is stable. */
export class HayrickError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'HayrickError';
    this.code = code;
  }

  get kind(): ErrorKind {
    return KINDS[this.code];
  }
}

/** For the default branch of an exhaustive switch: a value of type never reaches it. */
export function unreachable(value: never): never {
  throw new TypeError(`unreachable: ${JSON.stringify(value)}`);
}
