import { type Condition, expandFuzzy } from '@hayrick/core/backend';
import type { Db } from './database.ts';
import { COLUMN_AT, openPositions, type PositionLists, type Positions } from './fts5/position-lists.ts';
import { openSegments, type Segments } from './fts5/segments.ts';
import { tokensAt } from './fts5/terms.ts';
import { splitByTable, type TextTable, tableOf } from './match-expression.ts';
import { doubtOf, holdsNear, type Near, sureSigns } from './near.ts';

type Fuzzy = Extract<Condition, { kind: 'fuzzy' }>;

/** A condition that FTS5 answers exactly, and what was looked at to make it one. */
export interface ExactCondition {
  readonly condition: Condition;
  /** Documents in which it was read where words stand. */
  readonly looked: number;
}

/** The rows, rising, that may match a condition. */
export type RowsOf = (condition: Condition) => readonly number[];

/** Characters of UTF-8 are so long at most. */
const CHARACTER_BYTES = 4;

/**
 * Makes of what FTS5 cannot answer what it can. Fuzzy words become the words of the index that they stand for. Of a proximity search FTS5
 * finds too much: those of its matches that are doubtful are judged by where the words stand, and the wrong ones are taken out by their ids.
 */
export function prepareExact(db: Db): (condition: Condition, rowsOf: RowsOf) => ExactCondition {
  const segments = new Map<TextTable, Segments>();
  const columns = new Map<TextTable, readonly string[]>();
  const idOf = db.prepare<[number], Buffer>('SELECT id FROM doc WHERE row = ?').pluck();

  function segmentsOf(table: TextTable): Segments {
    const known = segments.get(table) ?? openSegments(db, table);
    segments.set(table, known);
    return known;
  }

  function columnsOf(table: TextTable): readonly string[] {
    const named = db.prepare<[string], string>('SELECT name FROM pragma_table_info(?)').pluck();
    const known = columns.get(table) ?? named.all(table);
    columns.set(table, known);
    return known;
  }

  function expand(condition: Condition): Condition {
    switch (condition.kind) {
      case 'and':
      case 'or':
        return { kind: condition.kind, of: condition.of.map(expand) };
      case 'not':
        return { kind: 'not', of: expand(condition.of) };
      case 'fuzzy':
        return wordsOf(condition);
      default:
        return condition;
    }
  }

  function wordsOf(fuzzy: Fuzzy): Condition {
    const parts = splitByTable(fuzzy);
    const tokens = expandFuzzy(fuzzy, vocabulary(fuzzy, parts));
    if (tokens.length === 0) return { kind: 'none' };
    const of = parts.map(({ fields }): Condition => {
      const words = tokens.map(
        (token): Condition => ({ kind: 'phrase', fields, items: [{ kind: 'token', token }] }),
      );
      return words.length === 1 && words[0] !== undefined ? words[0] : { kind: 'or', of: words };
    });
    return of.length === 1 && of[0] !== undefined ? of[0] : { kind: 'or', of };
  }

  function* vocabulary({ token, edits }: Fuzzy, parts: readonly Fuzzy[]): Generator<string> {
    const [first = ''] = token;
    const bytes = Buffer.byteLength(token);
    const reach = edits * CHARACTER_BYTES;
    for (const part of parts) {
      const table = tableOf(part);
      if (table !== null) yield* tokensAt(segmentsOf(table), first, [bytes - reach, bytes + reach]);
    }
  }

  return (typed, rowsOf) => {
    let looked = 0;

    /** @param beside what every document must match that this part has a say about */
    function judge(condition: Condition, beside: readonly Condition[]): Condition {
      switch (condition.kind) {
        case 'and': {
          const of = condition.of.flatMap((part, i) => {
            const others = condition.of.filter((other, j) => j !== i && isNeverTooFew(other));
            const judged = judge(part, [...beside, ...others]);
            return judged.kind === 'and' ? judged.of : [judged];
          });
          return { kind: 'and', of };
        }
        case 'or':
          return { kind: 'or', of: condition.of.map((part) => judge(part, beside)) };
        case 'not':
          return { kind: 'not', of: judge(condition.of, beside) };
        case 'near': {
          const parts = splitByTable(condition).map((part) => judgeNear(part, beside));
          return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: 'or', of: parts };
        }
        default:
          return condition;
      }
    }

    function judgeNear(near: Near, beside: readonly Condition[]): Condition {
      const doubt = doubtOf(near);
      const table = tableOf(near);
      if (doubt === null || table === null) return near;
      const sure = sureSigns(near).map((of): Condition => ({ kind: 'not', of }));
      const rows = rowsOf({ kind: 'and', of: [near, doubt, ...sure, ...beside] });
      looked += rows.length;
      const holds = nearJudge(near, table);
      const isRepeated = doubt === near;
      // Of a word that is asked for twice most candidates hold only one.
      const kept = rows.filter((row) => holds(row) === isRepeated);
      const ids = kept.map((row) => idOf.get(row)?.toString('hex') ?? '').sort();
      if (isRepeated) return { kind: 'and', of: [near, { kind: 'ids', ids }] };
      return ids.length === 0 ? near : { kind: 'and', of: [near, { kind: 'not', of: { kind: 'ids', ids } }] };
    }

    function nearJudge(near: Near, table: TextTable): (row: number) => boolean {
      const lists = new Map<string, PositionLists>();
      const asked = columnsOf(table).map((column) => near.fields.includes(column));
      const isInAll = asked.every(Boolean);
      const listOf = (token: string): PositionLists => {
        const known = lists.get(token) ?? openPositions(segmentsOf(table), token);
        lists.set(token, known);
        return known;
      };
      return (row) =>
        holdsNear(near, (token): Positions => {
          const positions = listOf(token).at(row);
          return isInAll ? positions : positions.filter((at) => asked[Math.floor(at / COLUMN_AT)]);
        });
    }

    const condition = judge(expand(typed), []);
    return { condition, looked };
  };
}

/** Whether all that match are found where a proximity search stands for what FTS5 makes of it. */
function isNeverTooFew(condition: Condition): boolean {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.of.every(isNeverTooFew);
    case 'not':
      return !holds(condition.of, (kind) => kind === 'near');
    default:
      return true;
  }
}

/** Whether FTS5 answers it as it is. */
export function isExact(condition: Condition): boolean {
  return !holds(condition, (kind) => kind === 'near' || kind === 'fuzzy');
}

export function holdsIds(condition: Condition): boolean {
  return holds(condition, (kind) => kind === 'ids');
}

function holds(condition: Condition, isWanted: (kind: Condition['kind']) => boolean): boolean {
  if (isWanted(condition.kind)) return true;
  if (condition.kind === 'not') return holds(condition.of, isWanted);
  return (
    (condition.kind === 'and' || condition.kind === 'or') && condition.of.some((c) => holds(c, isWanted))
  );
}
