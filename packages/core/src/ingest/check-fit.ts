import type { GenerationReader } from '../backend/backend.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { ExpectedDocument } from '../catalog/expectation.ts';
import { HayrickError } from '../errors.ts';
import type { Target } from './target.ts';

/** Documents that are looked for by themselves. */
const SAMPLE = 200;

interface Built extends Pick<Target, 'connection' | 'backend' | 'writer' | 'everything' | 'inScope'> {
  /** Documents that a search may ask for at most. */
  readonly maxResults: number;
}

/**
 * Holds a generation that was just built against the catalog: how many documents it has, and some of them by id, date and archives.
 * @throws HayrickError BUILD_UNFIT, naming what differs
 */
export async function checkFit(catalog: Catalog, built: Built): Promise<void> {
  const { connection, backend, writer, everything, inScope } = built;
  const archives = everything ? null : (await catalog.archives()).filter(inScope);
  const info = (await backend.generations()).find(({ name }) => name === writer.generation);
  if (info === undefined) throw unfit(built, 'it is gone');
  const scope = { archives, connection, upTo: info.applied };
  const { must, may } = await catalog.expectation(scope);
  if (info.documents < must || info.documents > may) {
    const range = must === may ? `${must}` : `${must} to ${may}`;
    throw unfit(built, `it holds ${info.documents} documents, and the catalog has ${range}`);
  }
  const sample = await catalog.expectedSample(scope, SAMPLE);
  const missing = await missingOf(built, sample);
  if (missing !== null) throw unfit(built, missing);
}

/** What of a sample is not there, or is otherwise; null: all is as it should be. */
async function missingOf(
  { backend, writer, maxResults }: Built,
  sample: readonly ExpectedDocument[],
): Promise<string | null> {
  if (sample.length === 0) return null;
  const reader = await backend.reader(writer.generation);
  try {
    for (const archive of new Set(sample.flatMap(({ archives }) => archives))) {
      const wanted = sample.filter(({ archives }) => archives.includes(archive));
      for (let i = 0; i < wanted.length; i += maxResults) {
        const odd = await firstOdd(reader, archive, wanted.slice(i, i + maxResults));
        if (odd !== null) return odd;
      }
    }
    return null;
  } finally {
    await reader.close();
  }
}

async function firstOdd(
  reader: GenerationReader,
  archive: string,
  wanted: readonly ExpectedDocument[],
): Promise<string | null> {
  const ids = wanted.map(({ id }) => id).sort();
  const place = { sort: 'newest', limit: ids.length, offset: 0, after: null } as const;
  const { hits } = await reader.search(
    { condition: { kind: 'ids', ids }, ...place },
    { archives: [archive] },
  );
  const dates = new Map(hits.map(({ id, date }) => [id, date]));
  const odd = wanted.find(({ id, date }) => dates.get(id) !== date);
  if (odd === undefined) return null;
  return `message ${odd.id} of archive "${archive}" ${dates.has(odd.id) ? 'has another date' : 'is not in it'}`;
}

function unfit({ connection, writer }: Built, what: string): HayrickError {
  return new HayrickError(
    'BUILD_UNFIT',
    `Generation ${writer.generation} of connection "${connection}" was built and does not fit the catalog: ${what}. It was not swapped in and is dropped; the live one answers on. Run rebuild_index again, and verify_index if that ends alike.`,
  );
}
