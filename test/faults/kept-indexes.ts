import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Copies of the indexes of a site on a server. */
export interface KeptIndexes {
  /** The site has these indexes and no others. */
  restore(): Promise<void>;
  forget(): Promise<void>;
}

/** Keeps what a site has on a server. @param folder with its settings */
export async function keepIndexes(folder: string, url: string): Promise<KeptIndexes> {
  const { connections } = JSON.parse(readFileSync(join(folder, 'settings.json'), 'utf8'));
  const alias: string = connections.default.index;
  const mark = createHash('sha256').update(`${folder} ${performance.now()}`).digest('hex').slice(0, 12);
  const names = await indexesOf(url, alias);
  const live = Object.keys(await ask(url, 'GET', `/_alias/${alias}`));
  const copies = names.map((name, i) => ({ name, copy: `kept-${mark}-${i}` }));
  for (const { name, copy } of copies) {
    await ask(url, 'POST', `/${name}/_flush`);
    await ask(url, 'PUT', `/${name}/_settings`, { 'index.blocks.write': true });
    await clone(url, name, copy, true);
    await ask(url, 'PUT', `/${name}/_settings`, { 'index.blocks.write': null });
  }
  return {
    async restore() {
      const present = await indexesOf(url, alias);
      if (present.length > 0) await ask(url, 'DELETE', `/${present.join()}`);
      await Promise.all(copies.map(({ name, copy }) => clone(url, copy, name, null)));
      const actions = live.map((index) => ({ add: { index, alias } }));
      if (actions.length > 0) await ask(url, 'POST', '/_aliases', { actions });
    },
    async forget() {
      const present = [...(await indexesOf(url, alias)), ...copies.map(({ copy }) => copy)];
      if (present.length > 0) await ask(url, 'DELETE', `/${present.join()}?ignore_unavailable=true`);
    },
  };
}

async function indexesOf(url: string, alias: string): Promise<readonly string[]> {
  return Object.keys(await ask(url, 'GET', `/${alias}-hayrick-*?filter_path=*.settings.index.uuid`));
}

/** With everything that its mapping says. @param blocked whether it may be written: null, it may */
async function clone(url: string, from: string, to: string, blocked: true | null): Promise<void> {
  const settings = { 'index.blocks.write': blocked };
  await ask(url, 'POST', `/${from}/_clone/${to}?wait_for_active_shards=1`, { settings });
}

async function ask(url: string, method: string, path: string, body?: unknown): Promise<object> {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...sent,
  });
  const text = await response.text();
  if (!response.ok && !(method === 'GET' && response.status === 404))
    throw new Error(`${method} ${path}: ${text}`);
  return response.ok ? JSON.parse(text) : {};
}
