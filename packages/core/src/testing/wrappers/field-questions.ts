import type { GenerationReader } from '../../backend/index.ts';
import { compareOrdered } from '../oracle/field-order.ts';
import { answered } from './breach.ts';

/** The questions of a reader that engines may leave out, each asked within `around`, its answers held to the contract. */
export function wrapFieldQuestions(
  reader: GenerationReader,
  around: <T>(name: string, ask: () => Promise<T>) => Promise<T>,
): Pick<GenerationReader, 'ordered' | 'stats' | 'kept' | 'raw'> {
  const ordered = reader.ordered?.bind(reader);
  const stats = reader.stats?.bind(reader);
  const kept = reader.kept?.bind(reader);
  const raw = reader.raw?.bind(reader);
  return {
    ...(ordered && {
      ordered: (request, access, options) =>
        around('ordered', async () => {
          const page = await ordered(request, access, options);
          const { order, limit, after } = request;
          answered(page.hits.length <= limit, () => `${page.hits.length} hits where ${limit} were asked for`);
          const places = [...(after === null ? [] : [after]), ...page.hits];
          const slip = places.findIndex((hit, i) => {
            const before = places[i - 1];
            return before !== undefined && compareOrdered(order, before, hit) >= 0;
          });
          answered(slip < 0, () => `hits out of order: ${JSON.stringify([order, places.slice(slip - 1)])}`);
          return page;
        }),
    }),
    ...(stats && { stats: (...asked) => around('stats', () => stats(...asked)) }),
    ...(kept && {
      kept: (ids, access, options) =>
        around('kept', async () => {
          const values = await kept(ids, access, options);
          answered(
            values.length === ids.length,
            () => `${values.length} documents where ${ids.length} were asked for`,
          );
          return values;
        }),
    }),
    ...(raw && {
      raw: (query, limit, access, options) =>
        around('raw', async () => {
          const ids = await raw(query, limit, access, options);
          answered(ids.length <= limit, () => `${ids.length} ids where ${limit} were asked for`);
          return ids;
        }),
    }),
  };
}
