import {
  defineSettings,
  type Filter,
  type MessageHit,
  type OwnFieldsOf,
  type QuerySet,
  type Site,
} from '@hayrick/core';
import { expectTypeOf, it } from 'vitest';
import type { LedgerFields } from './ledger-site.ts';

declare const site: Site<LedgerFields>;
declare const plain: Site;

/** Checked by the compiler alone: nothing of it runs. */
function typed(messages: QuerySet<LedgerFields>): void {
  // @ts-expect-error who asks is never left out
  site.messages();
  // @ts-expect-error
  site.messages({});
  messages.filter({ price: { gte: 3 }, due: { lt: new Date() }, changeId: 'x', topic: { startsWith: 'x' } });
  // @ts-expect-error a number is no text
  messages.filter({ price: 'x' });
  // @ts-expect-error texts have no order
  messages.filter({ subject: { gt: 'a' } });
  // @ts-expect-error the catalog keeps no such text as it was written
  messages.filter({ own: { contains: 'x' } });
  // @ts-expect-error every message has a date
  messages.filter({ date: { isNull: true } });
  // @ts-expect-error no such field
  messages.filter({ nix: 'x' });
  // @ts-expect-error no such mark
  messages.filter({ has: 'attachments' });
  // @ts-expect-error also within others
  messages.filter({ $or: [{ nix: 'x' }] });
  messages.orderBy('-price', 'due', '-date');
  // @ts-expect-error words give no order
  messages.orderBy('topic');
  // @ts-expect-error relevance stands alone
  messages.orderBy('relevance', 'date');
  messages.weigh({ topic: 2, subject: 3 });
  // @ts-expect-error keywords count nothing
  messages.weigh({ changeId: 2 });
  // @ts-expect-error of keywords there are no statistics
  messages.stats('changeId');
  // @ts-expect-error it is not stored
  messages.values('topic');
  // @ts-expect-error a site that declares nothing has no own fields
  plain.messages({ as: 'all' }).filter({ price: 3 });
  plain.messages<{ price: { kind: 'number' } }>({ as: 'all' }).filter({ price: 3 });
}

it('rows are what was asked for', () => {
  type Rows = Awaited<ReturnType<QuerySet<LedgerFields>['toArray']>>;
  expectTypeOf<Rows[number]>().toEqualTypeOf<MessageHit<LedgerFields>>();
  expectTypeOf<MessageHit<LedgerFields>['values']>().toEqualTypeOf<{
    readonly price?: readonly number[];
    readonly due?: readonly string[];
    readonly changeId?: readonly string[];
  }>();
  const values = (messages: QuerySet<LedgerFields>) => messages.values('subject', 'price').first();
  expectTypeOf<Awaited<ReturnType<typeof values>>>().toEqualTypeOf<{
    readonly subject: string;
    readonly price: readonly number[];
  } | null>();
  const flat = (messages: QuerySet<LedgerFields>) => messages.pick('changeId').toArray();
  expectTypeOf<Awaited<ReturnType<typeof flat>>>().toEqualTypeOf<(readonly string[])[]>();
  expectTypeOf(typed).toBeFunction();
});

it('settings say which fields there are, also where a function makes them', () => {
  const made = () =>
    defineSettings(async () => ({
      connections: { default: { engine: 'sqlite' } },
      fields: { votes: { header: 'Votes', kind: 'number', stored: true } },
    }));
  expectTypeOf<OwnFieldsOf<ReturnType<typeof made>>>().toEqualTypeOf<{
    readonly votes: { readonly kind: 'number'; readonly stored: true };
  }>();
  expectTypeOf<Filter<OwnFieldsOf<ReturnType<typeof made>>>>().toHaveProperty('votes');
});
