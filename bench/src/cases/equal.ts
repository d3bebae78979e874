import { randomInt } from 'node:crypto';
import { startIfAvailable } from '@hayrick/test/elasticsearch';
import { enginesAt } from '@hayrick/test/engines';
import { checkEquality, type EqualityTally } from '@hayrick/test/equality';

export interface EqualOptions {
  readonly archives: number;
  /** Of each archive. */
  readonly queries: number;
  /** Null: another one each time, which is printed. */
  readonly seed: number | null;
  readonly env: NodeJS.ProcessEnv;
  readonly print: (line: string) => void;
}

/** What the tests show of a few, of many: every engine's answers beside the oracle's, over generated mail. Throws at the first difference. */
export async function equalCase(options: EqualOptions): Promise<void> {
  const { archives, queries, env, print } = options;
  const seed = options.seed ?? randomInt(2 ** 30);
  const given = env['HAYRICK_TEST_ELASTICSEARCH'];
  const server = given ? null : await startIfAvailable(env);
  try {
    const engines = enginesAt(given || (server?.url ?? null));
    print(
      `${engines.map(({ name }) => name).join(', ')}; ${archives} archives, ${queries} queries each, seed ${seed}\n`,
    );
    const started = performance.now();
    const onSite = (tally: EqualityTally): void => print(row(tally, started));
    print('archives  messages   queries  found some    refused   seconds');
    const { unsupported } = await checkEquality({ archives, queries, seed, engines, onSite });
    print('\nEvery answer was the oracle’s.');
    for (const [engine, count] of Object.entries(unsupported))
      print(`${engine} does not declare ${count} of the queries`);
  } finally {
    await server?.close();
  }
}

function row({ archives, messages, queries, telling, refused }: EqualityTally, started: number): string {
  const columns = [archives, messages, queries, telling, refused].map((n, i) =>
    String(n).padStart([8, 10, 10, 12, 10][i] ?? 0),
  );
  return `${columns.join('')}${((performance.now() - started) / 1000).toFixed(0).padStart(10)}`;
}
