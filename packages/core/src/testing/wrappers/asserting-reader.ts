import { checkCondition, type FieldNames } from '../../backend/check-condition.ts';
import { checkAccess, checkRequest } from '../../backend/check-request.ts';
import type {
  Access,
  Backend,
  Condition,
  FoundDocument,
  GenerationReader,
  Position,
  SearchRequest,
} from '../../backend/index.ts';
import { HayrickError } from '../../errors.ts';
import { checkSupported } from '../../query/requirements.ts';
import { answered, ContractBreach, isCount, isId, passed } from './breach.ts';
import { wrapFieldQuestions } from './field-questions.ts';
import { Watch } from './watch.ts';

interface ReaderAssertions {
  readonly backend: Backend;
  readonly fields: FieldNames;
  readonly around: Watch;
}

/** Holds one reader to the contract, and those who call it. */
export function assertingReader(reader: GenerationReader, options: ReaderAssertions): GenerationReader {
  const watch = new Watch(`the reader of ${reader.generation}`, options.around);
  const { backend, fields } = options;

  function checkQuestion(condition: Condition, access: Access): void {
    asPassed(() => {
      checkAccess(access);
      checkCondition(condition, fields);
      checkSupported(condition, backend.supports, backend.engine);
    });
    const named = archivesIn(condition);
    passed(
      named.every((name) => access.archives.includes(name)),
      () => `the condition names archives that may not be read: ${named.join(', ')}`,
    );
  }

  return {
    generation: reader.generation,
    fingerprint: reader.fingerprint,
    state: () =>
      watch.call('state', async () => {
        const state = await reader.state();
        answered(typeof state === 'string' && state !== '', () => `a state is ${JSON.stringify(state)}`);
        return state;
      }),
    search: (request, access, options) =>
      watch.call('search', async () => {
        checkQuestion(request.condition, access);
        asPassed(() => checkRequest(request, Number.MAX_SAFE_INTEGER));
        passed(
          request.sort !== 'relevance' || backend.supports.relevance,
          () => 'an order it does not declare',
        );
        const page = await reader.search(request, access, options);
        checkHits(page.hits, request);
        return page;
      }),
    count: (condition, access, options) =>
      watch.call('count', async () => {
        checkQuestion(condition, access);
        const count = await reader.count(condition, access, options);
        answered(isCount(count), () => `a count is ${count}`);
        return count;
      }),
    explain: (condition, access) =>
      watch.call('explain', async () => {
        checkQuestion(condition, access);
        const explained = await reader.explain(condition, access);
        answered(isCount(explained.examined), () => `it examined ${explained.examined} documents`);
        answered(explained.given !== '', () => 'it does not tell what the engine is given');
        return explained;
      }),
    ...wrapFieldQuestions(reader, (name, ask) => watch.call(name, ask)),
    close: () => watch.close(() => reader.close()),
  };
}

/** Not more than asked for, each once, in order, and behind the place. */
function checkHits(hits: readonly FoundDocument[], request: SearchRequest): void {
  const { sort, limit, after } = request;
  const tells = (): string => JSON.stringify({ ...request, hits: hits.slice(0, 20) });
  answered(hits.length <= limit, () => `${hits.length} hits where ${limit} were asked for`);
  answered(
    new Set(hits.map((hit) => hit.id)).size === hits.length,
    () => `a document twice on a page: ${tells()}`,
  );
  for (const [i, hit] of hits.entries()) {
    answered(isId(hit.id) && Number.isSafeInteger(hit.date), () => `a hit is ${JSON.stringify(hit)}`);
    const scored = sort === 'relevance' ? Number.isFinite(hit.score) : hit.score === null;
    answered(scored, () => `the score ${hit.score} in the order ${sort}`);
    const before = hits[i - 1];
    if (before !== undefined) answered(comesBefore(before, hit, sort), () => `hits out of order: ${tells()}`);
  }
  const first = hits[0];
  if (after === null || first === undefined) return;
  answered(comesBefore({ ...after, score: null }, first, sort), () => `a hit before the place: ${tells()}`);
}

function comesBefore(
  a: Position & { score: number | null },
  b: typeof a,
  sort: SearchRequest['sort'],
): boolean {
  if (sort === 'relevance') {
    const difference = (a.score ?? 0) - (b.score ?? 0);
    return difference > 0 || (difference === 0 && a.id < b.id);
  }
  if (a.date === b.date) return a.id < b.id;
  return sort === 'newest' ? a.date > b.date : a.date < b.date;
}

function archivesIn(condition: Condition): readonly string[] {
  const names: string[] = [];
  const open: Condition[] = [condition];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.kind === 'and' || next.kind === 'or') open.push(...next.of);
    else if (next.kind === 'not') open.push(next.of);
    else if (next.kind === 'archives') names.push(...next.names);
  }
  return names;
}

/** What the guard refuses must not get here. */
function asPassed(check: () => void): void {
  try {
    check();
  } catch (error) {
    throw error instanceof HayrickError ? new ContractBreach('core', error.message) : error;
  }
}
