import { createHash } from 'node:crypto';
import { backendConformance } from '@hayrick/core/testing';
import { backend } from '@hayrick/elasticsearch';
import { describe } from 'vitest';
import { elasticsearchServer, secureElasticsearchServer } from '../elasticsearch/servers.ts';

const server = await elasticsearchServer('the conformance of the engine elasticsearch');
const secure = await secureElasticsearchServer(
  'the conformance of the engine elasticsearch with security on',
);

/** Runs the suite. A new index takes a server a tenth of a second and more, and laws make many. */
function conformance(name: string, settings: Readonly<Record<string, unknown>>, runs: number): void {
  backendConformance(name, {
    open: (context) => backend.open(context),
    module: import.meta.resolve('@hayrick/elasticsearch'),
    runs,
    settings: (directory) => ({
      ...settings,
      index: `conformance-${createHash('sha256').update(directory).digest('hex').slice(0, 12)}`,
    }),
  });
}

describe.skipIf(server === null)('on a real server', () => {
  conformance('elasticsearch', { url: server?.url }, 10);
});

describe.skipIf(secure === null)('with security on, in several shards, compressed', () => {
  const auth = { apiKey: secure?.apiKey };
  const indexSettings = { number_of_shards: 3 };
  const settings = { nodes: [secure?.url], ca: secure?.caFile, auth, compression: true, indexSettings };
  conformance('elasticsearch', settings, 3);
});
