import { HayrickError } from '../errors.ts';
import {
  type Condition,
  type ConditionWithThreads,
  printCondition,
  type Query,
  type ResolveContext,
  resolveClause,
  simplifyCondition,
} from '../query/index.ts';
import type { ExplainClause } from './answers.ts';

/** What is asked of each clause of a query. */
export interface ClauseQuestions {
  /** The query as typed. */
  readonly text: string;
  readonly context: ResolveContext;
  /** Threads and regular expressions looked up. */
  readonly resolve: (condition: ConditionWithThreads) => Promise<Condition>;
  /** How many match; null where that may not be told. */
  readonly count: ((condition: Condition) => Promise<number>) | null;
  /** Whether a term, or a thread, holds for the message that was asked for, and why; null where none was. */
  readonly judge: ((term: ConditionWithThreads) => Promise<Verdict>) | null;
}

type Verdict = NonNullable<ExplainClause['message']>;

interface Explained {
  readonly clause: ExplainClause;
  /** Null: left out; 'too long': it cannot be counted in time. */
  readonly condition: Condition | null | 'too long';
}

/** The tree of a query with what each of its clauses finds by itself; null where nothing is left to search for. */
export async function explainClauses(
  query: Query,
  questions: ClauseQuestions,
): Promise<ExplainClause | null> {
  return query.kind === 'empty' ? null : (await explainNode(query, questions)).clause;
}

/** The depth is that of a typed query: LIMITS.queryDepth. */
async function explainNode(query: Query, questions: ClauseQuestions): Promise<Explained> {
  switch (query.kind) {
    case 'and':
    case 'or':
    case 'not':
      return explainJoined(query, questions);
    default:
      return explainTerm(query, questions);
  }
}

async function explainJoined(
  query: Query & { readonly kind: 'and' | 'or' | 'not' },
  questions: ClauseQuestions,
): Promise<Explained> {
  const parts: Explained[] = [];
  for (const part of query.kind === 'not' ? [query.of] : query.of)
    parts.push(await explainNode(part, questions));
  const left = parts.filter(({ condition }) => condition !== null);
  const condition = joined(
    query.kind,
    left.flatMap((part) => (part.condition === null ? [] : [part.condition])),
  );
  const verdicts = left.flatMap(({ clause }) => clause.message ?? []);
  return {
    condition,
    clause: {
      kind: query.kind,
      ...placeOf(query, questions.text),
      meaning: null,
      matches: await countOf(condition, questions),
      message: verdicts.length === 0 ? null : verdictOf(query.kind, verdicts),
      of: parts.map(({ clause }) => clause),
    },
  };
}

function joined(kind: 'and' | 'or' | 'not', of: readonly (Condition | 'too long')[]): Explained['condition'] {
  const known = of.filter((part) => part !== 'too long');
  if (known.length < of.length) return 'too long';
  const [first] = known;
  if (first === undefined) return null;
  return kind === 'not' ? { kind, of: first } : { kind, of: known };
}

function verdictOf(kind: 'and' | 'or' | 'not', of: readonly Verdict[]): Verdict {
  const holding = of.filter(({ matches }) => matches).length;
  switch (kind) {
    case 'and': {
      const missing = of.length - holding;
      const why =
        missing === 0 ? 'all of these hold' : `${missing} of these ${of.length} must hold and do not`;
      return { matches: missing === 0, why };
    }
    case 'or': {
      const why = holding === 0 ? 'none of these holds' : `${holding} of these ${of.length} hold`;
      return { matches: holding > 0, why };
    }
    case 'not':
      return holding > 0
        ? { matches: false, why: 'this holds, and must not' }
        : { matches: true, why: 'this does not hold' };
  }
}

async function explainTerm(query: Query, questions: ClauseQuestions): Promise<Explained> {
  const { text, context, judge, resolve } = questions;
  const meant = resolveClause(query, context);
  const below = query.kind === 'thread' ? [(await explainNode(query.of, questions)).clause] : [];
  const condition = meant === null || questions.count === null ? null : await inTime(() => resolve(meant));
  return {
    // Where nothing is counted, all that matters is whether the clause was left out.
    condition: meant === null ? null : (condition ?? { kind: 'all' }),
    clause: {
      kind: query.kind === 'thread' ? 'thread' : 'term',
      ...placeOf(query, text),
      meaning: meant === null || query.kind === 'thread' ? null : printCondition(meant),
      matches: await countOf(condition, questions),
      message: meant === null || judge === null ? null : await judge(meant),
      of: below,
    },
  };
}

async function countOf(
  condition: Explained['condition'],
  { count }: ClauseQuestions,
): Promise<number | null> {
  if (condition === null || condition === 'too long' || count === null) return null;
  return count(simplifyCondition(condition));
}

/** By itself a clause may be more than the whole query, which was asked for in time. */
async function inTime(work: () => Promise<Condition>): Promise<Condition | 'too long'> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof HayrickError && error.code === 'QUERY_TOO_LARGE') return 'too long';
    throw error;
  }
}

function placeOf(
  { span: { at, length } }: Query,
  text: string,
): Pick<ExplainClause, 'at' | 'length' | 'typed'> {
  return { at, length, typed: text.slice(at, at + length) };
}
