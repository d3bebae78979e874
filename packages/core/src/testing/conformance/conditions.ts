import { and, finds, fuzzy, items, near, not, or, prefix, token } from './asking.ts';
import { ALL, document, type Facts, phrase, word } from './rig.ts';

const WORDS = [
  document('a1', { text: { subject: 'journal', own: 'inod tree', signature: 'ann' } }),
  document('a2', { text: { own: 'journal inod' } }),
  document('a3', { text: { quoted: 'journal', topic: 'tree' } }),
  document('a4'),
];

export const CONDITIONS: Facts = {
  'everything and nothing': finds(WORDS, [
    [ALL, ['a1', 'a2', 'a3', 'a4']],
    [{ kind: 'none' }, []],
    [not(ALL), []],
    [not({ kind: 'none' }), ['a1', 'a2', 'a3', 'a4']],
  ]),

  'a word is found in the fields asked for and in no other': finds(WORDS, [
    [word('journal', 'own'), ['a2']],
    [word('journal', 'subject'), ['a1']],
    [word('journal', 'subject', 'own', 'quoted'), ['a1', 'a2', 'a3']],
    [word('ann', 'subject', 'own', 'quoted'), []],
    [word('ann', 'signature'), ['a1']],
    [word('journ', 'subject', 'own', 'quoted'), []],
  ]),

  'a declared text field is looked into': finds(WORDS, [
    [word('tree', 'topic'), ['a3']],
    [word('tree', 'topic', 'own'), ['a1', 'a3']],
  ]),

  'and, or and not in any nesting': finds(WORDS, [
    [and(word('journal'), word('inod')), ['a2']],
    [and(word('journal', 'subject', 'own'), word('inod', 'subject', 'own')), ['a1', 'a2']],
    [or(word('journal', 'quoted'), word('journal', 'subject')), ['a1', 'a3']],
    [not(word('journal', 'own', 'subject')), ['a3', 'a4']],
    [and(word('inod'), not(word('journal'))), ['a1']],
    [and(not(word('inod')), not(word('journal', 'quoted'))), ['a4']],
    [or(not(word('inod')), word('tree')), ['a1', 'a3', 'a4']],
    [not(and(word('inod'), not(word('tree')))), ['a1', 'a3', 'a4']],
    [and(or(word('tree'), word('journal')), or(word('journal', 'subject'), word('tree', 'topic'))), ['a1']],
    [not(not(word('inod'))), ['a1', 'a2']],
    [and(), ['a1', 'a2', 'a3', 'a4']],
    [or(), []],
    [and(word('inod')), ['a1', 'a2']],
  ]),

  'words that engines might take for their own syntax are words': finds(
    [
      document('a1', { text: { own: 'and or not near' } }),
      document('a2', { text: { own: 'null true 7' } }),
      document('a3', { text: { own: 'journal' } }),
    ],
    [
      [word('and'), ['a1']],
      [word('or'), ['a1']],
      [word('not'), ['a1']],
      [word('near'), ['a1']],
      [phrase('or not'), ['a1']],
      [word('null'), ['a2']],
      [word('7'), ['a2']],
      [not(word('and')), ['a2', 'a3']],
    ],
  ),

  'tokens of every script are compared as they are': finds(
    [
      document('a1', { text: { own: 'привет λογοσ مرحبا' } }),
      document('a2', { text: { own: 'हिन्दी 内核 核' } }),
      document('a3', { text: { own: `커널 𐐨𐐲 \ue000 ${'x'.repeat(64)}` } }),
      document('a4', { text: { own: 'хинди 内存 存 é e' } }),
    ],
    [
      [word('привет'), ['a1']],
      [word('λογοσ'), ['a1']],
      [word('مرحبا'), ['a1']],
      [word('हिन्दी'), ['a2']],
      [phrase('内核 核'), ['a2']],
      [word('内'), []],
      [word('커널'), ['a3']],
      [word('𐐨𐐲'), ['a3']],
      [word('\ue000'), ['a3']],
      [word('x'.repeat(64)), ['a3']],
      [word('x'.repeat(63)), []],
      [word('é'), ['a4']],
    ],
  ),

  'a phrase is found in its order, within one value, in one field': {
    needs: 'phrases',
    holds: finds(
      [
        document('a1', { text: { own: 'the journal inod' } }),
        document('a2', { text: { own: 'inod journal' } }),
        document('a3', { text: { own: 'the journal / inod tree' } }),
        document('a4', { text: { own: 'the journal', subject: 'inod' } }),
        document('a5', { text: { own: 'journal the inod' } }),
        document('a6', { text: { own: 'journal journal inod' } }),
      ],
      [
        [phrase('journal inod', 'own', 'subject'), ['a1', 'a6']],
        [phrase('inod journal'), ['a2']],
        [phrase('journal journal'), ['a6']],
        [phrase('journal journal journal'), []],
        [phrase('the journal inod'), ['a1']],
        [phrase('inod tree'), ['a3']],
      ],
    ),
  },

  'a prefix finds every token that begins with it, and its stems': {
    needs: 'prefixes',
    holds: finds(
      [
        document('a1', { text: { own: 'journal' } }),
        document('a2', { text: { own: 'journey' } }),
        document('a3', { text: { own: 'adjourn' } }),
        document('a4', { text: { own: 'oper' } }),
        document('a5', { text: { own: 'operat / 内核 核' } }),
      ],
      [
        [items(['own'], prefix('jour')), ['a1', 'a2']],
        [items(['own'], prefix('journal')), ['a1']],
        [items(['own'], prefix('journals')), []],
        [items(['own'], prefix('operat')), ['a5']],
        [items(['own'], prefix('operat', 'oper')), ['a4', 'a5']],
        [items(['own'], prefix('nothing', 'oper', 'journal')), ['a1', 'a4']],
        [items(['own'], prefix('内')), ['a5']],
        [items(['subject'], prefix('jour')), []],
      ],
    ),
  },

  'a prefix stands at the end of a phrase': {
    needs: 'prefixes',
    holds: finds(
      [
        document('a1', { text: { own: 'the journal' } }),
        document('a2', { text: { own: 'the / journal' } }),
        document('a3', { text: { own: 'a journal the' } }),
        document('a4', { text: { own: 'the jour of' } }),
        document('a5', { text: { own: 'the oper' } }),
      ],
      [
        [items(['own'], token('the'), prefix('jour')), ['a1', 'a4']],
        [items(['own'], token('the'), prefix('operat', 'oper')), ['a5']],
        [items(['own'], token('the'), prefix('jour', 'oper')), ['a1', 'a4', 'a5']],
      ],
    ),
  },

  'a prefix takes as many stems as core expands': {
    needs: 'prefixes',
    holds: finds(
      [document('a1', { text: { own: 'stem1023' } }), document('a2', { text: { own: 'other' } })],
      [[items(['own'], prefix('zz', ...Array.from({ length: 1024 }, (_, i) => `stem${i}`))), ['a1']]],
    ),
  },

  'words near each other, in any order, within one value': {
    needs: 'proximity',
    holds: finds(
      [
        document('a1', { text: { own: 'journal x inod' } }),
        document('a2', { text: { own: 'inod journal' } }),
        document('a3', { text: { own: 'journal x y inod' } }),
        document('a4', { text: { own: 'journal / inod' } }),
        document('a5', { text: { own: 'journal inod', subject: 'tree' } }),
        document('a6', { text: { own: 'tree journal x inod' } }),
        document('a7', { text: { own: 'inod x x x journal x tree x inod' } }),
      ],
      [
        [near('journal inod', 0), ['a2', 'a5']],
        [near('journal inod', 1), ['a1', 'a2', 'a5', 'a6']],
        [near('journal inod', 2), ['a1', 'a2', 'a3', 'a5', 'a6']],
        // The words in the middle are not counted as standing between.
        [near('inod journal tree', 1), ['a6']],
        [near('inod journal tree', 0), []],
        [near('inod journal tree', 2), ['a6', 'a7']],
        [near('journal tree', 100), ['a6', 'a7']],
      ],
    ),
  },

  'a word asked for twice near must be there twice': {
    needs: 'proximity',
    holds: finds(
      [
        document('a1', { text: { own: 'journal x journal' } }),
        document('a2', { text: { own: 'journal x inod' } }),
        document('a3', { text: { own: 'journal x x journal inod' } }),
      ],
      [
        [near('journal journal', 1), ['a1']],
        [near('journal journal', 2), ['a1', 'a3']],
        [near('journal inod journal', 2), ['a3']],
        [near('journal inod journal', 1), []],
      ],
    ),
  },

  'fuzzy finds stems within one or two edits that begin alike': {
    needs: 'fuzzy',
    holds: finds(
      [
        document('a1', { text: { own: 'journal' } }),
        document('a2', { text: { own: 'jurnal' } }),
        document('a3', { text: { own: 'jurnl' } }),
        document('a4', { text: { own: 'tournal' } }),
        document('a5', { text: { own: 'привет' } }),
        document('a6', { text: { own: 'прибет' } }),
        document('a7', { text: { own: 'ojurnal' } }),
      ],
      [
        [fuzzy('journal', 1), ['a1', 'a2']],
        [fuzzy('journal', 2), ['a1', 'a2', 'a3']],
        [fuzzy('jourmal', 1), ['a1']],
        [fuzzy('ojournal', 1), ['a7']],
        // Edits are counted in characters, not in bytes.
        [fuzzy('привет', 1), ['a5', 'a6']],
        [fuzzy('journal', 1), ['a1', 'a2']],
      ],
    ),
  },
};
