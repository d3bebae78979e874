import { createHash } from 'node:crypto';
import type { BackendModule } from '@hayrick/core/backend';
import { backend as elasticsearch } from '@hayrick/elasticsearch';
import { backend as memory } from '@hayrick/memory';
import { backend as sqlite } from '@hayrick/sqlite';

/** An engine of ours, with settings of its own for each folder. */
export interface TestEngine {
  readonly name: string;
  readonly module: BackendModule;
  readonly settings: (directory: string) => Readonly<Record<string, unknown>>;
}

/** Our engines. @param url of an Elasticsearch; null: without that engine */
export function enginesAt(url: string | null): readonly TestEngine[] {
  const local = [memory, sqlite].map((module) => ({ name: module.engine, module, settings: () => ({}) }));
  if (url === null) return local;
  const settings = (directory: string) => ({ url, index: indexOf(directory) });
  return [...local, { name: elasticsearch.engine, module: elasticsearch, settings }];
}

/** A name for an index on a shared server that no other folder has. */
function indexOf(directory: string): string {
  return `test-${createHash('sha256').update(directory).digest('hex').slice(0, 16)}`;
}
