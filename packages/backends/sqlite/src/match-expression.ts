import type { Condition, PhraseItem } from '@hayrick/core/backend';
import { PATCH_COLUMNS, WORD_COLUMNS } from './ddl.ts';
import { keywordToken } from './keyword-token.ts';
import { gapOf } from './near.ts';

type Of<K extends Condition['kind']> = Extract<Condition, { kind: K }>;
type Phrase = Of<'phrase'>;
/** What is looked for in text. */
type InText = Of<'phrase' | 'near' | 'fuzzy'>;

/** In the order in which they are preferred to get candidates from: only `words` can rank. */
export const MATCH_TABLES = ['words', 'aside', 'patch', 'keywords'] as const;
export const TEXT_TABLES = ['words', 'aside', 'patch'] as const;
export type MatchTable = (typeof MATCH_TABLES)[number];
export type TextTable = (typeof TEXT_TABLES)[number];

/** An FTS5 query for one table. Everything in it stands in quotes, and what is quoted holds none. */
export interface MatchExpression {
  readonly table: MatchTable;
  readonly match: string;
}

/**
 * A condition as one FTS5 expression, where it consists of phrases or keywords of one table joined by and, or, and-not; else null.
 * FTS5's NOT is binary, so a negation stands only beside something positive. Of a proximity search the expression finds too much: exact.ts
 * says what.
 */
export function matchExpression(condition: Condition): MatchExpression | null {
  switch (condition.kind) {
    case 'phrase': {
      const table = tableOf(condition);
      return table === null ? null : { table, match: inColumns(condition.fields, phraseMatch(condition)) };
    }
    case 'near': {
      const table = tableOf(condition);
      return table === null ? null : { table, match: inColumns(condition.fields, nearMatch(condition)) };
    }
    case 'keyword':
      return { table: 'keywords', match: quoted(keywordToken(condition.field, condition.value)) };
    case 'keyword-prefix':
      return { table: 'keywords', match: `${quoted(keywordToken(condition.field, condition.prefix))} *` };
    case 'or':
      return anyWord(condition.of) ?? join(condition.of.map(matchExpression), ' OR ');
    case 'and': {
      const negative = condition.of.flatMap((c) => (c.kind === 'not' ? [c.of] : []));
      const positive = join(condition.of.filter((c) => c.kind !== 'not').map(matchExpression), ' AND ');
      if (positive === null || negative.length === 0) return positive;
      const without = join(negative.map(matchExpression), ' OR ');
      if (without === null || without.table !== positive.table) return null;
      return { table: positive.table, match: `(${positive.match} NOT ${without.match})` };
    }
    default:
      return null;
  }
}

/** The same, once for each text table that has some of its fields. */
export function splitByTable<T extends InText>(part: T): T[] {
  const byTable = Map.groupBy(part.fields, tableOfField);
  return TEXT_TABLES.flatMap((table) => {
    const fields = byTable.get(table);
    return fields === undefined ? [] : [{ ...part, fields }];
  });
}

/** Which text table the fields lie in; null if in several. */
export function tableOf({ fields }: Pick<InText, 'fields'>): TextTable | null {
  const [table, ...others] = new Set(fields.map(tableOfField));
  return table !== undefined && others.length === 0 ? table : null;
}

function tableOfField(field: string): TextTable {
  if (WORD_COLUMNS.includes(field)) return 'words';
  return PATCH_COLUMNS.includes(field) ? 'patch' : 'aside';
}

function join(parts: readonly (MatchExpression | null)[], by: string): MatchExpression | null {
  const known = parts.filter((p) => p !== null);
  const first = known[0];
  if (first === undefined || known.length < parts.length || known.some((p) => p.table !== first.table))
    return null;
  return {
    table: first.table,
    match: known.length === 1 ? first.match : `(${known.map((p) => p.match).join(by)})`,
  };
}

/** Phrases of the same fields, however many, name their columns once. */
function anyWord(of: readonly Condition[]): MatchExpression | null {
  const [first] = of;
  if (first?.kind !== 'phrase') return null;
  const phrases = of.filter((c) => c.kind === 'phrase' && c.fields.join() === first.fields.join());
  const table = tableOf(first);
  if (phrases.length < of.length || table === null) return null;
  const words = phrases.flatMap((c) => (c.kind === 'phrase' ? [phraseMatch(c)] : []));
  const match = words.length === 1 ? (words[0] ?? '') : `(${words.join(' OR ')})`;
  return { table, match: inColumns(first.fields, match) };
}

function inColumns(fields: readonly string[], match: string): string {
  const all = fields.length === WORD_COLUMNS.length && fields.every((f) => WORD_COLUMNS.includes(f));
  return all ? match : `{${fields.map(quoted).join(' ')}} : ${match}`;
}

function phraseMatch({ items }: Phrase): string {
  const strings = phraseStrings(items);
  return strings.length === 1 ? (strings[0] ?? '""') : `(${strings.join(' OR ')})`;
}

function nearMatch(near: Of<'near'>): string {
  const words = [...new Set(near.tokens)].map(quoted);
  return words.length === 1 ? (words[0] ?? '""') : `NEAR(${words.join(' ')}, ${gapOf(near)})`;
}

/** One FTS5 phrase a way in which the last item can be met. */
function phraseStrings(items: readonly PhraseItem[]): string[] {
  const last = items.at(-1);
  const tokens = items.slice(0, -1).map((i) => (i.kind === 'token' ? i.token : i.prefix));
  if (last === undefined) return ['""'];
  if (last.kind === 'token') return [quoted([...tokens, last.token].join(' '))];
  return [
    `${quoted([...tokens, last.prefix].join(' '))} *`,
    ...last.stems.map((stem) => quoted([...tokens, stem].join(' '))),
  ];
}

/** Tokens hold no quotes; a field name or a made-up token that does must not end the string. */
function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
