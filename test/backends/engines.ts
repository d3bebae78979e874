import { elasticsearchServer } from '../elasticsearch/servers.ts';
import { enginesAt, type TestEngine } from './engines-at.ts';

/**
 * Every engine that can be had here. One whose server is not there is left out loudly, and in CI not at all.
 * @param skipped what does not run without it
 */
export async function everyEngine(skipped: string): Promise<readonly TestEngine[]> {
  const server = await elasticsearchServer(skipped);
  return enginesAt(server?.url ?? null);
}
