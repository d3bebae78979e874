import type { OutputStream } from '../io.ts';

/** The version of every JSON answer. */
const FORMAT = 1;

/** One JSON answer, for programs and readable for people. */
export async function writeJson(to: OutputStream, value: Readonly<Record<string, unknown>>): Promise<void> {
  await to.write(`${JSON.stringify({ format: FORMAT, ...value }, null, 2)}\n`);
}
