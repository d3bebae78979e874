import { HayrickError, type Refusal } from '@hayrick/core/backend';
import { type BulkBody, type BulkLine, selectLines } from './encode.ts';
import { at, type Engine } from './engine.ts';
import {
  classify,
  parseServerError,
  type ServerError,
  serverError,
  toHayrickError,
  translate,
} from './failures.ts';
import { Patience, type PatienceOptions } from './patience.ts';

/** What became of the changes of a batch, counted up body by body. */
export interface Tally {
  added: number;
  updated: number;
  removed: number;
  readonly refused: Refusal[];
}

/** A body takes longer than a question. */
const PATIENCE = 6;

/**
 * Sends a body until the server has acknowledged every line or refused it for good. Lines that an overloaded server sends back go again
 * by themselves, for as long as it takes some of them.
 *
 * @throws HayrickError ENGINE_UNREACHABLE, DISK_FULL, ENGINE_DENIED…: what was taken before stays, and all of it may be sent again
 */
export async function deliver(
  engine: Engine,
  index: string,
  body: BulkBody,
  tally: Tally,
  options: PatienceOptions,
): Promise<void> {
  const doing = `write to the index ${index}`;
  const patience = new Patience(`Elasticsearch at ${engine.where} could not ${doing}`, options);
  let pending = body;
  for (;;) {
    const answer = await post(pending);
    if (answer.kind === 'too-large') return halve();
    const again = answer.kind === 'items' ? settle(pending.lines, answer.items, doing, tally) : pending.lines;
    if (again.length === 0) return;
    if (again.length < pending.lines.length) patience.renew();
    await patience.wait();
    if (again.length < pending.lines.length) pending = selectLines(pending, again);
  }

  async function post(sent: BulkBody): Promise<Answer> {
    try {
      const items = await engine.send({
        method: 'POST',
        path: at(index, '_bulk'),
        query: { filter_path: 'items.*.status,items.*.result,items.*.error' },
        lines: sent.bytes,
        doing,
        signal: options.signal,
        patience: PATIENCE,
      });
      return { kind: 'items', items: parseItems(items) };
    } catch (error) {
      options.signal?.throwIfAborted();
      const failure = serverError(error);
      if (failure === null) throw translate(error, doing, engine.where);
      const kind = classify(failure);
      if (kind === 'overload' || kind === 'too-large') return { kind };
      throw toHayrickError(failure, doing, error);
    }
  }

  async function halve(): Promise<void> {
    const { lines } = pending;
    const [first] = lines;
    if (first !== undefined && lines.length === 1) return void tally.refused.push(tooLong(first));
    const middle = Math.ceil(lines.length / 2);
    await deliver(engine, index, selectLines(pending, lines.slice(0, middle)), tally, options);
    await deliver(engine, index, selectLines(pending, lines.slice(middle)), tally, options);
  }
}

type Answer =
  | { readonly kind: 'items'; readonly items: readonly Item[] }
  | { readonly kind: 'overload' }
  | { readonly kind: 'too-large' };

/** What the server says of one line. */
interface Item {
  readonly status: number;
  readonly result: string;
  readonly error: ServerError | null;
}

/** A message that is too long for the server by itself. @param bytes that it takes at most, where that is known */
export function tooLong({ seq, id, start, end }: BulkLine, bytes?: number): Refusal {
  const most = bytes === undefined ? '' : `, which is ${bytes} (http.max_content_length)`;
  return { seq, id, reason: `Its ${end - start} bytes are more than Elasticsearch takes at a time${most}.` };
}

/** Counts what is settled. Answers the lines that an overload sent back. @throws HayrickError what befell the others */
function settle(
  lines: readonly BulkLine[],
  items: readonly Item[],
  doing: string,
  tally: Tally,
): readonly BulkLine[] {
  if (items.length !== lines.length) {
    throw new HayrickError(
      'ENGINE_FAILED',
      `Elasticsearch could not ${doing}: ${lines.length} changes were sent, ${items.length} answered.`,
    );
  }
  const again: BulkLine[] = [];
  let failure: ServerError | null = null;
  for (const [i, line] of lines.entries()) {
    const item = items[i];
    if (item === undefined) continue;
    const { error } = item;
    if (error === null) {
      count(item, line, tally);
      continue;
    }
    switch (classify(error)) {
      case 'overload':
        again.push(line);
        break;
      case 'superseded':
        count({ ...item, result: 'updated' }, line, tally);
        break;
      case 'refused':
        tally.refused.push(refusal(line, error));
        break;
      default:
        failure ??= error;
    }
  }
  if (failure !== null) throw toHayrickError(failure, doing);
  return again;
}

function count({ result }: Item, { kind }: BulkLine, tally: Tally): void {
  if (result === 'created') tally.added++;
  else if (result === 'deleted') tally.removed++;
  else if (kind === 'put') tally.updated++;
}

function refusal({ seq, id }: BulkLine, { type, reason }: ServerError): Refusal {
  return {
    seq,
    id,
    reason: `Elasticsearch refused it: ${[type, reason].filter((s) => s !== '').join(': ')}`,
  };
}

/** Where data enters: `{ items: [{ index: { status, result, error } }] }`, an item a line. */
function parseItems(answer: unknown): readonly Item[] {
  const { items = [] } = answer as { readonly items?: readonly Readonly<Record<string, unknown>>[] };
  return items.map((item) => {
    const [told] = Object.values(item) as readonly { status: number; result?: string; error?: unknown }[];
    const { status = 0, result = '', error } = told ?? {};
    const failed = error !== undefined && error !== null;
    return { status, result, error: failed ? parseServerError(status, error) : null };
  });
}
