import type { Hit, SearchAnswer, SearchOptions, Site } from '@hayrick/core';
import { HayrickError } from '@hayrick/core/settings';
import type { Context } from '../context.ts';
import { STATUS } from '../failure.ts';
import { cleanLine } from '../output/clean.ts';
import { printAnswer } from '../output/hits.ts';
import { sayProblems } from '../output/query-problems.ts';
import { queryOf } from '../query-words.ts';

interface SearchFlags {
  readonly using?: string | undefined;
  readonly archive?: readonly string[] | undefined;
  readonly as?: string | undefined;
  readonly sort?: 'relevance' | 'newest' | 'oldest' | undefined;
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
  readonly after?: string | undefined;
  readonly facet?: readonly string[] | undefined;
  readonly threads?: true | undefined;
  readonly format: 'text' | 'json' | 'jsonl' | 'ids' | 'mbox';
  readonly highlight: 'on' | 'off';
  readonly strict?: true | undefined;
}

/** `search`. */
export async function search(
  context: Context,
  words: readonly string[],
  flags: SearchFlags,
): Promise<number> {
  const typed = queryOf(words, context.io);
  if (typed === '' && flags.archive === undefined) {
    throw new HayrickError(
      'ARGUMENT_INVALID',
      'Nothing to search for: give a query, or "*" for every message, or --archive.',
    );
  }
  const query = typed === '' ? '*' : typed;
  const { settings } = await context.settings();
  const site = await context.site();
  const options: SearchOptions = {
    using: flags.using,
    archives: flags.archive,
    as: flags.as,
    sort: flags.sort,
    limit: flags.limit,
    offset: flags.offset,
    after: flags.after,
    threads: flags.threads === true,
    facets: flags.facet,
    highlight: flags.highlight === 'on' && flags.format !== 'ids' && flags.format !== 'mbox',
    strict: flags.strict === true,
    signal: context.io.signal,
  };
  if (flags.facet !== undefined && flags.format !== 'text' && flags.format !== 'json') {
    throw new HayrickError(
      'ARGUMENT_INVALID',
      `--facet has no place in the format ${flags.format}: use --format json or text, with --limit 1 where the counts alone are wanted.`,
    );
  }
  if (flags.format === 'jsonl' || flags.format === 'ids' || flags.format === 'mbox') {
    const hits = streams(flags)
      ? streamed(context, site, query, options)
      : (await page(context, site, query, options)).hits;
    if (flags.format !== 'mbox') return printEach(context, hits, flags.format);
    return printMbox(context, site.mbox(hits, { as: flags.as, signal: context.io.signal }));
  }
  const answer = await site.search(query, options);
  if (flags.format === 'json') await context.printJson(jsonAnswer(answer));
  else {
    await sayProblems(context, answer.query, answer.problems);
    await printAnswer(context, answer, { offset: flags.offset ?? 0, timeZone: settings.search.timeZone });
  }
  return answer.hits.length > 0 || answer.total > 0 ? STATUS.done : STATUS.negative;
}

/** The whole shape of the answer, in which the suggestion is empty as long as none can be asked for. */
function jsonAnswer({
  hits,
  facets,
  next,
  problems,
  ...head
}: SearchAnswer): Readonly<Record<string, unknown>> {
  return { ...head, hits, facets, next, problems, suggestion: null };
}

/** Without a limit everything comes, in date order; with one, or from some place on, it is the page that `--format json` would have. */
function streams(flags: SearchFlags): boolean {
  const { limit, offset, after, sort } = flags;
  return limit === undefined && offset === undefined && after === undefined && sort !== 'relevance';
}

/** What the query has of problems is told before its hits. */
async function* streamed(
  context: Context,
  site: Site,
  query: string,
  options: SearchOptions,
): AsyncIterable<Hit> {
  let problems: SearchAnswer['problems'] | null = null;
  const hits = site.stream(query, { ...options, onProblems: (found) => (problems = found) });
  for await (const hit of hits) {
    if (problems !== null) await sayProblems(context, query, problems);
    problems = null;
    yield hit;
  }
  if (problems !== null) await sayProblems(context, query, problems);
}

async function page(
  context: Context,
  site: Site,
  query: string,
  options: SearchOptions,
): Promise<{ readonly hits: readonly Hit[] }> {
  const { maxResults } = (await context.settings()).settings.search;
  const limit = options.limit ?? Math.max(1, maxResults - (options.offset ?? 0));
  const answer = await site.search(query, { ...options, limit });
  await sayProblems(context, answer.query, answer.problems);
  return answer;
}

async function printMbox(context: Context, pieces: AsyncIterable<Uint8Array>): Promise<number> {
  let found = false;
  for await (const piece of pieces) {
    found = true;
    await context.io.stdout.write(piece);
  }
  return found ? STATUS.done : STATUS.negative;
}

async function printEach(
  context: Context,
  hits: AsyncIterable<Hit> | readonly Hit[],
  format: 'jsonl' | 'ids',
): Promise<number> {
  let found = false;
  let lines = '';
  for await (const hit of hits) {
    found = true;
    lines += `${format === 'ids' ? cleanLine(hit.messageId) : JSON.stringify(hit)}\n`;
    if (lines.length > 16_384) {
      await context.print(lines);
      lines = '';
    }
  }
  if (lines !== '') await context.print(lines);
  return found ? STATUS.done : STATUS.negative;
}
