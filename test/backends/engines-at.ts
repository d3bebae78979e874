import { createHash } from 'node:crypto';
import { Client } from '@elastic/elasticsearch';
import type { BackendModule } from '@hayrick/core/backend';
import { backend as elasticsearch } from '@hayrick/elasticsearch';
import { backend as memory } from '@hayrick/memory';
import { backend as sqlite } from '@hayrick/sqlite';

/** An engine of ours, with settings of its own for each folder. */
export interface TestEngine {
  readonly name: string;
  readonly module: BackendModule;
  readonly settings: (directory: string) => Readonly<Record<string, unknown>>;
  /** Takes away what is live outside of the folder: a cleared connection keeps an empty index on its server. */
  readonly forget: (directory: string) => Promise<void>;
}

/** Our engines. @param url of an Elasticsearch; null: without that engine */
export function enginesAt(url: string | null): readonly TestEngine[] {
  const local = [memory, sqlite].map((module) => ({
    name: module.engine,
    module,
    settings: () => ({}),
    forget: async () => undefined,
  }));
  if (url === null) return local;
  const settings = (directory: string) => ({ url, index: indexOf(directory) });
  const forget = (directory: string) => deleteIndexes(url, indexOf(directory));
  return [...local, { name: elasticsearch.engine, module: elasticsearch, settings, forget }];
}

/** A name for an index on a shared server that no other folder has. */
function indexOf(directory: string): string {
  return `test-${createHash('sha256').update(directory).digest('hex').slice(0, 16)}`;
}

/** Those behind an alias, each by its full name. */
async function deleteIndexes(url: string, alias: string): Promise<void> {
  const client = new Client({ node: url, requestTimeout: 60_000 });
  const indexes = Object.keys(await client.indices.getAlias({ name: alias }, { ignore: [404] }));
  for (const index of indexes.filter((name) => name.startsWith(alias)))
    await client.indices.delete({ index });
  await client.close();
}
