import { QUERIES } from '../oracle/linux-ext4-queries.ts';

/** Asked of every list: each kind of query, in words that mail about programs has. */
const OF_ANY: readonly string[] = [
  // Words, their forms, and what some programs leave out.
  ...[
    'kernel',
    'Kernels',
    'the',
    'install',
    'installation',
    'I',
    '2020',
    'xyzzyplugh',
    'problem',
    'x86_64',
    'e-mail',
  ],
  // And, or, not, brackets.
  ...[
    'kernel problem',
    'kernel OR sound',
    'kernel | sound | usb',
    'kernel -problem',
    'NOT the',
    '(usb OR disk) (driver OR error) -patch',
  ],
  ...['-the -a', 'update AND version AND error', 'NOT (kernel OR patch) linux'],
  // Phrases, and what is one because it is written without a blank.
  ...[
    '"thank you"',
    '"does not work"',
    '"in the" "of the"',
    "don't",
    '/usr/bin',
    'gnu.org',
    'git.kernel.org',
    'version-3',
    '"a"',
    '"linux kernel" -"the linux kernel"',
  ],
  ...['https://www.kernel.org', '1.0', 'C++', '#include', 'foo_bar', 'sys/types.h', 'apt-get', '2.6'],
  // Words near one another.
  ...[
    '"linux kernel"~0',
    '"kernel linux"~3',
    '"version new"~5',
    '"the the"~2',
    '"thank help much"~10',
    'own:"problem fix"~8',
    '"error file disk"~40',
  ],
  // Words that begin so.
  ...[
    'inst*',
    'operat*',
    'happy*',
    'subject:re*',
    'linu*',
    '"linux ker*"',
    '"thank yo"*',
    'from:jo*',
    'configur* -configuration',
    'own:sy*',
    '"sys/typ"*',
  ],
  // Words that are nearly so.
  ...['kernal~', 'instal~1', 'problme~2', 'subject:pathc~', 'sofware~ -hardware'],
  // Fields.
  ...[
    'subject:update',
    's:error s:fix',
    'subject:(linux OR driver)',
    'from:john',
    'to:linux',
    'cc:dev',
    'recip:list',
    'own:sound',
    'quoted:sound',
    'quoted:error -own:error',
  ],
  ...[
    'attached:the',
    'signature:linux',
    'filename:patch',
    'body:crash',
    'bs:crash',
    'tcf:smith',
    'm:gmail',
    'bcc:a',
  ],
  // Addresses and domains.
  ...[
    'from:@gmail.com',
    'from:gmail.com',
    'from:@org',
    'to:@redhat.com',
    'cc:@kernel.org',
    'tc:@lists.openwrt.org',
    'from:david',
    '-from:@com',
  ],
  // Exact values.
  ...[
    'has:attachment',
    'is:reply -has:patch',
    'has:html',
    'has:patch',
    'mime:text/html',
    'mime:application/*',
    'mime:multipart/*',
    'refs:*',
    'mid:2020*',
    'id:CA*',
  ],
  // Dates and sizes.
  ...[
    'date:2020',
    'date:2020-02',
    'date:2019-12-30..2020-01-02',
    'date:..2019',
    'date:2020-03.. linux',
    'received:2020-01',
    'before:2019',
    '-date:2020',
    'date:@1577836800..@1577923199',
  ],
  ...['size:10k..20k', 'larger:100k', 'smaller:2k', 'size:..1500', 'larger:1M'],
  // Other scripts.
  ...['é*', 'für', 'Ж*', '内', 'привет', 'naïve', 'メール', 'ü*'],
  // All together.
  ...[
    '*',
    'from:@gmail.com date:2020 is:reply -has:html "i have"',
    '(subject:patch OR has:patch) -from:@gmail.com larger:5k kern*',
    'linux (sound | usb) size:..10k -quoted:sound',
  ],
];

/** By list. */
export const LIST_QUERIES: Readonly<Record<string, readonly string[]>> = {
  'linux-ext4': [
    ...new Set([
      ...QUERIES.map(([text]) => text),
      ...OF_ANY,
      '"jbd2 journal commit"~20',
      'jurnal~',
      'fallocat~2',
    ]),
  ],
  'blinux-list': [
    ...OF_ANY,
    'orca',
    '"screen reader"',
    'speakup OR espeak',
    'brail*',
    'brltty~',
    '"speech orca"~6',
    'list:blinux-list',
    'subject:fedora',
    'debian -ubuntu',
  ],
  'openwrt-devel': [
    ...OF_ANY,
    'ath79',
    '"device tree"',
    'mt7621 OR ipq40xx',
    'target/linux/ramips',
    'openwt~',
    '"add support"~3',
    'subject:"ramips: add"',
    'l:openwrt dts',
  ],
};

/** Asked of all lists together. */
export const ACROSS: readonly string[] = [
  'linux',
  '"linux kernel"',
  'list:linux-* journal',
  'list:*-* braille',
  '-list:linux-ext4',
  'l:devel OR braille',
  'date:2020-01 kern*',
  'from:@gmail.com -list:blinux-list "git am"~4',
  'the -linux larger:20k',
];
