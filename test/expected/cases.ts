import { readdirSync, readFileSync } from 'node:fs';

export interface ExpectedAddress {
  /** Absent: left open. */
  readonly name?: string;
  readonly address: string;
}

/** What must come of a message; README.md beside this file tells the keys. An absent key is left open. */
export interface Expectation {
  readonly why: string;
  readonly note?: string;
  /** null: made from the content. */
  readonly messageId?: string | null;
  readonly subject?: string;
  readonly from?: readonly ExpectedAddress[];
  readonly to?: readonly ExpectedAddress[];
  readonly cc?: readonly ExpectedAddress[];
  readonly bcc?: readonly ExpectedAddress[];
  readonly dateHeader?: string | null;
  readonly receivedHeader?: string | null;
  readonly date?: string;
  readonly received?: string;
  readonly references?: readonly string[];
  readonly filenames?: readonly string[];
  readonly mime?: readonly string[];
  readonly flags?: readonly string[];
  readonly tokens: Readonly<Record<string, readonly string[]>>;
  readonly holds?: Readonly<Record<string, readonly string[]>>;
  readonly anywhere?: readonly string[];
  readonly notTokens?: readonly string[];
}

export interface ExpectedCase {
  readonly name: string;
  readonly raw: Uint8Array;
  readonly expected: Expectation;
}

/** Text fields of which a case may state the tokens; a case that states them all is a full one. */
export const STATED_FIELDS = [
  'subject',
  'from',
  'own',
  'quoted',
  'signature',
  'attached',
  'filename',
] as const;

const KEYS: ReadonlySet<string> = new Set([
  ...['why', 'note', 'messageId', 'subject', 'from', 'to', 'cc', 'bcc', 'dateHeader', 'receivedHeader'],
  ...[
    'date',
    'received',
    'references',
    'filenames',
    'mime',
    'flags',
    'tokens',
    'holds',
    'anywhere',
    'notTokens',
  ],
]);

/** All cases beside this file, by name. A message without expectation, or the other way round, is an error. */
export function readCases(): ExpectedCase[] {
  const here = new URL('./', import.meta.url);
  const files = readdirSync(here);
  const names = (ending: string): string[] =>
    files
      .filter((f) => f.endsWith(ending))
      .map((f) => f.slice(0, -ending.length))
      .sort();
  const messages = names('.eml');
  const stray = names('.json').filter((name) => !messages.includes(name));
  if (stray.length > 0) throw new Error(`expectations without a message: ${stray.join(', ')}`);
  return messages.map((name) => ({
    name,
    raw: readFileSync(new URL(`${name}.eml`, here)),
    expected: parseExpectation(name, readFileSync(new URL(`${name}.json`, here), 'utf8')),
  }));
}

function parseExpectation(name: string, json: string): Expectation {
  const value = JSON.parse(json) as Expectation;
  const unknown = Object.keys(value).filter((key) => !KEYS.has(key));
  if (unknown.length > 0) throw new Error(`${name}.json has unknown keys: ${unknown.join(', ')}`);
  const fields: readonly string[] = STATED_FIELDS;
  for (const part of [value.tokens, value.holds ?? {}])
    for (const field of Object.keys(part))
      if (!fields.includes(field)) throw new Error(`${name}.json states an unknown field: ${field}`);
  return value;
}
