// The thread in which regular expressions are tried: their time rises with the length of a value only, but a large one may take seconds for one.
import { parentPort } from 'node:worker_threads';
import { readRegex } from '../query/index.ts';
import type { RegexReply, RegexRequest } from './regex-protocol.ts';

type Matches = (value: string) => boolean;

/** What was asked for last: a query goes through its messages in many requests. */
let last: { readonly pattern: string; readonly matches: Matches } | null = null;

parentPort?.on('message', ({ pattern, values }: RegexRequest) => {
  parentPort?.postMessage(answer(pattern, values));
});

function answer(pattern: string, values: RegexRequest['values']): RegexReply {
  try {
    if (last?.pattern !== pattern) last = { pattern, matches: read(pattern) };
    const { matches } = last;
    const places = values.flatMap((ofMessage, place) => (ofMessage.some(matches) ? [place] : []));
    return { kind: 'matches', places };
  } catch (error) {
    return { kind: 'failed', message: error instanceof Error ? error.message : String(error) };
  }
}

function read(pattern: string): Matches {
  const regex = readRegex(pattern);
  if (regex.kind === 'problem') throw new TypeError(regex.reason);
  return regex.matches;
}
