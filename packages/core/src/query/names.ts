import {
  type DeclaredField,
  FIELDS,
  type FieldName,
  KEYWORD_FIELDS,
  type KeywordField,
  TEXT_FIELDS,
  type TextField,
} from '../fields/fields.ts';
import { nearest } from '../nearest.ts';
import type { RegexField } from './condition.ts';

/** What `name:` means in a query. */
export type Meaning =
  /** Analysed words. `addresses`: a typed address is looked for as such. */
  | { readonly kind: 'text'; readonly fields: readonly string[]; readonly addresses: boolean }
  /** Exact values. `mode` as in the analyser's normal form. */
  | { readonly kind: 'keyword'; readonly field: string; readonly mode: KeywordMode }
  /** Ids of blobs, by their first hex digits. */
  | { readonly kind: 'blob'; readonly fields: readonly KeywordField[] }
  | { readonly kind: 'date'; readonly field: string; readonly bound: DateBound }
  | { readonly kind: 'size'; readonly bound: 'range' | 'from' | 'to' }
  | { readonly kind: 'number'; readonly field: string }
  | { readonly kind: 'flag' }
  | { readonly kind: 'archive'; readonly by: 'name' | 'word' }
  | { readonly kind: 'thread' };

/** `exact`: as it stands. `lower`: in lower case. `id`: a Message-ID, brackets or not. */
export type KeywordMode = 'exact' | 'lower' | 'id';
/** `range`: within. `after`, `before`: from the start of, ending before. `older`, `newer`: an age. */
export type DateBound = 'range' | 'after' | 'before' | 'older' | 'newer';

const ADDRESS_FIELDS: ReadonlySet<string> = new Set<KeywordField>(['from', 'to', 'cc', 'bcc']);
const ID_FIELDS: ReadonlySet<string> = new Set<KeywordField>(['mid', 'refs']);
const REGEX_FIELDS: readonly RegexField[] = ['subject', 'from', 'filename', 'mid'];

/** Names that stand for several fields, or for another look at one. */
const COMBINED: Readonly<
  Record<string, { readonly fields: readonly TextField[]; readonly addresses: boolean }>
> = {
  body: { fields: ['own', 'quoted', 'attached'], addresses: false },
  b: { fields: ['own', 'quoted', 'attached'], addresses: false },
  bs: { fields: ['subject', 'own', 'quoted', 'attached'], addresses: false },
  tc: { fields: ['to', 'cc'], addresses: true },
  a: { fields: ['from', 'to', 'cc'], addresses: true },
  tcf: { fields: ['from', 'to', 'cc'], addresses: true },
  recipients: { fields: ['to', 'cc', 'bcc'], addresses: true },
  recip: { fields: ['to', 'cc', 'bcc'], addresses: true },
  m: { fields: ['mid'], addresses: false },
};

const OTHERS: Readonly<Record<string, Meaning>> = {
  date: { kind: 'date', field: 'date', bound: 'range' },
  d: { kind: 'date', field: 'date', bound: 'range' },
  received: { kind: 'date', field: 'received', bound: 'range' },
  rt: { kind: 'date', field: 'received', bound: 'range' },
  after: { kind: 'date', field: 'date', bound: 'after' },
  before: { kind: 'date', field: 'date', bound: 'before' },
  older_than: { kind: 'date', field: 'date', bound: 'older' },
  newer_than: { kind: 'date', field: 'date', bound: 'newer' },
  size: { kind: 'size', bound: 'range' },
  z: { kind: 'size', bound: 'range' },
  larger: { kind: 'size', bound: 'from' },
  smaller: { kind: 'size', bound: 'to' },
  has: { kind: 'flag' },
  is: { kind: 'flag' },
  list: { kind: 'archive', by: 'name' },
  lid: { kind: 'archive', by: 'name' },
  l: { kind: 'archive', by: 'word' },
  thread: { kind: 'thread' },
  dfpre: { kind: 'blob', fields: ['dfpre'] },
  dfpost: { kind: 'blob', fields: ['dfpost'] },
  dfblob: { kind: 'blob', fields: ['dfpre', 'dfpost'] },
};

/** Every name a query knows without declared fields, in lower case. Declared fields may not take one of them. */
export function builtInNames(): readonly string[] {
  return [...new Set([...Object.keys(OTHERS), ...Object.keys(COMBINED), ...fieldsByName().keys()])];
}

/** What a name, in any case, means; null where nobody knows it. */
export function meaningOf(name: string, declared: readonly DeclaredField[]): Meaning | null {
  const key = name.toLowerCase();
  if (Object.hasOwn(OTHERS, key)) return OTHERS[key] ?? null;
  const combined = Object.hasOwn(COMBINED, key) ? COMBINED[key] : undefined;
  if (combined !== undefined) return { kind: 'text', ...combined };
  const field = fieldsByName().get(key);
  if (field !== undefined) return meaningOfField(field);
  const own = declared.find((candidate) => candidate.name.toLowerCase() === key);
  return own === undefined ? null : meaningOfDeclared(own);
}

/** The field of the stored values a regular expression under this name runs over; null where there are none. */
export function regexField(name: string): RegexField | null {
  const key = name.toLowerCase();
  const field = key === 'm' ? 'mid' : fieldsByName().get(key);
  return REGEX_FIELDS.find((known) => known === field) ?? null;
}

/** The known name nearest to an unknown one. Names of one or two letters are near to everything and never proposed. */
export function nearestName(name: string, declared: readonly DeclaredField[]): string | null {
  const known = [...builtInNames(), ...declared.map((field) => field.name)];
  return nearest(
    name,
    known.filter((candidate) => candidate.length > 2),
  );
}

function meaningOfField(field: FieldName): Meaning {
  if (TEXT_FIELDS.some((text) => text === field) && field !== 'mid') {
    return { kind: 'text', fields: [field], addresses: ADDRESS_FIELDS.has(field) };
  }
  return { kind: 'keyword', field, mode: ID_FIELDS.has(field) ? 'id' : 'lower' };
}

function meaningOfDeclared(field: DeclaredField): Meaning {
  switch (field.kind) {
    case 'text':
      return { kind: 'text', fields: [field.name], addresses: false };
    case 'keyword':
      return { kind: 'keyword', field: field.name, mode: 'lower' };
    case 'date':
      return { kind: 'date', field: field.name, bound: 'range' };
    case 'number':
      return { kind: 'number', field: field.name };
  }
}

function fieldsByName(): ReadonlyMap<string, FieldName> {
  const names = [...new Set<FieldName>([...TEXT_FIELDS, ...KEYWORD_FIELDS])];
  return new Map(
    names.flatMap((name) => [name, ...FIELDS[name].aliases].map((alias) => [alias, name] as const)),
  );
}
