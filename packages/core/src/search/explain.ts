import type { MessageRecord } from '../catalog/catalog.ts';
import { type Condition, type ConditionWithThreads, printCondition } from '../query/index.ts';
import type { ExplainAnswer, ExplainPart, SearchOptions } from './answers.ts';
import { type ClauseQuestions, explainClauses } from './clauses.ts';
import { openLookup, type PreparedQuery, prepare, type SearchPlace } from './prepare.ts';
import { judgeTerm, onlyThis } from './why.ts';

/** How a query was read and what it asks of the engine; for a message, which of its parts match it and why. */
export async function explain(
  place: SearchPlace,
  text: string,
  options: SearchOptions,
  message: MessageRecord | null,
): Promise<ExplainAnswer> {
  const { reader, connection } = place;
  const query = await prepare(place, text, options);
  const { access, condition, all } = query;
  const print = printerOf(query);
  const engine = all ? await reader.explain(condition, access) : null;
  const parts: ExplainPart[] = [];
  for (const part of partsOf(condition)) {
    const matches = all ? await reader.count(part, access, options) : null;
    parts.push({ part: print(part), matches });
  }
  return {
    query: text,
    connection,
    read: query.read,
    tree: await explainClauses(query.typed, questionsOf(place, query, text, options, message)),
    normalForm: print(condition),
    engine: engine?.given ?? null,
    examined: engine === null ? null : engine.examined + lookedFor(query),
    parts,
    problems: query.problems,
    message: message === null ? null : await judge(message),
  };

  async function judge(record: MessageRecord): Promise<ExplainAnswer['message']> {
    const only = onlyThis(record);
    const holds = async (part: Condition) =>
      (await reader.count({ kind: 'and', of: [part, only] }, access, options)) > 0;
    const judged = [];
    for (const part of partsOf(condition)) judged.push({ part: print(part), matches: await holds(part) });
    return { id: record.id, matches: await holds(condition), parts: judged };
  }
}

/** Each clause is looked up by itself: what stands beside it does not narrow it. */
function questionsOf(
  place: SearchPlace,
  { access, all, context, within }: PreparedQuery,
  text: string,
  options: SearchOptions,
  record: MessageRecord | null,
): ClauseQuestions {
  const { reader, catalog } = place;
  const lookup = openLookup(place, access, options.signal);
  // Threads that hold a match are found but once, however often they are asked for.
  const threads = new Map<ConditionWithThreads, Promise<Condition>>();
  const resolve = (condition: ConditionWithThreads): Promise<Condition> => {
    const found = threads.get(condition) ?? lookup.resolve(condition);
    if (condition.kind === 'thread') threads.set(condition, found);
    return found;
  };
  const count = (condition: Condition): Promise<number> => reader.count(condition, access, options);
  const holds = async (condition: ConditionWithThreads, only: Condition): Promise<boolean> =>
    (await count(
      condition.kind === 'thread'
        ? { kind: 'and', of: [only, await resolve(condition)] }
        : await resolve({ kind: 'and', of: [only, condition] }),
    )) > 0;
  return {
    // A query that is empty asks for everything.
    text: text.trim() === '' ? '*' : text,
    context,
    resolve,
    count: all ? (condition) => count({ kind: 'and', of: [condition, ...within] }) : null,
    judge:
      record === null
        ? null
        : (term) =>
            judgeTerm(term, {
              record,
              archives: access.archives,
              catalog,
              all,
              holds: (condition) => holds(condition, onlyThis(record)),
            }),
  };
}

/** Messages whose values regular expressions were tried on. */
function lookedFor({ regexes }: PreparedQuery): number {
  return [...regexes.values()].reduce((sum, { looked }) => sum + looked, 0);
}

/** The notation of the normal form: threads and regular expressions as they were asked for, with the number of messages that stand there where it may be told. */
function printerOf({ threads, regexes, all }: PreparedQuery): (condition: Condition) => string {
  const print = (condition: Condition): string => printCondition(condition, nameOf);
  const nameOf = (part: ConditionWithThreads): string | null => {
    const regex = regexes.get(part);
    if (regex !== undefined) {
      const what = `${regex.field} ${JSON.stringify(regex.pattern)}`;
      return all ? `(regex ${regex.messages} ${what})` : `(regex ${what})`;
    }
    const asked = threads.get(part);
    if (asked === undefined) return null;
    const of = typeof asked.of === 'string' ? JSON.stringify(asked.of) : print(asked.of);
    return all ? `(thread ${asked.messages} ${of})` : `(thread ${of})`;
  };
  return print;
}

/** The clauses of the top level; a query of one clause is that. */
function partsOf(condition: Condition): readonly Condition[] {
  return condition.kind === 'and' || condition.kind === 'or' ? condition.of : [condition];
}
