import {
  defineSettings,
  type FacetName,
  type Filter,
  type MessageHit,
  type OwnFieldsOf,
  type QuerySet,
  type Site,
} from '@hayrick/core';
import { expectTypeOf, it } from 'vitest';
import type { LedgerFields } from './ledger-site.ts';

type Messages = QuerySet<LedgerFields>;
type Asked = Filter<LedgerFields>;
/** What one field may be asked. */
type Lookups<K extends keyof Asked> = NonNullable<Asked[K]>;
type OrderName = Parameters<Messages['orderBy']>[number];

it('who asks is never left out', () => {
  expectTypeOf<Parameters<Site['messages']>>().toEqualTypeOf<[options: { readonly as: string }]>();
});

it('lookups are those of the kind of field', () => {
  expectTypeOf<{ readonly gte: number }>().toExtend<Lookups<'price'>>();
  expectTypeOf<{ readonly lt: Date }>().toExtend<Lookups<'due'>>();
  expectTypeOf<{ readonly isNull: boolean }>().toExtend<Lookups<'due'>>();
  expectTypeOf<{ readonly startsWith: string }>().toExtend<Lookups<'topic'>>();
  expectTypeOf<'attachment'>().toExtend<Lookups<'has'>>();
  expectTypeOf<string>().not.toExtend<Lookups<'price'>>();
  expectTypeOf<{ readonly gt: string }>().not.toExtend<Lookups<'subject'>>();
  expectTypeOf<{ readonly contains: string }>().not.toExtend<Lookups<'own'>>();
  expectTypeOf<{ readonly isNull: boolean }>().not.toExtend<Lookups<'date'>>();
  expectTypeOf<'attachments'>().not.toExtend<Lookups<'has'>>();
});

it('fields are those of every site and those that are declared', () => {
  expectTypeOf<'price' | 'due' | 'changeId' | 'topic' | 'subject' | '$or'>().toExtend<keyof Asked>();
  expectTypeOf<'nix'>().not.toExtend<keyof Asked>();
  expectTypeOf<'price'>().not.toExtend<keyof Filter<Record<never, never>>>();
});

it('orders, statistics, weights and columns know kinds', () => {
  expectTypeOf<'-price' | 'due' | '-date' | 'changeId'>().toExtend<OrderName>();
  expectTypeOf<'topic'>().not.toExtend<OrderName>();
  const stats = (messages: Messages) => messages.stats('price', 'date');
  expectTypeOf<keyof Awaited<ReturnType<typeof stats>>>().toEqualTypeOf<'price' | 'date'>();
  const facets = (messages: Messages) => messages.facet('from', { field: 'changeId', limit: 5 });
  expectTypeOf<keyof Awaited<ReturnType<typeof facets>>>().toEqualTypeOf<'from' | 'changeId'>();
  expectTypeOf<'list' | 'year' | 'changeId'>().toExtend<FacetName<LedgerFields>>();
  expectTypeOf<'topic' | 'price' | 'subject' | 'nix'>().not.toExtend<FacetName<LedgerFields>>();
  expectTypeOf<'a'>().not.toExtend<FacetName<{ a: { kind: 'keyword'; facet: false } }>>();
  expectTypeOf<'topic' | 'subject'>().toExtend<keyof Parameters<Messages['weigh']>[0]>();
  expectTypeOf<'changeId'>().not.toExtend<keyof Parameters<Messages['weigh']>[0]>();
  expectTypeOf<'price'>().toExtend<Parameters<Messages['pick']>[0]>();
});

it('rows are what was asked for', () => {
  type Rows = Awaited<ReturnType<Messages['toArray']>>;
  expectTypeOf<Rows[number]>().toEqualTypeOf<MessageHit<LedgerFields>>();
  expectTypeOf<MessageHit<LedgerFields>['values']>().toEqualTypeOf<{
    readonly price?: readonly number[];
    readonly due?: readonly string[];
    readonly changeId?: readonly string[];
  }>();
  const values = (messages: Messages) => messages.values('subject', 'price').first();
  expectTypeOf<Awaited<ReturnType<typeof values>>>().toEqualTypeOf<{
    readonly subject: string;
    readonly price: readonly number[];
  } | null>();
  const flat = (messages: Messages) => messages.pick('changeId').toArray();
  expectTypeOf<Awaited<ReturnType<typeof flat>>>().toEqualTypeOf<(readonly string[])[]>();
});

it('settings say which fields there are, also where a function makes them', () => {
  const made = () =>
    defineSettings(async () => ({
      connections: { default: { engine: 'sqlite' } },
      fields: { votes: { header: 'Votes', kind: 'number', stored: true } },
    }));
  expectTypeOf<OwnFieldsOf<ReturnType<typeof made>>>().toEqualTypeOf<{
    readonly votes: { readonly kind: 'number'; readonly stored: true; readonly facet: true };
  }>();
  expectTypeOf<Filter<OwnFieldsOf<ReturnType<typeof made>>>>().toHaveProperty('votes');
});
