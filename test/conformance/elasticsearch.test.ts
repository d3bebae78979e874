import { createHash } from 'node:crypto';
import { backendConformance } from '@hayrick/core/testing';
import { backend } from '@hayrick/elasticsearch';
import { describe } from 'vitest';
import { elasticsearchServer } from '../elasticsearch/servers.ts';

const server = await elasticsearchServer('the conformance of the engine elasticsearch');

describe.skipIf(server === null)('on a real server', () => {
  backendConformance('elasticsearch', {
    open: (context) => backend.open(context),
    module: import.meta.resolve('@hayrick/elasticsearch'),
    // A new index takes the server a tenth of a second and more.
    runs: 10,
    settings: (directory) => ({
      url: server?.url,
      index: `conformance-${createHash('sha256').update(directory).digest('hex').slice(0, 12)}`,
    }),
  });
});
