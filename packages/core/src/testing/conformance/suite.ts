import { describe, expect, it } from 'vitest';
import { HayrickError } from '../../errors.ts';
import { CONDITIONS } from './conditions.ts';
import { FACETS } from './facets.ts';
import { FIELD_QUESTIONS } from './fields.ts';
import { GENERATIONS } from './generations.ts';
import { INSPECTING } from './inspecting.ts';
import { KILLS } from './kills.ts';
import { LAWS } from './laws.ts';
import { LIFECYCLE } from './lifecycle.ts';
import { NAMED } from './named.ts';
import { NEARNESS } from './nearness.ts';
import { ORDER } from './order.ts';
import { type Fact, type Facts, Rig, type Subject } from './rig.ts';
import { VALUES } from './values.ts';
import { WRITING } from './writing.ts';

const GROUPS: Readonly<Record<string, Facts>> = {
  writing: WRITING,
  conditions: CONDITIONS,
  'values and access': VALUES,
  ids: NAMED,
  'words that are near': NEARNESS,
  'order and pages': ORDER,
  'questions about fields': FIELD_QUESTIONS,
  facets: FACETS,
  generations: GENERATIONS,
  inspecting: INSPECTING,
  lifecycle: LIFECYCLE,
  kills: KILLS,
  laws: LAWS,
};

/** A law may build many indexes on a slow machine, or on a server. */
const TIMEOUT = 120_000;

export interface ConformanceSubject extends Subject {
  /** Facts that do not hold for this engine, each with its reason. They must fail: one that holds again turns red. */
  readonly exceptions?: Readonly<Record<string, string>>;
}

/**
 * Runs all that the contract of `@hayrick/core/backend` asks of an engine, as tests of vitest. The engine is called through the guard, as
 * core does; what it can do is read from its live `supports`.
 */
export function backendConformance(name: string, subject: ConformanceSubject): void {
  const exceptions = subject.exceptions ?? {};
  const known = new Set(Object.values(GROUPS).flatMap(Object.keys));
  const unknown = Object.keys(exceptions).filter((sentence) => !known.has(sentence));
  if (unknown.length > 0)
    throw new TypeError(`${name}: no fact of the suite is called: ${unknown.join('; ')}`);

  describe(`${name} keeps the backend contract`, () => {
    for (const [group, facts] of Object.entries(GROUPS)) {
      describe(group, () => {
        for (const [sentence, fact] of Object.entries(facts)) {
          const run = (): Promise<void> => show(subject, asFact(fact));
          const reason = exceptions[sentence];
          if (reason === undefined) it(sentence, run, TIMEOUT);
          else it.fails(`${sentence} (exception: ${reason})`, run, TIMEOUT);
        }
      });
    }
  });
}

/** Shows one fact of the suite by itself; rejects if it does not hold. */
export async function showFact(sentence: string, subject: Subject): Promise<void> {
  const fact = Object.values(GROUPS).flatMap((facts) => facts[sentence] ?? [])[0];
  if (fact === undefined) throw new TypeError(`no fact of the suite is called: ${sentence}`);
  await show(subject, asFact(fact));
}

function asFact(fact: Facts[string]): Fact {
  return typeof fact === 'function' ? { holds: fact } : fact;
}

async function show(subject: Subject, fact: Fact): Promise<void> {
  const rig = await Rig.create(subject);
  try {
    await prove(rig, fact);
  } catch (error) {
    // What went wrong first is told.
    await rig.close().catch(() => undefined);
    throw error;
  }
  await rig.close();
}

async function prove(rig: Rig, fact: Fact): Promise<void> {
  if (fact.needs === undefined || rig.backend.supports[fact.needs] === true) return fact.holds(rig);
  // What an engine does not declare is refused, if it is asked all the same: it never answers emptily or wrongly.
  const refusal: unknown = await fact.holds(rig).then(
    () => null,
    // A law tells why it failed as the cause.
    (error: Error) => (error.cause instanceof HayrickError ? error.cause : error),
  );
  expect(refusal, `${fact.needs} is not declared`).toMatchObject({ code: 'QUERY_UNSUPPORTED' });
}
