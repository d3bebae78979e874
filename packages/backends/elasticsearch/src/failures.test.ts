import { errors } from '@elastic/elasticsearch';
import { HayrickError } from '@hayrick/core/backend';
import { expect, it } from 'vitest';
import { classify, parseServerError, toHayrickError, translate } from './failures.ts';

it.each<[number, string, ReturnType<typeof classify>]>([
  [429, 'es_rejected_execution_exception', 'overload'],
  [429, 'circuit_breaking_exception', 'overload'],
  [429, '', 'overload'],
  [429, 'cluster_block_exception', 'failed'],
  [403, 'cluster_block_exception', 'failed'],
  [413, '', 'too-large'],
  [409, 'version_conflict_engine_exception', 'superseded'],
  [400, 'document_parsing_exception', 'refused'],
  [400, 'strict_dynamic_mapping_exception', 'refused'],
  [400, 'index_closed_exception', 'failed'],
  [404, 'index_not_found_exception', 'failed'],
  [503, 'unavailable_shards_exception', 'failed'],
])('%i %s is %s', (status, type, expected) => {
  expect(classify({ status, type, reason: '' })).toBe(expected);
});

it.each([
  [
    429,
    'cluster_block_exception',
    'disk usage exceeded flood-stage watermark, index has read-only-allow-delete block',
    'DISK_FULL',
  ],
  [403, 'cluster_block_exception', 'index [x] blocked by: [FORBIDDEN/8/index write (api)];', 'ENGINE_FAILED'],
  [429, 'circuit_breaking_exception', 'data too large', 'ENGINE_UNREACHABLE'],
  [401, 'security_exception', 'missing credentials', 'ENGINE_DENIED'],
  [403, 'security_exception', 'action [indices:admin/create] is unauthorized', 'ENGINE_DENIED'],
  [404, 'index_not_found_exception', 'no such index [x]', 'GENERATION_NONE'],
  [400, 'media_type_header_exception', 'Accept version must be either version 8 or 7', 'ENGINE_UNSUITABLE'],
  [400, 'search_phase_execution_exception', 'maxClauseCount is set to 1024', 'QUERY_TOO_LARGE'],
  [503, 'unavailable_shards_exception', 'primary shard is not active', 'ENGINE_UNREACHABLE'],
  [500, 'null_pointer_exception', 'oops', 'ENGINE_FAILED'],
] as const)('%i %s, %s: %s', (status, type, reason, code) => {
  const error = toHayrickError({ status, type, reason }, 'search the index x');
  expect(error.code).toBe(code);
  expect(error.message).toContain('search the index x');
  expect(error.message).toContain(reason);
});

it.each<[Error, string]>([
  [new errors.TimeoutError('Request timed out'), 'ENGINE_UNREACHABLE'],
  [new errors.ConnectionError('connect ECONNREFUSED 127.0.0.1:1'), 'ENGINE_UNREACHABLE'],
  [new errors.ConnectionError('self-signed certificate in certificate chain'), 'ENGINE_DENIED'],
  [new errors.ConnectionError("Hostname/IP does not match certificate's altnames"), 'ENGINE_DENIED'],
  [new errors.ProductNotSupportedError('Elasticsearch'), 'ENGINE_UNSUITABLE'],
  [new errors.ConfigurationError('odd'), 'ENGINE_FAILED'],
])('%s is told as %s', (error, code) => {
  const told = translate(error, 'tell its version', 'http://127.0.0.1:1');
  expect(told).toBeInstanceOf(HayrickError);
  expect(told).toMatchObject({ code, cause: error, message: expect.stringContaining('127.0.0.1:1') });
});

it("what is no error of the client's stays as it is", () => {
  const other = new RangeError('mine');
  expect(translate(other, 'x', 'y')).toBe(other);
});

it('an error of the server is read in whatever form it comes', () => {
  expect(parseServerError(400, { type: 't', reason: 'r', caused_by: { type: 'c', reason: 'why' } })).toEqual({
    status: 400,
    type: 't',
    reason: 'r (why)',
  });
  expect(parseServerError(405, 'a sentence')).toEqual({ status: 405, type: '', reason: 'a sentence' });
  expect(parseServerError(413, undefined)).toEqual({ status: 413, type: '', reason: '' });
});
