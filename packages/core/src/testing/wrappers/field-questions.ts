import { type GenerationReader, topValues } from '../../backend/index.ts';
import { compareOrdered } from '../oracle/field-order.ts';
import { answered } from './breach.ts';

/** The questions of a reader that engines may leave out, each asked within `around`, its answers held to the contract. */
export function wrapFieldQuestions(
  reader: GenerationReader,
  around: <T>(name: string, ask: () => Promise<T>) => Promise<T>,
): Pick<GenerationReader, 'ordered' | 'stats' | 'facets' | 'kept' | 'raw'> {
  const ordered = reader.ordered?.bind(reader);
  const stats = reader.stats?.bind(reader);
  const facets = reader.facets?.bind(reader);
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
    ...(facets && {
      facets: (request, access, options) =>
        around('facets', async () => {
          const lists = await facets(request, access, options);
          answered(
            lists.length === request.facets.length,
            () => `${lists.length} facets where ${request.facets.length} were asked for`,
          );
          for (const [i, values] of lists.entries()) {
            const limit = request.facets[i]?.limit ?? 0;
            const counts = values.map(({ value, count }) => [value, count] as const);
            answered(
              JSON.stringify(topValues(counts, limit)) === JSON.stringify(values),
              () => `values out of order, too many or empty: ${JSON.stringify([limit, values])}`,
            );
          }
          return lists;
        }),
    }),
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
