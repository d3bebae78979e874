import { startIfAvailable } from '@hayrick/test/elasticsearch';

/** A server to measure with. */
export interface MeasuredServer extends AsyncDisposable {
  readonly url: string;
  /** User and system, of all its nodes since they began. */
  cpuSeconds(): Promise<number>;
}

/** The server whose address the environment holds, else one of our own that is as fast as it can be; null where none is fetched. */
export async function measuredServer(env: NodeJS.ProcessEnv): Promise<MeasuredServer | null> {
  const given = env['HAYRICK_TEST_ELASTICSEARCH'];
  if (given) return serverAt(given, async () => undefined);
  const server = await startIfAvailable(env, { heapMegabytes: 1024, javaOptions: [] });
  return server === null ? null : serverAt(server.url, () => server.close());
}

function serverAt(url: string, stop: () => Promise<void>): MeasuredServer {
  return {
    url,
    async cpuSeconds() {
      const answer = await fetch(`${url}/_nodes/stats/process`);
      const { nodes } = (await answer.json()) as {
        readonly nodes: Readonly<Record<string, { process: { cpu: { total_in_millis: number } } }>>;
      };
      return Object.values(nodes).reduce((sum, node) => sum + node.process.cpu.total_in_millis, 0) / 1000;
    },
    [Symbol.asyncDispose]: stop,
  };
}
