import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { corpus } from '../corpora.ts';
import { openTemporarySite, type TemporarySite } from '../temporary-site.ts';
import { askUs, type Compared, compareWithNotmuch, type Found, type OurAnswers, told } from './compare.ts';
import { notmuchVersion, openNotmuch } from './notmuch.ts';
import { DIFFERENT, RULES, SHARED } from './queries.ts';

/** What notmuch answered, for machines that do not have it; `bench notmuch` asks it about the whole list. */
interface Recorded {
  readonly version: string;
  readonly answers: Readonly<Record<string, Found>>;
}

const ANSWERS = new URL('./answers.json', import.meta.url);
const YEARS = ['2019', '2020', '2024', '2025'];

const folder = corpus('lists/blinux-list', 'the answers of notmuch beside ours');
const version = await notmuchVersion();
const recorded = JSON.parse(await readFile(ANSWERS, 'utf8')) as Recorded;
if (version === null)
  process.stderr.write(
    `SKIPPED: notmuch is not installed; what ${recorded.version} answered stands for it.\n`,
  );

describe.skipIf(folder === null)(`beside ${version ?? `what ${recorded.version} answered`}`, () => {
  const files = YEARS.map((year) => join(folder ?? '', `${year}.mbox.gz`));
  let place: TemporarySite;
  let mine: OurAnswers;
  let compared: readonly Compared[] = [];
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'hayrick-notmuch-'));
    const archives = { 'blinux-list': { paths: files } };
    place = await openTemporarySite({ archives, connections: { default: { engine: 'sqlite' } } }, directory);
    await place.site.update();
    mine = await askUs(place.site);
    if (version !== null) compared = await compareWithNotmuch(mine, await openNotmuch(files, directory));
  }, 300_000);
  afterAll(async () => {
    await place.remove();
    await rm(directory, { recursive: true, force: true });
  });

  const found = (ours: string): Found => told(mine.get(ours) ?? new Set());
  const wanted = (ours: string, theirs: string): Found | undefined =>
    compared.find((one) => one.ours === ours && one.theirs === theirs)?.wanted ?? recorded.answers[theirs];

  it.each(SHARED)('$ours', ({ ours, theirs }) => {
    expect(found(ours)).toEqual(wanted(ours, theirs));
  });

  it.each(DIFFERENT)('$ours: $rule', ({ ours, theirs, more }) => {
    expect(found(ours)).not.toEqual(wanted(ours, theirs));
    const live = compared.find((one) => one.ours === ours && one.theirs === theirs);
    if (live === undefined) return;
    const only = live.onlyOurs > 0 ? (live.onlyTheirs > 0 ? 'both' : 'ours') : 'theirs';
    expect(only).toBe(more);
  });

  it('is asked enough that tells something', () => {
    const counts = SHARED.map(({ ours, theirs }) => wanted(ours, theirs)?.count ?? 0);
    const all = Math.max(...counts);
    expect(counts.filter((count) => count > 0 && count < all).length).toBeGreaterThanOrEqual(60);
  });

  it('every rule stands in docs/query-language.md, with a query of it', async () => {
    const page = await readFile(new URL('../../docs/query-language.md', import.meta.url), 'utf8');
    for (const [rule, text] of Object.entries(RULES)) {
      const queries = DIFFERENT.filter((one) => one.rule === rule).map(({ ours }) => ours);
      expect(queries.filter((query) => page.includes(`| ${text} | \`${query}\` |`))).toHaveLength(1);
    }
  });

  it('what is recorded is what it answers (written anew by vitest -u)', async () => {
    const asked = new Set([...SHARED, ...DIFFERENT].map(({ theirs }) => theirs));
    if (version === null) {
      expect(new Set(Object.keys(recorded.answers))).toEqual(asked);
      return;
    }
    const answers = Object.fromEntries(compared.map((one) => [one.theirs, one.wanted]));
    // Another version may answer otherwise.
    if (version !== recorded.version) return;
    await expect(`${JSON.stringify({ version, answers }, null, 2)}\n`).toMatchFileSnapshot('./answers.json');
  });
});
