import { HayrickError } from '../errors.ts';
import { type DeclaredField, KEYWORD_FIELDS, NUMBER_FIELDS, TEXT_FIELDS } from '../fields/fields.ts';
import { LIMITS } from '../limits.ts';
import type { Condition, PhraseItem } from '../query/condition.ts';
import { isMessageId } from './check-request.ts';

/** Which fields conditions may look into, by what they hold. */
export interface FieldNames {
  readonly text: ReadonlySet<string>;
  readonly keyword: ReadonlySet<string>;
  readonly number: ReadonlySet<string>;
}

export function fieldNames(declared: readonly DeclaredField[]): FieldNames {
  const named = (...kinds: readonly DeclaredField['kind'][]): string[] =>
    declared.filter((field) => kinds.includes(field.kind)).map((field) => field.name);
  return {
    text: new Set([...TEXT_FIELDS, ...named('text')]),
    keyword: new Set([...KEYWORD_FIELDS, ...named('keyword')]),
    number: new Set([...NUMBER_FIELDS, ...named('date', 'number')]),
  };
}

/**
 * Checks a condition for what engines rely on: fields that are there, something to look for, bounds.
 * @throws HayrickError FIELD_UNKNOWN, ARGUMENT_INVALID or QUERY_TOO_LARGE
 */
export function checkCondition(condition: Condition, fields: FieldNames): void {
  const open: Condition[] = [condition];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    switch (next.kind) {
      case 'and':
      case 'or':
        open.push(...next.of);
        break;
      case 'not':
        open.push(next.of);
        break;
      case 'phrase':
        checkFields(next.fields, 'text', fields);
        checkItems(next.items);
        break;
      case 'near':
        checkFields(next.fields, 'text', fields);
        if (next.tokens.length === 0) throw invalid('a proximity search without words');
        if (!isWhole(next.distance)) throw invalid(`a distance of ${next.distance}`);
        checkBound('words between those of a proximity search', next.distance, LIMITS.proximity);
        break;
      case 'fuzzy':
        checkFields(next.fields, 'text', fields);
        if (next.edits !== 1 && next.edits !== 2) throw invalid(`${next.edits} edits`);
        break;
      case 'keyword':
      case 'keyword-prefix':
        checkFields([next.field], 'keyword', fields);
        break;
      case 'range':
        checkFields([next.field], 'number', fields);
        if (!isEnd(next.from) || !isEnd(next.to)) throw invalid(`a range of ${next.from} to ${next.to}`);
        break;
      case 'ids':
        checkIds(next.ids);
        break;
      case 'all':
      case 'none':
      case 'archives':
        break;
      default:
        throw invalid(`the kind ${JSON.stringify(kindOf(next))}`);
    }
  }
}

function checkItems(items: readonly PhraseItem[]): void {
  if (items.length === 0) throw invalid('a phrase without words');
  for (const [i, item] of items.entries()) {
    if (item.kind === 'token') continue;
    if (i < items.length - 1) throw invalid('a prefix that is not the last of its phrase');
    if (item.prefix === '') throw invalid('an empty prefix');
    checkBound('stems that a prefix stands for', item.stems.length, LIMITS.expansions);
  }
}

/** Engines merge lists of ids with their own: so each stands once, in order. */
function checkIds(ids: readonly string[]): void {
  checkBound('messages that are asked for by their ids', ids.length, LIMITS.queryIds);
  let before = '';
  for (const id of ids) {
    if (!isMessageId(id)) throw invalid(`the id ${JSON.stringify(id)}`);
    if (id <= before) throw invalid('ids that do not rise');
    before = id;
  }
}

/** Programs in plain JavaScript may give anything. */
function kindOf(condition: never): unknown {
  return (condition as { readonly kind?: unknown } | null)?.kind;
}

function checkFields(names: readonly string[], kind: keyof FieldNames, fields: FieldNames): void {
  if (names.length === 0) throw invalid('a condition that names no field');
  for (const name of names) {
    if (!fields[kind].has(name)) {
      throw new HayrickError(
        'FIELD_UNKNOWN',
        `There is no ${kind} field "${name}". There are: ${[...fields[kind]].join(', ')}.`,
      );
    }
  }
}

function checkBound(what: string, count: number, most: number): void {
  if (count > most) throw new HayrickError('QUERY_TOO_LARGE', `Too many ${what}: ${count}, at most ${most}.`);
}

function isWhole(number: number): boolean {
  return Number.isSafeInteger(number) && number >= 0;
}

function isEnd(end: number | null): boolean {
  return end === null || Number.isFinite(end);
}

function invalid(what: string): HayrickError {
  return new HayrickError('ARGUMENT_INVALID', `The condition holds ${what}, which no engine can be asked.`);
}
