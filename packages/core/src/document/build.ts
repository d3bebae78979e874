// Hot: bench case rebuild. Once a message.
import { addressKeywords, createAnalyzer, normalizeKeyword } from '../analysis/index.ts';
import type { DeclaredField, TextField } from '../fields/fields.ts';
import { PATCH_TEXT_FIELDS, TEXT_FIELDS } from '../fields/fields.ts';
import { LIMITS } from '../limits.ts';
import { type Address, type Message, parseDate } from '../message/index.ts';
import type { Document } from './document.ts';
import { eachStretch, type PatchFacts, readPatches } from './patch-facts.ts';

/** What a document says of its message's places. */
export interface PlaceFacts {
  readonly archives: readonly string[];
  readonly date: number;
  readonly received: number;
  readonly size: number;
}

export interface BuiltDocument {
  readonly document: Document;
  /** Tokens beyond the limit of a message, which are not indexed. */
  readonly cutTokens: number;
}

/** Addresses whose keywords a builder remembers. */
const ADDRESSES_KEPT = 10_000;
/** Whole lists of which it remembers all that is made of them: a parser that remembers gives the same list for the same header. */
const LISTS_KEPT = 2048;

const ADDRESS_FIELDS = ['from', 'to', 'cc', 'bcc'] as const;
type AddressField = (typeof ADDRESS_FIELDS)[number];

/** What is made of a list of addresses. */
interface AddressFacts {
  readonly tokens: string;
  /** How many, boundaries left out. */
  readonly written: number;
  readonly keywords: readonly string[];
}

export type DocumentBuilder = (message: Message, facts: PlaceFacts) => BuiltDocument;

/** Text fields of every message. */
const PLAIN_TEXT_FIELDS = TEXT_FIELDS.filter((f) => !PATCH_TEXT_FIELDS.includes(f));

/**
 * A builder with an analyser of its own: one a thread. Builds are independent of each other.
 * @param patched archives whose messages have the fields of patches; one of those that hold a message is enough
 */
export function createDocumentBuilder(
  declared: readonly DeclaredField[],
  patched: readonly string[] = [],
): DocumentBuilder {
  const analyzer = createAnalyzer();
  const keywordsOfAddress = rememberAddresses();
  const lists = new Map<readonly Address[], AddressFacts>();
  const declaredText = declared.filter((f) => f.kind === 'text');

  const addressValues = (list: readonly Address[]) => {
    for (const { name, address } of list) {
      analyzer.addString(name);
      analyzer.boundary();
      analyzer.addString(address);
      analyzer.boundary();
    }
  };

  function factsOf(list: readonly Address[]): AddressFacts {
    const known = lists.get(list);
    if (known !== undefined) return known;
    analyzer.begin(LIMITS.tokensPerMessage);
    addressValues(list);
    const made: AddressFacts = {
      tokens: analyzer.end(),
      written: analyzer.written + analyzer.cut,
      keywords: [...new Set(list.flatMap(({ address }) => keywordsOfAddress(address)))],
    };
    if (lists.size >= LISTS_KEPT) lists.clear();
    lists.set(list, made);
    return made;
  }

  return (message, facts) => {
    const text: Record<string, string> = {};
    let left: number = LIMITS.tokensPerMessage;
    let cutTokens = 0;
    const column = (field: string, addValues: () => void) => {
      analyzer.begin(left);
      addValues();
      const tokens = analyzer.end();
      left -= analyzer.written;
      cutTokens += analyzer.cut;
      if (tokens !== '') text[field] = tokens;
    };
    const values = (all: readonly string[]) => {
      for (const value of all) {
        analyzer.addString(value);
        analyzer.boundary();
      }
    };
    for (const field of PLAIN_TEXT_FIELDS) {
      if (isAddressField(field)) addressColumn(field);
      else column(field, () => addBuiltIn(field));
    }
    for (const { name, header } of declaredText)
      column(name, () => values(message.headers[header.toLowerCase()] ?? []));
    const patches = facts.archives.some((name) => patched.includes(name)) ? readPatches(message) : null;
    if (patches !== null) addPatches(patches);

    function addressColumn(field: AddressField): void {
      const list = message[field];
      if (list.length === 0) return;
      const { tokens, written } = factsOf(list);
      if (written > left) {
        column(field, () => addressValues(list));
      } else {
        left -= written;
        if (tokens !== '') text[field] = tokens;
      }
    }

    function addBuiltIn(field: Exclude<TextField, AddressField>): void {
      switch (field) {
        case 'subject':
          values([message.subject]);
          break;
        case 'mid':
          values([message.messageId]);
          break;
        case 'filename':
          values(message.filenames);
          break;
        default:
          for (const run of message.text) {
            if (run.kind !== field) continue;
            analyzer.add(run.bytes, 0, run.bytes.length);
            analyzer.boundary();
          }
      }
    }

    function addPatches(facts: PatchFacts): void {
      cutTokens += facts.cut;
      column('dfn', () => values(facts.files));
      for (const field of PATCH_TEXT_FIELDS) {
        if (field === 'dfn') continue;
        column(field, () =>
          eachStretch(facts, field, (bytes, start, end) => {
            analyzer.add(bytes, start, end);
            analyzer.boundary();
          }),
        );
      }
    }

    const { archives, date, received, size } = facts;
    const id = message.id;
    const document = {
      id,
      archives,
      date,
      received,
      size,
      text,
      keywords: keywordsOf(message, declared, patches, (list) => factsOf(list).keywords),
      numbers: numbersOf(message, declared),
      ...keptOf(message, declared),
    };
    return { document, cutTokens };
  };
}

function isAddressField(field: TextField): field is AddressField {
  return (ADDRESS_FIELDS as readonly string[]).includes(field);
}

/** Addresses come again and again. */
function rememberAddresses(): (address: string) => readonly string[] {
  const known = new Map<string, readonly string[]>();
  return (address) => {
    let keywords = known.get(address);
    if (keywords === undefined) {
      if (known.size >= ADDRESSES_KEPT) known.clear();
      keywords = addressKeywords(address);
      known.set(address, keywords);
    }
    return keywords;
  };
}

function keywordsOf(
  message: Message,
  declared: readonly DeclaredField[],
  patches: PatchFacts | null,
  keywordsOfList: (list: readonly Address[]) => readonly string[],
): Document['keywords'] {
  const keywords: Record<string, readonly string[]> = {};
  const put = (field: string, values: Iterable<string>) => {
    const each = [...new Set(values)];
    if (each.length > 0) keywords[field] = each;
  };
  for (const field of ADDRESS_FIELDS) {
    if (message[field].length === 0) continue;
    const each = keywordsOfList(message[field]);
    if (each.length > 0) keywords[field] = each;
  }
  put('mid', [normalizeKeyword(message.messageId, 'exact')]);
  put(
    'refs',
    message.references.map((id) => normalizeKeyword(id, 'exact')),
  );
  put(
    'mime',
    message.mime.map((type) => normalizeKeyword(type, 'lower')),
  );
  put('has', message.flags);
  for (const [field, ids] of patches?.keywords ?? []) put(field, ids);
  for (const { name, header, kind } of declared) {
    if (kind === 'keyword') {
      put(
        name,
        (message.headers[header.toLowerCase()] ?? []).map((value) => normalizeKeyword(value, 'lower')),
      );
    }
  }
  return keywords;
}

function numbersOf(message: Message, declared: readonly DeclaredField[]): Document['numbers'] {
  const numbers: Record<string, readonly number[]> = {};
  for (const { name, header, kind } of declared) {
    if (kind !== 'date' && kind !== 'number') continue;
    const read = (message.headers[header.toLowerCase()] ?? []).flatMap(
      (value) => numberOf(value, kind) ?? [],
    );
    if (read.length > 0) numbers[name] = [...new Set(read)];
  }
  return numbers;
}

/** Values of stored fields: texts and keywords as they were written. */
function keptOf(message: Message, declared: readonly DeclaredField[]): Pick<Document, 'kept'> {
  const kept: Record<string, readonly (string | number)[]> = {};
  for (const { name, header, kind, stored } of declared) {
    if (stored !== true) continue;
    const written = message.headers[header.toLowerCase()] ?? [];
    const values: readonly (string | number)[] =
      kind === 'text' || kind === 'keyword'
        ? written.map((value) => value.toWellFormed().trim().slice(0, LIMITS.keptCharacters))
        : written.flatMap((value) => numberOf(value, kind) ?? []);
    if (values.length > 0) kept[name] = [...new Set(values)].slice(0, LIMITS.keptValues);
  }
  return Object.keys(kept).length === 0 ? {} : { kept };
}

function numberOf(value: string, kind: 'date' | 'number'): number | null {
  if (kind === 'date') return parseDate(value)?.seconds ?? null;
  const match = /^\s*[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d{1,3})?/i.exec(value);
  const number = match === null ? Number.NaN : Number(match[0]);
  // What is too large for a number is none.
  return Number.isFinite(number) ? number : null;
}
