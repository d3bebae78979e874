import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below what systems hand out to outgoing connections, so that a port is still free when its server comes back after a kill. */
const LOWEST = 20_000;
const HIGHEST = 30_000;
const TRIES = 200;

/** As many different ports of the loopback address as asked for, on which nothing listens now. */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  for (let tried = 0; ports.size < count && tried < TRIES; tried++) {
    const port = randomInt(LOWEST, HIGHEST);
    if (await isFree(port)) ports.add(port);
  }
  if (ports.size < count) throw new Error(`No ${count} free ports between ${LOWEST} and ${HIGHEST}.`);
  return [...ports];
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}
