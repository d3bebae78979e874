/** A question asked of both. */
export interface SharedQuery {
  readonly ours: string;
  /** In notmuch's language. */
  readonly theirs: string;
}

/** One that is answered differently, on purpose. */
export interface DifferentQuery extends SharedQuery {
  /** Why, in a sentence of docs/query-language.md. */
  readonly rule: keyof typeof RULES;
  /** Where messages stand that the other does not find. */
  readonly more: 'ours' | 'theirs' | 'both';
}

export const RULES = {
  forms: 'a phrase finds other forms of its words (“screen readers”), notmuch the words as typed alone',
  signature: 'a word does not look into signatures and list footers; `signature:` does into the former',
  underscore: '`_` and `&` divide words (`alsa_output`); in notmuch they are letters',
  apostrophe: '`Orca’s` is the words `Orca` and `s`',
  attached: 'attachments that are text are looked into',
  and: 'terms on one field are both wanted; notmuch takes either',
  stems: '`wor*` begins stems: `accessib*` finds `access`, which `accessible` is a form of',
  to: '`to:` is the header To alone',
  regex: 'regular expressions look at upper and lower case alike',
  brackets: 'a name may stand before brackets',
} as const;

/** The same text in both languages. */
const SAME = [
  ...['*', 'espeakup', 'espeak', 'ratpoison', 'tdsr', 'fenrir', 'brltty', 'slackware', 'debian', 'emacspeak'],
  ...['firefox', 'chromium', 'alpine', 'voxin', 'raspberry', 'terminal', 'gentoo', 'elinks', 'edbrowse'],
  ...['nvda', 'jaws', 'voiceover', 'libreoffice', 'vinux', 'lxde', 'dectalk', 'adriane', 'calibre'],
  ...['braille display', 'braille AND display', 'windows jaws', 'jaws nvda -orca', 'kernel speakup'],
  ...['(ubuntu OR debian) speakup -orca', 'ubuntu debian fedora', 'debian NOT fedora', 'ocr tesseract'],
  ...[
    'slackware OR gentoo',
    '(slackware OR gentoo) speakup',
    'NOT debian',
    'bluetooth headset',
    'wayland orca',
  ],
  ...[
    'subject:speakup',
    'subject:slint',
    'subject:re',
    'subject:ubuntu',
    'subject:voxin',
    'subject:install*',
  ],
  ...['subject:brltty OR subject:fenrir', 'NOT subject:re', 'subject:fenrir debian', 'subject:"speakup"'],
  ...['from:kyle', 'from:tim', 'from:"Jude DaShiell"', 'from:jdashiel@panix.com', 'from:panix.com'],
  ...[
    'from:@panix.com',
    'from:karen OR from:jude',
    'from:didier slint',
    'from:ti*',
    'from:kar*',
    'from:gmail.com',
  ],
  ...[
    'date:2020-05-19',
    'date:..2019-12-31',
    'date:2021-01-01..',
    'date:2020-03-01..2020-03-31 subject:orca',
  ],
  ...['date:@1577836800..@1580515199', 'body:slackware', 'body:tesseract', 'brl*', 'espeak*', 'subject:brl*'],
  ...[
    '"fedora 34"',
    '"raspberry pi 4"',
    'thread:{from:kyle}',
    'thread:{slackware}',
    'thread:{subject:voxin} debian',
  ],
];

export const SHARED: readonly SharedQuery[] = [
  ...SAME.map((query) => ({ ours: query, theirs: query })),
  { ours: 'date:2020', theirs: 'date:2020-01-01..2020-12-31' },
  { ours: 'date:2024-03', theirs: 'date:2024-03-01..2024-03-31' },
  { ours: 'before:2020', theirs: 'date:..2019-12-31' },
  { ours: 'after:2021', theirs: 'date:2021-01-01..' },
  { ours: 'from:karen date:2024', theirs: 'from:karen date:2024-01-01..2024-12-31' },
  { ours: 'recipients:blinux-list@redhat.com', theirs: 'to:blinux-list@redhat.com' },
  { ours: 'mime:text/html', theirs: 'mimetype:text/html' },
  { ours: '-mime:text/html', theirs: 'NOT mimetype:text/html' },
  { ours: 'mime:multipart/alternative', theirs: 'mimetype:multipart/alternative' },
  { ours: 'mime:multipart/mixed', theirs: 'mimetype:multipart/mixed' },
  {
    ours: 'mid:20190524193405.6cfbbaaf@bigbox.christie.dr',
    theirs: 'id:20190524193405.6cfbbaaf@bigbox.christie.dr',
  },
  { ours: 'filename:session', theirs: 'attachment:session' },
  { ours: 'thread:{subject:orca from:jude}', theirs: 'thread:"{subject:orca from:jude}"' },
  { ours: 'thunderbird OR signature:thunderbird', theirs: 'thunderbird' },
  { ours: 'gmail OR signature:gmail', theirs: 'gmail' },
  { ours: 'fedora OR signature:fedora', theirs: 'fedora' },
  { ours: 'subject:/orca/', theirs: 'subject:/[oO][rR][cC][aA]/' },
  { ours: 'subject:/^re: .*speakup/', theirs: 'subject:"/^[rR][eE]: .*[sS][pP][eE][aA][kK][uU][pP]/"' },
  { ours: 'from:/^tim/', theirs: 'from:/^[tT][iI][mM]/' },
  { ours: 'from:/@panix\\.com/', theirs: 'from:/@panix[.]com/' },
];

export const DIFFERENT: readonly DifferentQuery[] = [
  { ours: '"screen reader"', theirs: '"screen reader"', rule: 'forms', more: 'ours' },
  { ours: '"blind users"', theirs: '"blind users"', rule: 'forms', more: 'ours' },
  { ours: 'subject:"screen reader"', theirs: 'subject:"screen reader"', rule: 'forms', more: 'ours' },
  { ours: 'thunderbird', theirs: 'thunderbird', rule: 'signature', more: 'theirs' },
  { ours: 'mailman', theirs: 'mailman', rule: 'signature', more: 'theirs' },
  { ours: 'pipewire', theirs: 'pipewire', rule: 'underscore', more: 'ours' },
  { ours: 'pulse*', theirs: 'pulse*', rule: 'underscore', more: 'ours' },
  { ours: 'subject:orca', theirs: 'subject:orca', rule: 'apostrophe', more: 'ours' },
  {
    ours: 'subject:screen subject:reader',
    theirs: 'subject:screen subject:reader',
    rule: 'and',
    more: 'theirs',
  },
  { ours: 'subject:accessib*', theirs: 'subject:accessib*', rule: 'stems', more: 'ours' },
  { ours: 'to:blinux-list@redhat.com', theirs: 'to:blinux-list@redhat.com', rule: 'to', more: 'theirs' },
  { ours: 'subject:/orca/', theirs: 'subject:/orca/', rule: 'regex', more: 'ours' },
  {
    ours: 'subject:(brltty OR fenrir)',
    theirs: 'subject:(brltty OR fenrir)',
    rule: 'brackets',
    more: 'ours',
  },
  { ours: 'frantzis', theirs: 'frantzis', rule: 'attached', more: 'ours' },
];
