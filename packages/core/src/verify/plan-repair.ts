import type { Difference, Verification, What } from './verification.ts';

/** What is to be done about differences. */
export interface RepairPlan {
  /** The catalog is to be made again from the sources, and with it every index. */
  readonly newCatalog: boolean;
  /** Connections whose index is to be built anew. */
  readonly rebuild: readonly string[];
  /** Tables of the catalog are to be brought in line with one another. */
  readonly tables: boolean;
  /** Places whose files are to be read again. */
  readonly files: readonly NonNullable<Difference['place']>[];
  /** Archives whose sources have changed. */
  readonly archives: readonly string[];
  /** Messages to be put into the log again: their documents are put, or removed. */
  readonly again: readonly string[];
  /** Messages to be threaded anew. */
  readonly threads: readonly string[];
  /** Documents that the catalog does not know: all sources are read again, and what is in none of them is removed. */
  readonly unknown: readonly string[];
}

/** Of documents: what a put or a removal mends. */
const OF_DOCUMENTS: ReadonlySet<What> = new Set(['missing', 'extra', 'content', 'postings', 'place']);

export function planRepair({ differences }: Pick<Verification, 'differences'>): RepairPlan {
  const of = (what: What, where: 'catalog' | 'index') =>
    differences.filter((one) => one.what === what && (one.connection === null) === (where === 'catalog'));
  const rebuild = new Set(of('index', 'index').flatMap(({ connection }) => connection ?? []));
  const documents = differences.filter(
    ({ what, connection }) => connection !== null && OF_DOCUMENTS.has(what) && !rebuild.has(connection),
  );
  const unknown = documents.filter(({ what, messageId }) => what === 'extra' && messageId === null);
  const placed = [...of('place', 'catalog'), ...of('missing', 'catalog'), ...of('facts', 'catalog')];
  return {
    newCatalog: of('damage', 'catalog').length > 0,
    rebuild: [...rebuild],
    tables: of('catalog', 'catalog').length > 0 || of('place', 'catalog').length > 0,
    files: placed.flatMap(({ place }) => place ?? []),
    archives: [...new Set(of('source', 'catalog').flatMap(({ place }) => place?.archive ?? []))],
    again: idsOf([...documents.filter((one) => !unknown.includes(one)), ...of('content', 'catalog')]),
    threads: idsOf([...of('thread', 'catalog'), ...of('facts', 'catalog')]),
    unknown: idsOf(unknown),
  };
}

/** A plan in sentences. */
export function describePlan(plan: RepairPlan): readonly string[] {
  if (plan.newCatalog) {
    return [
      'the catalog is moved aside and made again from the sources, with the same ids; then every index is built anew',
    ];
  }
  const files = new Set(plan.files.map(({ archive, path }) => `${archive}: ${path}`));
  return [
    ...(plan.tables ? ['the tables of the catalog are brought in line with one another'] : []),
    ...[...files].map((file) => `${file} is read again`),
    ...plan.archives.map((archive) => `${archive}: its sources are read as update_index does`),
    ...(plan.threads.length === 0 ? [] : [`${messages(plan.threads)} threaded anew`]),
    ...(plan.again.length === 0 ? [] : [`${messages(plan.again)} given to the indexes again, or removed`]),
    ...(plan.unknown.length === 0
      ? []
      : [
          `${plan.unknown.length === 1 ? '1 document is' : `${plan.unknown.length} documents are`} unknown to the catalog: all sources are read again, and what is in none of them is removed`,
        ]),
    ...plan.rebuild.map((connection) => `${connection}: its index is built anew beside the present one`),
  ];
}

function messages(ids: readonly string[]): string {
  return ids.length === 1 ? '1 message is' : `${ids.length} messages are`;
}

function idsOf(differences: readonly Difference[]): readonly string[] {
  return [...new Set(differences.flatMap(({ id }) => id ?? []))];
}
