import { addressFormKeywords, normalizeKeyword } from '../analysis/index.ts';
import { BARE_FIELDS, FLAGS } from '../fields/fields.ts';
import { didYouMean } from '../nearest.ts';
import type { Condition, ConditionWithThreads } from './condition.ts';
import type { Leaf } from './lex.ts';
import { type KeywordMode, type Meaning, meaningOf, nearestName, regexField } from './names.ts';
import { readRegex } from './regex.ts';
import type { ResolveContext } from './resolve.ts';
import { resolveArchives } from './resolve-archives.ts';
import { resolveBlob, withinPatches } from './resolve-patches.ts';
import { resolveDate, resolveNumber, resolveSize } from './resolve-ranges.ts';
import { type Report, resolveWords, type WordLeaf } from './resolve-words.ts';
import { shown } from './shown.ts';

/** A Message-ID or an address: something on both sides of one @. */
const ADDRESS_LIKE = /^<?([^\s@<>]+@[^\s@<>]+)>?$/u;

/** The condition of a leaf. Null, with a report, where it holds nothing to search for. */
export function resolveTerm(
  leaf: Leaf,
  context: ResolveContext,
  report: Report,
): ConditionWithThreads | null {
  if (leaf.kind === 'all') return { kind: 'all' };
  if (leaf.field === null) return resolveBare(leaf, report);
  const meaning = meaningOf(leaf.field, context.fields);
  if (meaning === null) return resolveUnknown(leaf, leaf.field, context, report);
  if (leaf.kind === 'regex') return resolveRegex(leaf, report);
  if (leaf.text.trim() === '' && !(leaf.kind === 'prefix' && takesEmptyPrefix(meaning))) {
    report(
      leaf.span,
      `${shown(`${leaf.field}:`)} has no value: left out. No blank may stand behind the colon.`,
    );
    return null;
  }
  const condition = resolveIn(meaning, leaf, context, report);
  return condition === null ? null : withinPatches(condition, leaf, context.archives, report);
}

function resolveIn(
  meaning: Meaning,
  leaf: WordLeaf,
  context: ResolveContext,
  report: Report,
): ConditionWithThreads | null {
  switch (meaning.kind) {
    case 'text':
      return (
        (meaning.addresses ? resolveAddress(leaf, meaning.fields) : null) ??
        resolveWords(leaf, meaning.fields, report)
      );
    case 'keyword':
      return resolveKeyword(leaf, meaning.field, meaning.mode, report);
    case 'blob':
      return resolveBlob(leaf, meaning.fields, report) ?? resolveAsText(leaf, report);
    case 'archive':
      return resolveArchives(leaf, meaning.by, context.archives, report);
    default:
      break;
  }
  if (leaf.kind !== 'text') {
    report(leaf.span, `"*" and "~" have no meaning in ${shown(`${leaf.field}:`)}: searched as text.`);
    return resolveAsText(leaf, report);
  }
  switch (meaning.kind) {
    case 'thread':
      return { kind: 'thread', of: withoutBrackets(leaf.text) };
    case 'flag':
      return resolveFlag(leaf.text, leaf, report);
    case 'date':
      return resolveDate(leaf, meaning, context, report) ?? resolveAsText(leaf, report);
    case 'size':
      return resolveSize(leaf, meaning, report) ?? resolveAsText(leaf, report);
    case 'number':
      return resolveNumber(leaf, meaning, report) ?? resolveAsText(leaf, report);
  }
}

/** A word without a field; one with an @ may be a Message-ID too. */
function resolveBare(leaf: Leaf, report: Report): Condition | null {
  if (leaf.kind === 'all' || leaf.kind === 'regex') return null;
  const words = resolveWords(leaf, BARE_FIELDS, report);
  const id = leaf.kind === 'text' && !leaf.quoted ? ADDRESS_LIKE.exec(leaf.text)?.[1] : undefined;
  if (words === null || id === undefined) return words;
  return { kind: 'or', of: [words, { kind: 'keyword', field: 'mid', value: normalizeKeyword(id, 'exact') }] };
}

/**
 * `foo:bar` is the phrase foo bar. A name with a dot (`main.c:120`) or without a value (`ext4: fix`) is no slip and not reported.
 */
function resolveUnknown(
  leaf: Leaf,
  field: string,
  context: ResolveContext,
  report: Report,
): Condition | null {
  const isPlain = field.includes('.') || (leaf.kind === 'text' && leaf.text === '' && !leaf.quoted);
  if (!isPlain) {
    const near = nearestName(field, context.fields);
    const hint = near === null ? '' : ` Did you mean "${near}:"?`;
    report(leaf.span, `No field is called ${shown(field)}: searched as text.${hint}`);
  }
  return resolveAsText(leaf, report);
}

/** What was typed, name and value, as words without a field. */
function resolveAsText(leaf: Leaf, report: Report): Condition | null {
  if (leaf.kind === 'all') return { kind: 'all' };
  const before = leaf.field === null ? '' : `${leaf.field}:`;
  const { span } = leaf;
  if (leaf.kind === 'prefix')
    return resolveWords({ ...leaf, field: null, text: before + leaf.text }, BARE_FIELDS, report);
  const text = before + (leaf.kind === 'regex' ? leaf.pattern : leaf.text);
  return resolveWords({ kind: 'text', field: null, text, quoted: true, span }, BARE_FIELDS, report);
}

function resolveRegex(leaf: Leaf & { readonly kind: 'regex' }, report: Report): ConditionWithThreads | null {
  const { pattern } = leaf;
  const field = regexField(leaf.field);
  if (field === null) {
    const message = `Regular expressions work on subject, from, filename and mid, not on ${shown(leaf.field)}: searched as text.`;
    report(leaf.span, message);
    return resolveAsText(leaf, report);
  }
  const read = readRegex(pattern);
  if (read.kind === 'regex') return { kind: 'regex', field, pattern };
  report(leaf.span, `${shown(`/${pattern}/`)} cannot be read: ${read.reason}. Searched as text.`);
  return resolveAsText(leaf, report);
}

/** Null where the leaf is no typed address, domain or local part: then it is text. */
function resolveAddress(leaf: WordLeaf, fields: readonly string[]): Condition | null {
  const values = leaf.kind === 'text' && !leaf.quoted ? addressFormKeywords(leaf.text) : null;
  if (values === null) return null;
  const of = fields.flatMap((field) => values.map((value): Condition => ({ kind: 'keyword', field, value })));
  const [only] = of;
  return of.length === 1 && only !== undefined ? only : { kind: 'or', of };
}

function resolveKeyword(leaf: WordLeaf, field: string, mode: KeywordMode, report: Report): Condition | null {
  const form = mode === 'lower' ? 'lower' : 'exact';
  const value = mode === 'id' ? withoutBrackets(leaf.text) : leaf.text;
  if (leaf.kind === 'text') return { kind: 'keyword', field, value: normalizeKeyword(value, form) };
  if (leaf.kind === 'prefix') {
    const start = mode === 'id' ? leaf.text.replace(/^</u, '') : leaf.text;
    return { kind: 'keyword-prefix', field, prefix: normalizeKeyword(start, form) };
  }
  report(
    leaf.span,
    `"~" has no meaning in ${shown(`${leaf.field}:`)}, which holds exact values: searched as text.`,
  );
  return resolveAsText(leaf, report);
}

function resolveFlag(value: string, leaf: Leaf, report: Report): Condition | null {
  const flag = FLAGS.find((known) => known === value.trim().toLowerCase());
  if (flag !== undefined) return { kind: 'keyword', field: 'has', value: flag };
  const hint = didYouMean(value, FLAGS) || ` Known are ${FLAGS.join(', ')}.`;
  report(leaf.span, `No message is marked ${shown(value)}: searched as text.${hint}`);
  return resolveAsText(leaf, report);
}

function takesEmptyPrefix(meaning: Meaning): boolean {
  return meaning.kind === 'archive' || meaning.kind === 'keyword';
}

function withoutBrackets(id: string): string {
  return id.trim().replace(/^<(.*)>$/su, '$1');
}
