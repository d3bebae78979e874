import { startIfAvailable } from './available.ts';
import { freePorts } from './ports.ts';
import type { Server } from './server.ts';

/** Several servers that are one cluster. Closing it closes them all. */
export interface Cluster extends AsyncDisposable {
  readonly nodes: readonly Server[];
  close(): Promise<void>;
}

/** Starts as many nodes as asked for, each able to be master, and waits until all have found one another. Null where nothing is fetched. */
export async function startCluster(env: NodeJS.ProcessEnv, count: number): Promise<Cluster | null> {
  const ports = await freePorts(count * 2);
  const transports = ports.slice(count);
  const names = transports.map((_, n) => `c${n + 1}`);
  const settings = [
    'discovery.type: multi-node',
    `discovery.seed_hosts: ${JSON.stringify(transports.map((port) => `127.0.0.1:${port}`))}`,
    `cluster.initial_master_nodes: ${JSON.stringify(names)}`,
  ];
  const starts = await Promise.allSettled(
    transports.map((transport, n) =>
      startIfAvailable(env, {
        name: names[n] ?? '',
        ports: { http: ports[n] ?? 0, transport },
        settings,
      }),
    ),
  );
  const nodes = starts.flatMap((start) => (start.status === 'fulfilled' && start.value ? [start.value] : []));
  const cluster: Cluster = {
    nodes,
    close: async () => void (await Promise.all(nodes.map((node) => node.close()))),
    [Symbol.asyncDispose]: () => cluster.close(),
  };
  const failed = starts.find((start) => start.status === 'rejected');
  if (failed !== undefined) {
    await cluster.close();
    throw failed.reason;
  }
  if (nodes.length === 0) return null;
  await nodes[0]?.ask(`/_cluster/health?wait_for_nodes=${count}&wait_for_status=green&timeout=60s`);
  return cluster;
}
