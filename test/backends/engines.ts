import { createHash } from 'node:crypto';
import type { BackendModule } from '@hayrick/core/backend';
import { backend as elasticsearch } from '@hayrick/elasticsearch';
import { backend as memory } from '@hayrick/memory';
import { backend as sqlite } from '@hayrick/sqlite';
import { elasticsearchServer } from '../elasticsearch/servers.ts';

/** An engine of ours, with settings of its own for each folder. */
export interface TestEngine {
  readonly name: string;
  readonly module: BackendModule;
  readonly settings: (directory: string) => Readonly<Record<string, unknown>>;
}

/**
 * Every engine that can be had here. One whose server is not there is left out loudly, and in CI not at all.
 * @param skipped what does not run without it
 */
export async function everyEngine(skipped: string): Promise<readonly TestEngine[]> {
  const server = await elasticsearchServer(skipped);
  const local = [memory, sqlite].map((module) => ({ name: module.engine, module, settings: () => ({}) }));
  if (server === null) return local;
  const { url } = server;
  const settings = (directory: string) => ({ url, index: indexOf(directory) });
  return [...local, { name: elasticsearch.engine, module: elasticsearch, settings }];
}

/** A name for an index on a shared server that no other folder has. */
function indexOf(directory: string): string {
  return `test-${createHash('sha256').update(directory).digest('hex').slice(0, 16)}`;
}
