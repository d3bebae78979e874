export type Language = 'en' | 'de' | 'fr' | 'es' | 'ru' | 'zh' | 'ja' | 'hi' | 'ar' | 'ko' | 'el' | 'th';

/** Who writes, and how that person's mail program behaves. Everybody here is invented. */
export interface Person {
  readonly name: string;
  readonly address: string;
  /** Winter and summer offsets from UTC in minutes. */
  readonly zone: readonly [number, number];
  readonly language: Language;
  /** Preferred charset; a text that does not fit goes out as UTF-8. */
  readonly charset: string;
  readonly encoding: '7bit' | '8bit' | 'quoted-printable' | 'base64';
  readonly flowed: boolean;
  readonly mailer: string;
  /** Prefix of a reply's subject. */
  readonly reply: string;
  readonly signature: readonly string[];
}

const UK = [0, 60] as const;
const MIDDLE_EUROPE = [60, 120] as const;
const EAST_EUROPE = [120, 180] as const;

function person(name: string, address: string, more: Partial<Omit<Person, 'name' | 'address'>>): Person {
  return {
    name,
    address,
    zone: UK,
    language: 'en',
    charset: 'utf-8',
    encoding: '8bit',
    flowed: false,
    mailer: '',
    reply: 'Re: ',
    signature: [],
    ...more,
  };
}

export const PEOPLE: ReadonlyMap<string, Person> = new Map(
  Object.entries({
    // The garden and its neighbours.
    maud: person('Maud Ellery', 'maud.ellery@example.org', {
      mailer: 'Pigeonhole 4.2',
      signature: ['Maud Ellery, Sedgebrook Community Garden', 'Plot enquiries: the blue door, Tuesdays'],
    }),
    pete: person('Pete Oakshott', 'pete@example.org', {
      mailer: 'Mutter/1.9.1',
      charset: 'iso-8859-1',
      encoding: 'quoted-printable',
      signature: ['P. Oakshott', '"A blunt blade makes a long day."'],
    }),
    joy: person('Joy Adeyemi', 'joy.adeyemi@example.net', {
      flowed: true,
      mailer: 'Featherpost 102.3',
      signature: ['Joy | bees, beans, bicycles'],
    }),
    rhys: person('Rhys Penhallow', 'rhys.penhallow@example.com', {
      mailer: 'PocketMail 7',
      encoding: 'quoted-printable',
    }),
    tobias: person('Tobias Krämer', 'tobias.kraemer@example.net', {
      zone: MIDDLE_EUROPE,
      language: 'de',
      charset: 'iso-8859-1',
      reply: 'AW: ',
      mailer: 'Brieftaube 3.0',
      signature: ['Tobias Krämer', 'Heuwiesenverein Unterbach'],
    }),
    wilma: person('Wilma van Dijk', 'wilma@example.net', {
      zone: MIDDLE_EUROPE,
      charset: 'windows-1252',
      encoding: 'quoted-printable',
      mailer: 'Featherpost 91.0',
    }),
    luc: person('Luc Baudry', 'luc.baudry@example.org', {
      zone: MIDDLE_EUROPE,
      language: 'fr',
      charset: 'iso-8859-15',
      encoding: 'quoted-printable',
      reply: 'RE : ',
      signature: ['Luc'],
    }),
    ines: person('Inés Carrasco', 'ines.carrasco@example.com', {
      zone: MIDDLE_EUROPE,
      language: 'es',
      encoding: 'quoted-printable',
      mailer: 'PocketMail 8',
    }),
    wei: person('林薇', 'lin.wei@example.com', {
      zone: [480, 480],
      language: 'zh',
      charset: 'gb18030',
      encoding: 'base64',
      mailer: 'Crane 11',
    }),
    meiling: person('陳美玲', 'meiling.chen@example.net', {
      zone: [480, 480],
      language: 'zh',
      charset: 'big5',
      reply: '回覆: ',
    }),
    haruka: person('森田 遥', 'h.morita@example.net', {
      zone: [540, 540],
      language: 'ja',
      charset: 'iso-2022-jp',
      encoding: '7bit',
      mailer: 'Tsubame 6.5',
      signature: ['森田 遥 (Haruka Morita)'],
    }),
    anjali: person('अंजलि वर्मा', 'anjali.verma@example.org', {
      zone: [330, 330],
      language: 'hi',
      encoding: 'base64',
    }),
    samir: person('سمير حداد', 'samir.haddad@example.net', {
      zone: EAST_EUROPE,
      language: 'ar',
      charset: 'windows-1256',
      encoding: 'base64',
    }),
    olga: person('Ольга Лебедева', 'olga.lebedeva@example.org', {
      zone: [180, 180],
      language: 'ru',
      charset: 'koi8-r',
      mailer: 'Mutter/2.0',
      signature: ['Ольга'],
    }),
    minjun: person('박민준', 'minjun.park@example.com', {
      zone: [540, 540],
      language: 'ko',
      charset: 'euc-kr',
      encoding: 'base64',
    }),
    eleni: person('Ελένη Παππά', 'eleni.pappa@example.org', {
      zone: EAST_EUROPE,
      language: 'el',
      charset: 'iso-8859-7',
      encoding: 'quoted-printable',
    }),
    niran: person('นิรันดร์ ทองดี', 'niran@example.com', {
      zone: [420, 420],
      language: 'th',
      encoding: 'base64',
    }),
    fitz: person('Fitz Bramwell', 'fitz@example.com', {
      mailer: 'Outpost Express 6',
      encoding: 'quoted-printable',
      signature: ['Sent from my wheelbarrow'],
    }),
    nora: person('Nora Quill', 'nora.quill@example.org', { flowed: true, signature: ['Nora (plot 9)'] }),
    // Those who write hayloft, the program.
    ada: person('Ada Winterbourne', 'ada@example.org', {
      mailer: 'Mutter/2.2.9',
      encoding: '7bit',
      signature: ['Ada'],
    }),
    kofi: person('Kofi Mensah', 'kofi.mensah@example.com', {
      zone: [0, 0],
      mailer: 'Featherpost 115.2',
      flowed: true,
    }),
    sigrid: person('Sigrid Halvorsen', 'sigrid@example.net', {
      zone: MIDDLE_EUROPE,
      mailer: 'Gnat/5.13',
      charset: 'iso-8859-1',
      signature: ['Sigrid Halvorsen', 'Rain is a unit test for roofs.'],
    }),
    basil: person('Basil Thorne', 'basil@example.com', { zone: [-300, -240], encoding: 'quoted-printable' }),
    lena: person('Lena Fischer', 'lena.fischer@example.net', {
      zone: MIDDLE_EUROPE,
      language: 'en',
      mailer: 'Featherpost 115.2',
    }),
    dmitri: person('Дмитрий Соколов', 'd.sokolov@example.org', {
      zone: [180, 180],
      language: 'ru',
      charset: 'koi8-r',
      mailer: 'Mutter/1.14',
    }),
    yuki: person('田中 由紀', 'yuki.tanaka@example.com', {
      zone: [540, 540],
      language: 'ja',
      charset: 'iso-2022-jp',
      encoding: '7bit',
    }),
    zhao: person('赵明', 'zhao.ming@example.net', {
      zone: [480, 480],
      language: 'zh',
      charset: 'gb18030',
      encoding: '8bit',
    }),
    raj: person('राज मल्होत्रा', 'raj.malhotra@example.com', {
      zone: [330, 330],
      language: 'hi',
      encoding: 'base64',
    }),
    builder: person('Hayloft Builder', 'builder@example.net', {
      zone: [0, 0],
      encoding: '7bit',
      mailer: 'barn-door 0.3',
    }),
  }),
);

export interface List {
  readonly address: string;
  readonly id: string;
  readonly footer: readonly string[];
  /** Replies go to the writer with the list in Cc, as developers' lists do. */
  readonly replyToWriter: boolean;
}

export const LISTS: ReadonlyMap<string, List> = new Map([
  [
    'garden',
    {
      address: 'garden@lists.example.org',
      id: 'Sedgebrook Community Garden <garden.lists.example.org>',
      footer: [
        '_______________________________________________',
        'garden mailing list -- garden@lists.example.org',
        'To unsubscribe send an email to garden-leave@lists.example.org',
      ],
      replyToWriter: false,
    },
  ],
  [
    'hayloft-dev',
    {
      address: 'hayloft-dev@lists.example.net',
      id: '<hayloft-dev.lists.example.net>',
      footer: [],
      replyToWriter: true,
    },
  ],
  [
    'committee',
    {
      address: 'committee@lists.example.org',
      id: '<committee.lists.example.org>',
      footer: [],
      replyToWriter: false,
    },
  ],
]);
