import { normalizeKeyword } from '../analysis/index.ts';
import type { Position, SearchPage } from '../backend/backend.ts';
import type { MessageRecord } from '../catalog/catalog.ts';
import { type Condition, printCondition } from '../query/index.ts';
import type { ExplainAnswer, ExplainPart, SearchOptions } from './answers.ts';
import { prepare, type SearchPlace } from './prepare.ts';

/** Messages of one Message-ID that are looked through at a time. */
const SAME_ID_PAGE = 100;

/** How a query was read and what it asks of the engine; for a message, which of its parts match it. */
export async function explain(
  place: SearchPlace,
  text: string,
  options: SearchOptions,
  message: MessageRecord | null,
): Promise<ExplainAnswer> {
  const { reader, connection } = place;
  const query = await prepare(place, text, options);
  const { access, condition, all } = query;
  const engine = all ? await reader.explain(condition, access) : null;
  const parts: ExplainPart[] = [];
  for (const part of partsOf(condition)) {
    const matches = all ? await reader.count(part, access, options) : null;
    parts.push({ part: printCondition(part), matches });
  }
  return {
    query: text,
    connection,
    read: query.read,
    normalForm: printCondition(condition),
    engine: engine?.given ?? null,
    examined: engine?.examined ?? null,
    parts,
    problems: query.problems,
    message: message === null ? null : await judge(message),
  };

  async function judge({ id, messageId }: MessageRecord): Promise<ExplainAnswer['message']> {
    const mid: Condition = { kind: 'keyword', field: 'mid', value: normalizeKeyword(messageId, 'exact') };
    const holds = async (part: Condition) => {
      const of: Condition = { kind: 'and', of: [part, mid] };
      let after: Position | null = null;
      for (;;) {
        const page: SearchPage = await reader.search(
          { condition: of, sort: 'newest', limit: SAME_ID_PAGE, offset: 0, after },
          access,
          options,
        );
        if (page.hits.some((hit) => hit.id === id)) return true;
        const last = page.hits.at(-1);
        if (last === undefined) return false;
        after = { date: last.date, id: last.id };
      }
    };
    const judged = [];
    for (const part of partsOf(condition))
      judged.push({ part: printCondition(part), matches: await holds(part) });
    return { id, matches: await holds(condition), parts: judged };
  }
}

/** The clauses of the top level; a query of one clause is that. */
function partsOf(condition: Condition): readonly Condition[] {
  return condition.kind === 'and' || condition.kind === 'or' ? condition.of : [condition];
}
