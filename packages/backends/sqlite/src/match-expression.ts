import type { Condition, PhraseItem } from '@hayrick/core/backend';
import { WORD_COLUMNS } from './ddl.ts';

type Phrase = Extract<Condition, { kind: 'phrase' }>;
export type TextTable = 'words' | 'aside';

/** An FTS5 query for one text table. Tokens hold no quotes, so quoting is safe; nothing typed by a user is here but tokens. */
export interface MatchExpression {
  readonly table: TextTable;
  readonly match: string;
}

/** Which text table a phrase's fields lie in; null if in both. */
function tableOf(phrase: Phrase): TextTable | null {
  const inWords = phrase.fields.filter((f) => WORD_COLUMNS.includes(f)).length;
  if (inWords === phrase.fields.length) return 'words';
  return inWords === 0 ? 'aside' : null;
}

/** The same phrase, once for each table that has some of its fields. */
export function splitByTable(phrase: Phrase): Phrase[] {
  const words = phrase.fields.filter((f) => WORD_COLUMNS.includes(f));
  const aside = phrase.fields.filter((f) => !WORD_COLUMNS.includes(f));
  return [words, aside].filter((f) => f.length > 0).map((fields) => ({ ...phrase, fields }));
}

/**
 * A condition as one FTS5 expression, where it consists of phrases of one table joined by and, or, and-not; else null.
 * FTS5's NOT is binary, so a negation stands only beside something positive.
 */
export function matchExpression(condition: Condition): MatchExpression | null {
  switch (condition.kind) {
    case 'phrase': {
      const table = tableOf(condition);
      return table === null ? null : { table, match: phraseMatch(condition) };
    }
    case 'or': {
      return join(condition.of.map(matchExpression), ' OR ');
    }
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

function phraseMatch({ fields, items }: Phrase): string {
  const strings = phraseStrings(items);
  const match = strings.length === 1 ? (strings[0] ?? '""') : `(${strings.join(' OR ')})`;
  const all = fields.length === WORD_COLUMNS.length && fields.every((f) => WORD_COLUMNS.includes(f));
  return all ? match : `{${fields.map((f) => `"${f}"`).join(' ')}} : ${match}`;
}

/** One FTS5 phrase a way in which the last item can be met. */
function phraseStrings(items: readonly PhraseItem[]): string[] {
  const last = items.at(-1);
  const tokens = items.slice(0, -1).map((i) => (i.kind === 'token' ? i.token : i.prefix));
  if (last === undefined) return ['""'];
  if (last.kind === 'token') return [`"${[...tokens, last.token].join(' ')}"`];
  return [
    `"${[...tokens, last.prefix].join(' ')}" *`,
    ...last.stems.map((stem) => `"${[...tokens, stem].join(' ')}"`),
  ];
}
