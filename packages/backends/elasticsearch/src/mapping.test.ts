import { expect, it } from 'vitest';
import { indexMapping, indexSettings, LOADING, parseMeta, servingSettings } from './mapping.ts';
import { type EngineSettings, readSettings } from './settings.ts';

const FIELDS = [
  { name: 'topic', header: 'X-Topic', kind: 'text' },
  { name: 'changeId', header: 'Change-Id', kind: 'keyword' },
  { name: 'score', header: 'X-Score', kind: 'number' },
  { name: 'due', header: 'X-Due', kind: 'date' },
] as const;

function settingsWith(own: Readonly<Record<string, unknown>>): EngineSettings {
  const settings = { url: 'http://127.0.0.1:1', indexSettings: own };
  return readSettings({ connection: 'c', directory: '', settings, fields: [], maxResults: 1, now: () => 0 });
}

it('takes nothing that it does not know, and keeps no tokens', () => {
  const mapping = indexMapping(FIELDS);
  expect(mapping).toMatchObject({
    dynamic: 'strict',
    _source: { includes: ['id', 'date', 'archives', 'applied', 'kept'] },
  });
  expect(mapping).not.toHaveProperty('_meta');
});

it('has declared fields beside the built-in ones', () => {
  expect(indexMapping(FIELDS)).toMatchObject({
    properties: {
      text: { properties: { subject: { type: 'text', analyzer: 'tokens' }, topic: { type: 'text' } } },
      keyword: { properties: { mid: { type: 'keyword', doc_values: false }, changeId: { type: 'keyword' } } },
      number: { properties: { score: { type: 'double' }, due: { type: 'date', format: 'epoch_second' } } },
    },
  });
});

it("lets the site's settings of indexes stand, all but the analysis that answers depend on", () => {
  const own = { number_of_shards: 3, analysis: { analyzer: { tokens: 'x', theirs: { type: 'keyword' } } } };
  expect(indexSettings(settingsWith(own), 10_001)).toMatchObject({
    number_of_shards: 3,
    max_result_window: 10_001,
    similarity: { default: { type: 'BM25', k1: 3, b: 0.75 } },
    analysis: { analyzer: { tokens: { type: 'custom', tokenizer: 'tokens' } } },
  });
});

it('ends a load with what the site wants, else with what the server does by default', () => {
  const own = { refresh_interval: '30s', number_of_replicas: 2 };
  expect(Object.keys(servingSettings(settingsWith(own))).toSorted()).toEqual(Object.keys(LOADING).toSorted());
  expect(servingSettings(settingsWith(own))).toEqual({
    refresh_interval: '30s',
    number_of_replicas: 2,
    auto_expand_replicas: null,
  });
  expect(servingSettings(settingsWith({}))).toMatchObject({
    refresh_interval: null,
    number_of_replicas: null,
  });
});

it('knows an index of Hayrick by its mapping', () => {
  const meta = {
    hayrick: 1,
    site: 'a',
    connection: 'b',
    index: 'c',
    fingerprint: 'd',
    createdAt: 1,
    state: 'complete',
  };
  expect(parseMeta(meta)).toEqual(meta);
  for (const other of [undefined, null, 'x', {}, { ...meta, hayrick: '1' }, { ...meta, site: undefined }])
    expect(parseMeta(other)).toBeNull();
});
