import type { Catalog, MessageRecord } from '../catalog/catalog.ts';
import { unreachable } from '../errors.ts';
import type { Condition, ConditionWithThreads, PhraseItem } from '../query/index.ts';
import type { ExplainClause } from './answers.ts';
import { isoDate } from './hits.ts';

/** The message that is asked about, by one who may read it. */
export interface JudgedMessage {
  readonly record: MessageRecord;
  /** Archives that may be read. */
  readonly archives: readonly string[];
  readonly catalog: Catalog;
  /** Its arrival and size as they are indexed may be told: they may be those of a copy that may not be read. */
  readonly all: boolean;
  /** Whether it matches. */
  readonly holds: (condition: ConditionWithThreads) => Promise<boolean>;
}

type Verdict = NonNullable<ExplainClause['message']>;
type Of<K extends ConditionWithThreads['kind']> = ConditionWithThreads & { readonly kind: K };

/** Values of a message that are told at most, and characters of each. */
const SHOWN_VALUES = 3;
const SHOWN_CHARACTERS = 120;

/** Whether what a term means holds for a message, and why, in words: `stands in subject, own`. */
export async function judgeTerm(term: ConditionWithThreads, message: JudgedMessage): Promise<Verdict> {
  const matches = await message.holds(term);
  return { matches, why: await whyOf(term, matches, message) };
}

async function whyOf(term: ConditionWithThreads, matches: boolean, message: JudgedMessage): Promise<string> {
  switch (term.kind) {
    case 'all':
      return 'every message does';
    case 'none':
      return 'nothing can';
    case 'and':
    case 'or':
      return whyOfSome(term, matches, message);
    case 'not':
      return `${matches ? 'not' : 'but'}: ${await whyOf(term.of, !matches, message)}`;
    case 'phrase':
    case 'near':
    case 'fuzzy':
      return matches
        ? `stands in ${(await fieldsThatHold(term, message)).join(', ')}`
        : whyNoWords(term, message);
    case 'keyword':
      return `${term.field} ${matches ? 'is' : 'is not'} ${quote(term.value)}${known(term.field, message)}`;
    case 'keyword-prefix':
      return `${term.field} ${matches ? 'begins' : 'does not begin'} with ${quote(term.prefix)}${known(term.field, message)}`;
    case 'range':
      return `${numberOf(term.field, message)} ${matches ? 'lies' : 'does not lie'} in ${boundsOf(term)}`;
    case 'archives':
      return `it is in ${message.record.archives.filter((name) => message.archives.includes(name)).join(', ')}`;
    case 'thread':
      return whyThread(term, matches);
    case 'regex':
      return whyRegex(term, matches, message);
    case 'ids':
      return matches ? 'it is one of these' : 'it is none of these';
    default:
      return unreachable(term);
  }
}

/** Of what one term became several: an address in several fields, the ids that a blob's may be. What decides is told, and little of many. */
async function whyOfSome(
  { of }: Of<'and' | 'or'>,
  matches: boolean,
  message: JudgedMessage,
): Promise<string> {
  const deciding: string[] = [];
  for (const part of of) {
    if ((await message.holds(part)) !== matches) continue;
    deciding.push(await whyOf(part, matches, message));
    if (deciding.length === SHOWN_VALUES) break;
  }
  return deciding.join('; ');
}

async function fieldsThatHold(
  term: Of<'phrase' | 'near' | 'fuzzy'>,
  message: JudgedMessage,
): Promise<readonly string[]> {
  const holding: string[] = [];
  for (const field of term.fields) {
    if (await message.holds({ ...term, fields: [field] })) holding.push(field);
  }
  return holding;
}

async function whyNoWords(term: Of<'phrase' | 'near' | 'fuzzy'>, { holds }: JudgedMessage): Promise<string> {
  const { fields } = term;
  const where = fields.length === 1 ? `in ${fields.join()}` : `in any of ${fields.join(', ')}`;
  if (term.kind === 'fuzzy') return `no word like ${quote(term.token)} ${where}`;
  const items: readonly PhraseItem[] =
    term.kind === 'phrase' ? term.items : term.tokens.map((token): PhraseItem => ({ kind: 'token', token }));
  const lacking: string[] = [];
  for (const item of items) {
    if (!(await holds({ kind: 'phrase', fields, items: [item] }))) lacking.push(itemText(item));
  }
  if (lacking.length > 0) return `no ${lacking.join(', no ')} ${where}`;
  const apart =
    term.kind === 'phrase'
      ? 'nowhere one behind the other'
      : `nowhere with at most ${term.distance} others between`;
  return `all its words stand ${where}, but ${apart}`;
}

function itemText(item: PhraseItem): string {
  return item.kind === 'token' ? quote(item.token) : `${quote(item.prefix)}*`;
}

/** What the message has there, where the catalog knows. */
function known(field: string, { record }: JudgedMessage): string {
  if (field === 'mid') return `: it bears ${quote(record.messageId)}`;
  if (field === 'from') return `: it is from ${shownValues(record.from.map(({ address }) => address))}`;
  return '';
}

function numberOf(field: string, { record, all }: JudgedMessage): string {
  if (field === 'date') return `its date, ${isoDate(record.date)},`;
  if (field === 'received' && all) return `its arrival, ${isoDate(record.received)},`;
  return field === 'size' && all ? `its size, ${record.size} bytes,` : `its ${field}`;
}

function boundsOf({ field, from, to }: Of<'range'>): string {
  const isDate = field === 'date' || field === 'received';
  const bound = (value: number | null): string =>
    value === null ? '' : isDate ? isoDate(value) : String(value);
  return `${bound(from)}..${bound(to)}`;
}

function whyThread({ of }: Of<'thread'>, matches: boolean): string {
  if (typeof of === 'string') return `${matches ? 'it is' : 'it is not'} in the thread of ${quote(of)}`;
  return matches ? 'a message of its thread matches' : 'no message of its thread matches';
}

async function whyRegex(
  { field, pattern }: Of<'regex'>,
  matches: boolean,
  { catalog, record }: JudgedMessage,
): Promise<string> {
  const [values = []] = await catalog.storedValues([record.id], field);
  const tried = values.length === 0 ? `it has no ${field}` : `${field} is ${shownValues(values)}`;
  return `${tried}, which ${matches ? 'matches' : 'does not match'} /${pattern}/`;
}

function shownValues(values: readonly string[]): string {
  const shown = values.slice(0, SHOWN_VALUES).map((value) => quote(value.slice(0, SHOWN_CHARACTERS)));
  return values.length > SHOWN_VALUES ? `${shown.join(', ')} …` : shown.join(', ');
}

function quote(text: string): string {
  return JSON.stringify(text.toWellFormed());
}

/** The one message as a condition. */
export function onlyThis({ id }: MessageRecord): Condition {
  return { kind: 'ids', ids: [id] };
}
