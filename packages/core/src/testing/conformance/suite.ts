import { describe, expect, it } from 'vitest';
import { CONDITIONS } from './conditions.ts';
import { GENERATIONS } from './generations.ts';
import { LAWS } from './laws.ts';
import { LIFECYCLE } from './lifecycle.ts';
import { ORDER } from './order.ts';
import { type Fact, type Facts, type OpenBackend, Rig } from './rig.ts';
import { VALUES } from './values.ts';
import { WRITING } from './writing.ts';

const GROUPS: Readonly<Record<string, Facts>> = {
  writing: WRITING,
  conditions: CONDITIONS,
  'values and access': VALUES,
  'order and pages': ORDER,
  generations: GENERATIONS,
  lifecycle: LIFECYCLE,
  laws: LAWS,
};

/** The engine that is to show that it keeps the contract. */
export interface Subject {
  readonly open: OpenBackend;
  /** Facts that do not hold for this engine, each with its reason. They must fail: one that holds again turns red. */
  readonly exceptions?: Readonly<Record<string, string>>;
}

/** Runs all that the contract of backend/backend.ts asks of an engine. What an engine can do is read from its live `supports`. */
export function backendConformance(name: string, subject: Subject): void {
  const exceptions = subject.exceptions ?? {};
  const known = new Set(Object.values(GROUPS).flatMap(Object.keys));
  const unknown = Object.keys(exceptions).filter((sentence) => !known.has(sentence));
  if (unknown.length > 0)
    throw new TypeError(`${name}: no fact of the suite is called: ${unknown.join('; ')}`);

  describe(`${name} keeps the backend contract`, () => {
    for (const [group, facts] of Object.entries(GROUPS)) {
      describe(group, () => {
        for (const [sentence, fact] of Object.entries(facts)) {
          const run = (): Promise<void> => show(subject.open, asFact(fact));
          const reason = exceptions[sentence];
          if (reason === undefined) it(sentence, run);
          else it.fails(`${sentence} (exception: ${reason})`, run);
        }
      });
    }
  });
}

/** Shows one fact of the suite by itself; rejects if it does not hold. */
export async function showFact(sentence: string, open: OpenBackend): Promise<void> {
  const fact = Object.values(GROUPS).flatMap((facts) => facts[sentence] ?? [])[0];
  if (fact === undefined) throw new TypeError(`no fact of the suite is called: ${sentence}`);
  await show(open, asFact(fact));
}

function asFact(fact: Facts[string]): Fact {
  return typeof fact === 'function' ? { holds: fact } : fact;
}

async function show(open: OpenBackend, fact: Fact): Promise<void> {
  const rig = await Rig.create(open);
  try {
    if (fact.needs === undefined || rig.backend.supports[fact.needs]) return await fact.holds(rig);
    // What an engine does not declare it refuses, if it is asked all the same: it never answers emptily or wrongly.
    await expect(fact.holds(rig), `${fact.needs} is not declared`).rejects.toMatchObject({
      code: 'QUERY_UNSUPPORTED',
    });
  } finally {
    await rig.close();
  }
}
