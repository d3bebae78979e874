import { HayrickError } from '../errors.ts';
import type { DeclaredField } from '../fields/fields.ts';
import { checkSupported } from '../query/requirements.ts';
import type { Abortable, Backend, GenerationReader, SearchRequest } from './backend.ts';
import { checkCondition, type FieldNames } from './check-condition.ts';
import {
  checkCan,
  checkFacets,
  checkIdList,
  checkOneOf,
  checkOrder,
  checkScoring,
  statsFields,
} from './check-field-questions.ts';
import { checkAccess, isWhole } from './check-request.ts';
import type { Gate } from './gate.ts';

/** What the guard of a reader knows. */
interface Questions {
  readonly gate: Gate;
  readonly fields: FieldNames;
  readonly declared: readonly DeclaredField[];
  readonly maxResults: number;
  readonly backend: Backend;
}

type FieldQuestions = Required<Pick<GenerationReader, 'ordered' | 'stats' | 'facets' | 'kept' | 'raw'>>;

/** Those questions that an engine may leave out: asked all the same, they are QUERY_UNSUPPORTED. */
export function guardFieldQuestions(reader: GenerationReader, guard: Questions): FieldQuestions {
  const { gate, fields, declared, maxResults, backend } = guard;
  const pass = <T>(options: Abortable | undefined, ask: () => Promise<T>): Promise<T> =>
    gate.pass(async () => {
      options?.signal?.throwIfAborted();
      return ask();
    }, options);
  return {
    ordered: (request, access, options) =>
      pass(options, async () => {
        checkAccess(access);
        checkCan('fieldOrder', backend.supports, backend.engine);
        checkOrder(request, maxResults, declared);
        checkCondition(request.condition, fields);
        checkSupported(request.condition, backend.supports, backend.engine);
        if (request.limit === 0 || access.archives.length === 0) return { hits: [] };
        return called(reader.ordered?.bind(reader))(request, access, options);
      }),
    stats: (field, condition, access, options) =>
      pass(options, async () => {
        checkAccess(access);
        checkCan('stats', backend.supports, backend.engine);
        checkOneOf(field, statsFields(declared), 'statistics of');
        checkCondition(condition, fields);
        checkSupported(condition, backend.supports, backend.engine);
        if (access.archives.length === 0) return { count: 0, min: null, max: null, sum: 0 };
        return called(reader.stats?.bind(reader))(field, condition, access, options);
      }),
    facets: (request, access, options) =>
      pass(options, async () => {
        checkAccess(access);
        checkCan('facets', backend.supports, backend.engine);
        checkFacets(request, declared, access);
        checkCondition(request.condition, fields);
        checkSupported(request.condition, backend.supports, backend.engine);
        if (access.archives.length === 0) return request.facets.map(() => []);
        return called(reader.facets?.bind(reader))(request, access, options);
      }),
    kept: (ids, access, options) =>
      pass(options, async () => {
        checkAccess(access);
        checkCan('kept', backend.supports, backend.engine);
        checkIdList(ids, maxResults);
        if (access.archives.length === 0 || ids.length === 0) return ids.map(() => null);
        return called(reader.kept?.bind(reader))(ids, access, options);
      }),
    raw: (query, limit, access, options) =>
      pass(options, async () => {
        checkAccess(access);
        checkCan('raw', backend.supports, backend.engine);
        if (!isWhole(limit))
          throw new HayrickError('ARGUMENT_INVALID', 'A limit is a whole number, 0 or more.');
        if (access.archives.length === 0 || limit === 0) return [];
        return called(reader.raw?.bind(reader))(query, limit, access, options);
      }),
  };
}

/** Checks the part of a search that engines may leave out. */
export function checkScored(request: SearchRequest, backend: Backend, fields: FieldNames): void {
  const { scoring, sort } = request;
  if (scoring === undefined) return;
  if (sort !== 'relevance')
    throw new HayrickError('ARGUMENT_INVALID', 'Scores are made only in the order of relevance.');
  checkCan('scoring', backend.supports, backend.engine);
  checkScoring(scoring, fields);
  for (const condition of [scoring.narrow, ...scoring.boosts.map((one) => one.condition)]) {
    if (condition !== null) checkSupported(condition, backend.supports, backend.engine);
  }
}

function called<T>(method: T | undefined): T {
  if (method !== undefined) return method;
  throw new HayrickError('ENGINE_FAILED', 'The engine declares what its reader does not have.');
}
