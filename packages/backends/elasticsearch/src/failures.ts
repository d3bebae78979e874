import { errors } from '@elastic/elasticsearch';
import { type ErrorCode, HayrickError } from '@hayrick/core/backend';

/** What the server says of a failure: `error` of an answer, or of one item of a bulk answer. */
export interface ServerError {
  readonly status: number;
  /** 'es_rejected_execution_exception'; empty where the server gave none. */
  readonly type: string;
  readonly reason: string;
}

/** What a caller has to do about a failure. */
export type FailureClass =
  /** The server has too much to do: the same again, later. */
  | 'overload'
  /** The request is too long for the server. */
  | 'too-large'
  /** The document will never be taken. */
  | 'refused'
  /** An older change than what the index holds. */
  | 'superseded'
  /** Everything else: see `toHayrickError`. */
  | 'failed';

/** Reasons for which a document by itself is at fault. Other answers of the status 400 are about the request or the index. */
const REFUSALS: ReadonlySet<string> = new Set([
  'document_parsing_exception',
  'mapper_parsing_exception',
  'strict_dynamic_mapping_exception',
  'illegal_argument_exception',
  'parsing_exception',
  'x_content_parse_exception',
  'json_parse_exception',
  'mapper_exception',
]);

const TRUST =
  /certificate|self[- ]signed|unable to (?:get|verify)|altnames|\bssl\b|\btls\b|wrong version number|EPROTO/i;

export function classify({ status, type }: ServerError): FailureClass {
  if (status === 409 && type === 'version_conflict_engine_exception') return 'superseded';
  // Told with the status of an overload, and nothing that passes by itself.
  if (type === 'cluster_block_exception') return 'failed';
  if (status === 429) return 'overload';
  if (status === 413) return 'too-large';
  if (status === 400 && REFUSALS.has(type)) return 'refused';
  return 'failed';
}

/** What an answer of the client says of its failure; null where the server did not answer. */
export function serverError(error: unknown): ServerError | null {
  if (!(error instanceof errors.ResponseError)) return null;
  const body: unknown = error.body;
  return parseServerError(error.statusCode ?? 0, isObject(body) ? body['error'] : body);
}

/** Where data enters: `error` is an object, or a sentence, or absent. */
export function parseServerError(status: number, error: unknown): ServerError {
  if (!isObject(error)) return { status, type: '', reason: typeof error === 'string' ? error : '' };
  const { type, reason, caused_by: cause } = error;
  const because = isObject(cause) && typeof cause['reason'] === 'string' ? ` (${cause['reason']})` : '';
  return {
    status,
    type: typeof type === 'string' ? type : '',
    reason: `${typeof reason === 'string' ? reason : ''}${because}`,
  };
}

/** What a failure means. @param doing what was tried, for the text: 'search mail-hayrick-1-2' */
export function toHayrickError(failure: ServerError, doing: string, cause?: unknown): HayrickError {
  const { status, type, reason } = failure;
  const said = [type, reason].filter((part) => part !== '').join(': ') || `status ${status}`;
  const make = (code: ErrorCode, advice: string): HayrickError =>
    new HayrickError(code, `Elasticsearch could not ${doing}: ${said}. ${advice}`, { cause });
  if (type === 'cluster_block_exception') {
    return /read-only \/ allow delete|disk usage exceeded/i.test(reason)
      ? make('DISK_FULL', 'The cluster is short of disk space: make room, and it takes the block off.')
      : make('ENGINE_FAILED', 'The index is blocked by a setting: take the block off (index.blocks.*).');
  }
  if (status === 429) return make('ENGINE_UNREACHABLE', 'The cluster is overloaded: try again later.');
  if (status === 401) return make('ENGINE_DENIED', 'Correct `auth` of the connection.');
  if (status === 403) return make('ENGINE_DENIED', 'The user or API key needs that right.');
  if (type === 'index_not_found_exception')
    return make('GENERATION_NONE', 'Run rebuild_index to make a new index.');
  if (type === 'media_type_header_exception')
    return make('ENGINE_UNSUITABLE', 'The server is no Elasticsearch 9.');
  if (/too_many_(?:nested_)?clauses/.test(`${type} ${reason}`) || /maxClauseCount/.test(reason))
    return make('QUERY_TOO_LARGE', 'Say less.');
  if (status === 502 || status === 503 || status === 504)
    return make('ENGINE_UNREACHABLE', 'The cluster is not ready: try again later.');
  return make('ENGINE_FAILED', 'Nothing that was committed is lost.');
}

/** An error of the client as ours. @param where the addresses that were tried */
export function translate(error: unknown, doing: string, where: string): unknown {
  const answered = serverError(error);
  if (answered !== null) return toHayrickError(answered, doing, error);
  const text = error instanceof Error ? error.message : String(error);
  const make = (code: ErrorCode, message: string): HayrickError =>
    new HayrickError(code, message, { cause: error });
  if (error instanceof errors.ProductNotSupportedError)
    return make('ENGINE_UNSUITABLE', `What answers at ${where} is no Elasticsearch. Correct the address.`);
  if (error instanceof errors.TimeoutError)
    return make(
      'ENGINE_UNREACHABLE',
      `Elasticsearch at ${where} did not ${doing} in time. Try again, or raise \`timeout\` of the connection.`,
    );
  if (error instanceof errors.ConnectionError || error instanceof errors.NoLivingConnectionsError) {
    if (TRUST.test(text))
      return make(
        'ENGINE_DENIED',
        `There is no safe connection to ${where}: ${text}. Correct \`ca\` or \`caFingerprint\` of the connection, or its address.`,
      );
    return make(
      'ENGINE_UNREACHABLE',
      `Elasticsearch at ${where} could not ${doing}: ${text}. Start it, or correct the address.`,
    );
  }
  if (error instanceof errors.ElasticsearchClientError)
    return make('ENGINE_FAILED', `Elasticsearch at ${where} could not ${doing}: ${text}.`);
  return error;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
