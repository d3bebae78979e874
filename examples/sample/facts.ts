/**
 * Writes facts.json from the drafts in `threads/`, by plain comparison of words: `node examples/sample/facts.ts`.
 * Hayrick has no part in it. For each query the inflected forms that count are listed by hand.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { composeAll, type Mail } from './generator/compose.ts';
import { readAll } from './generator/read-all.ts';
import { type Truth, truthsOf } from './generator/truths.ts';
import { mailFiles } from './generator/write-mail.ts';

type Test = (truth: Truth) => boolean;

const BARE = ['subject', 'from', 'to', 'cc', 'own', 'quoted', 'attached', 'filename'];
const PUBLIC = ['garden', 'hayloft-dev'];

const written = readAll(join(import.meta.dirname, 'threads'));
const truths = written.flatMap(truthsOf);
// Only for how many messages lie in which file.
const mails: Mail[] = [];
for (const { draft, blocks } of written) mails.push(...composeAll(draft, blocks, mails));

const day = (text: string): number => Date.parse(`${text}T00:00:00Z`) / 1000;
const all =
  (...tests: Test[]): Test =>
  (t) =>
    tests.every((test) => test(t));
const any =
  (...tests: Test[]): Test =>
  (t) =>
    tests.some((test) => test(t));
const not =
  (test: Test): Test =>
  (t) =>
    !test(t);
const list =
  (name: string): Test =>
  (t) =>
    t.archives.includes(name);
const from =
  (address: string): Test =>
  (t) =>
    t.from === address;
const has =
  (flag: string): Test =>
  (t) =>
    t.flags.has(flag);
const dated =
  (start: string, end: string): Test =>
  (t) =>
    t.date >= day(start) && t.date < day(end);
/** One of the forms, in the named fields. */
const inFields = (fields: readonly string[], forms: string): Test => {
  const wanted = new Set(forms.split(' '));
  return (t) => fields.some((f) => (t.fields.get(f) ?? []).some((words) => words.some((w) => wanted.has(w))));
};
const word = (forms: string): Test => inFields(BARE, forms);
/** Each argument: the forms that may stand at that place. */
const phrase = (...places: string[]): Test => {
  const sets = places.map((p) => new Set(p.split(' ')));
  return (t) =>
    BARE.some((f) =>
      (t.fields.get(f) ?? []).some((words) =>
        words.some((_, i) => sets.every((set, j) => set.has(words[i + j] ?? ''))),
      ),
    );
};
/** Both, in any order, with at most `between` other words from one to the other. */
const near = (a: string, b: string, between: number): Test => {
  const [as, bs] = [new Set(a.split(' ')), new Set(b.split(' '))];
  return (t) =>
    BARE.some((f) =>
      (t.fields.get(f) ?? []).some((words) =>
        words.some(
          (w, i) => as.has(w) && words.some((v, j) => i !== j && bs.has(v) && Math.abs(i - j) - 1 <= between),
        ),
      ),
    );
};
const prefix =
  (start: string): Test =>
  (t) =>
    BARE.some((f) => (t.fields.get(f) ?? []).some((words) => words.some((w) => w.startsWith(start))));
/** For scripts written without gaps: the characters one after the other. */
const run =
  (text: string): Test =>
  (t) =>
    t.runs.some((r) => r.includes(text));

const firstScythe = idOf('garden/01-which-scythe#1');
const twice = idOf('garden/08-hay-fire#3');

const queries: readonly (readonly [query: string, what: string, test: Test])[] = [
  ['scythe', 'a word, with its plural and verb forms', word('scythe scythes scythed scything')],
  ['whetstone stone', 'two words, anywhere', all(word('whetstone whetstones'), word('stone stones stoned'))],
  ['"yellow rattle"', 'a phrase', phrase('yellow', 'rattle rattles rattled rattling')],
  [
    '"ring buffer"',
    "a phrase in the developers' list",
    phrase('ring rings ringing ringed', 'buffer buffers'),
  ],
  [
    '"blunt blade"',
    "a phrase that is in one mail's text and in many signatures, which bare words do not see",
    phrase('blunt', 'blade blades'),
  ],
  ['wheelbarrow', 'a word that only a signature holds: nothing', word('wheelbarrow wheelbarrows')],
  ['signature:wheelbarrow', 'the same word, asked of signatures', inFields(['signature'], 'wheelbarrow')],
  [
    'hygrometer OR thermometer',
    'either word',
    any(word('hygrometer hygrometers'), word('thermometer thermometers')),
  ],
  [
    'tedder NOT haycocks',
    'one without the other',
    all(word('tedder tedders'), not(word('haycock haycocks'))),
  ],
  [
    '(hornets OR larks) -tedder',
    'parentheses and minus',
    all(any(word('hornet hornets'), word('lark larks')), not(word('tedder tedders'))),
  ],
  ['"snath broke"~5', 'two words close to one another, in any order', near('snath snaths', 'broke', 5)],
  ['hygro*', 'a prefix', prefix('hygro')],
  ['windro*', 'a prefix', prefix('windro')],
  ['tortose~', 'a word misspelt', word('tortoise tortoises')],
  [
    'from:pete@example.org date:2023',
    'a sender and a year',
    all(from('pete@example.org'), dated('2023-01-01', '2024-01-01')),
  ],
  [
    'from:penhallow -list:committee',
    'a sender by name',
    all(inFields(['from'], 'penhallow'), not(list('committee'))),
  ],
  [
    'date:2024-06..2024-08 list:hayloft-dev',
    'a span of months in one list',
    all(dated('2024-06-01', '2024-09-01'), list('hayloft-dev')),
  ],
  ['before:2023-04', 'the oldest mail', (t) => t.date < day('2023-04-01')],
  [
    'date:2025-05-02 from:maud.ellery@example.org',
    'one day; the mail itself claims to be ten years younger',
    all(dated('2025-05-02', '2025-05-03'), from('maud.ellery@example.org')),
  ],
  [
    'has:patch from:sigrid@example.net',
    'patches of one developer',
    all(has('patch'), from('sigrid@example.net')),
  ],
  ['has:html list:hayloft-dev', 'HTML mail', all(has('html'), list('hayloft-dev'))],
  ['has:attachment list:committee', 'attachments', all(has('attachment'), list('committee'))],
  ['is:reply list:committee', 'answers', all(has('reply'), list('committee'))],
  ['filename:csv', 'attached tables', inFields(['filename'], 'csv')],
  ['kiloohm', 'a word inside an attached table', word('kiloohm')],
  [
    'subject:patch from:kofi.mensah@example.com',
    'a word of the subject',
    all(inFields(['subject'], 'patch patches'), from('kofi.mensah@example.com')),
  ],
  [
    'subject:announce from:ada@example.org',
    'announcements',
    all(inFields(['subject'], 'announce announces announced'), from('ada@example.org')),
  ],
  ['subject:/\\[PATCH \\d/', 'a regular expression on the subject', (t) => /\[patch \d/i.test(t.subject)],
  ['own:hedgehog', "the sender's own words", inFields(['own'], 'hedgehog hedgehogs')],
  ['quoted:hedgehog', 'quoted words', inFields(['quoted'], 'hedgehog hedgehogs')],
  [`thread:${firstScythe}`, 'a whole conversation', (t) => t.key.startsWith('garden/01-')],
  [`mid:${twice}`, 'two different mails under one Message-ID', (t) => t.id === twice],
  ['稻草', 'Chinese: rice straw', run('稻草')],
  ['露点', 'Chinese and Japanese: dew point', run('露点')],
  ['空心菜', 'Chinese, in mail written in Big5 and in GB18030: water spinach', run('空心菜')],
  ['干し草', 'Japanese: hay', run('干し草')],
  ['山羊', 'Japanese: goat', run('山羊')],
  ['चारा', 'Hindi: fodder', word('चारा')],
  ['भूसाघर', 'Hindi: hayloft', word('भूसाघर')],
  ['الديك', 'Arabic: the rooster', word('الديك')],
  ['ساعة', 'Arabic: hour', word('ساعة')],
  ['сено', 'Russian: hay', word('сено')],
  ['ρινανθος', 'Greek without its accents: yellow rattle', word('ρινανθοσ')],
  ['maulwurfshugel', 'German without its dots: molehills', word('maulwurfshugel')],
  ['gelee', 'French without its accent: jelly', word('gelee')],
  ['건초', 'Korean: hay', run('건초')],
  ['ฟางข้าว', 'Thai: rice straw', run('ฟางข้าว')],
  ['quillfeather', 'a word of the private list', word('quillfeather')],
  ['marrowgate', 'a word of the private list', word('marrowgate')],
  [
    'quince',
    'in both kinds of list: the invitation went to the members and to the committee',
    word('quince quinces'),
  ],
];

const facts = {
  format: 1,
  read: counts('places'),
  files: mailFiles(mails)
    .filter((f) => !f.name.startsWith('committee/'))
    .map((f) => ({ path: `mail/${f.name}`, messages: f.messages })),
  documents: { total: truths.length, ...counts('documents') },
  threads: new Set(written.map((w) => w.draft.key.replace(/#.*/, ''))).size,
  copies: written
    .filter((w) => w.draft.options.has('copy'))
    .map((w) => ({ archive: w.draft.listName, id: idOf(w.draft.key), places: 2 })),
  crossPosts: truths.filter((t) => t.archives.length > 1).map((t) => ({ id: t.id, archives: t.archives })),
  differentMailsUnderOneId: [
    { id: twice, documents: 2, archives: ['garden'], why: 'a telephone used its Message-ID twice' },
    {
      id: idOf('hayloft-dev/08-release-04#1'),
      documents: 2,
      archives: ['garden', 'hayloft-dev'],
      why: 'one mail to two lists, of which one added its footer',
    },
  ],
  special: {
    rawEightBitHeaders: idOf('garden/12-winter-rota#2'),
    noDate: [idOf('garden/12-winter-rota#4'), idOf('committee/10-insurance#5')],
    unreadableDate: [idOf('garden/12-winter-rota#5'), idOf('garden/12-winter-rota#6')],
    dateInTheFuture: idOf('garden/23-late-frost#4'),
    noMessageId: ['garden', 'hayloft-dev'].map((archive) => ({
      archive,
      subjects: truths.filter((t) => t.id === null && t.archives.includes(archive)).map((t) => t.subject),
    })),
    noSubject: idOf('garden/22-nosubject#1'),
    unclosedMultipart: idOf('garden/23-late-frost#3'),
    utf8LabelledAscii: idOf('hayloft-dev/19-release-1-0#1'),
    unknownCharset: idOf('hayloft-dev/18-old-machine#1'),
    windows1252LabelledLatin1: idOf('garden/26-petes-snath#4'),
    linesBeginningWithFrom: idOf('hayloft-dev/07-from-lines#1'),
    forwardedMessage: idOf('garden/25-hornets#1'),
    inlineImage: [idOf('garden/13-swarm#4'), idOf('garden/20-hay-potatoes#1'), idOf('hayloft-dev/16-logo#1')],
    onlyInReplyTo: idOf('hayloft-dev/15-clock-change#3'),
    oldStyleInReplyTo: idOf('hayloft-dev/15-clock-change#4'),
  },
  privateWords: ['quillfeather', 'marrowgate', 'brindlecombe', 'escrow', 'hathersage'],
  queries: queries.map(([query, what, test]) => {
    const found = truths.filter(test);
    return { query, what, ids: idsOf(query, found), public: idsOf(query, found.filter(isPublic)) };
  }),
};

for (const secret of facts.privateWords) {
  if (truths.some(all(isPublic, word(secret)))) throw new Error(`${secret} stands in a public list`);
}
const path = join(import.meta.dirname, 'facts.json');
const text = `${JSON.stringify(facts, null, 2)}\n`;
if (!process.argv.includes('--check')) writeFileSync(path, text);
else if (readFileSync(path, 'utf8') !== text) {
  process.stdout.write('facts.json is not what facts.ts would write\n');
  process.exitCode = 1;
}
for (const { query, ids, public: open } of facts.queries) {
  process.stdout.write(`${String(ids.length).padStart(4)} ${String(open.length).padStart(4)}  ${query}\n`);
}

function isPublic(truth: Truth): boolean {
  return truth.archives.some((name) => PUBLIC.includes(name));
}

/** Sorted; an id that two mails bear comes twice. A mail without one cannot be named, so no query may find it. */
function idsOf(query: string, found: readonly Truth[]): string[] {
  return found
    .map((t) => {
      if (t.id === null) throw new Error(`${query}: finds ${t.key}, which has no Message-ID`);
      return t.id;
    })
    .sort();
}

function idOf(key: string): string {
  const id = truths.find((t) => t.key === key)?.id;
  if (typeof id !== 'string') throw new Error(`${key}: no such mail, or it has no Message-ID`);
  return id;
}

/** By archive: distinct mails, or mails as they lie in the files. */
function counts(what: 'documents' | 'places'): Record<string, number> {
  const byArchive: Record<string, number> = { garden: 0, 'hayloft-dev': 0, committee: 0 };
  const copied = new Set(written.filter((w) => w.draft.options.has('copy')).map((w) => w.draft.key));
  for (const truth of truths) {
    for (const name of truth.archives) {
      byArchive[name] = (byArchive[name] ?? 0) + (what === 'places' && copied.has(truth.key) ? 2 : 1);
    }
  }
  if (what === 'documents') return byArchive;
  return { total: Object.values(byArchive).reduce((a, b) => a + b, 0), ...byArchive };
}
