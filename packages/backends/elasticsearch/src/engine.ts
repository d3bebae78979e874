import { Client, type ClientOptions } from '@elastic/elasticsearch';
import { HayrickError } from '@hayrick/core/backend';
import { serverError, translate } from './failures.ts';
import type { Auth, EngineSettings } from './settings.ts';

/** One request. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD';
  /** Encoded: see `at`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  /** Sent as JSON. */
  readonly body?: object;
  /** Sent as it is: lines of JSON. */
  readonly lines?: Buffer | string;
  /** What is done, for error texts: 'search mail-hayrick-1-2'. */
  readonly doing: string;
  readonly signal?: AbortSignal | undefined;
  /** Holds what a program wrote in the engine's own language: what that is refused for is QUERY_INVALID. */
  readonly foreign?: boolean;
  /** How many times the connection's `timeout` it may take. Default 1. */
  readonly patience?: number;
}

/** An answer that is expected to be absent at times. */
export const ABSENT: unique symbol = Symbol('absent');

/** The official client with what we need of it: JSON or lines in, JSON out, failures as ours. */
export class Engine {
  readonly #client: Client;
  readonly #timeoutMs: number;
  readonly #retries: number;
  /** For error texts. */
  readonly where: string;

  /** @param authority the certificate that server certificates must be signed by, PEM; null: those the system knows */
  constructor(settings: EngineSettings, authority: Authority | null) {
    this.#client = new Client(clientOptions(settings, authority));
    this.#timeoutMs = settings.timeoutMs;
    this.where = settings.nodes.join(', ');
    // A connection kept open too long fails at its next use, and another node may stand in.
    this.#retries = settings.nodes.length;
  }

  /** @throws HayrickError; what `signal` was aborted with */
  async ask(call: Call): Promise<unknown> {
    const answer = await this.#send(call, []);
    return answer.body;
  }

  /** The same, ABSENT where the server says 404. */
  async find(call: Call): Promise<unknown> {
    const { statusCode, body } = await this.#send(call, [404]);
    return statusCode === 404 ? ABSENT : body;
  }

  /** The same with the client's own errors, for callers that tell failures apart. */
  async send(call: Call): Promise<unknown> {
    return (await this.#request(call, [])).body;
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  async #send(call: Call, ignore: number[]): Promise<{ statusCode: number | null; body: unknown }> {
    try {
      return await this.#request(call, ignore);
    } catch (error) {
      call.signal?.throwIfAborted();
      const told = call.foreign === true ? serverError(error) : null;
      if (told?.status === 400) {
        throw new HayrickError(
          'QUERY_INVALID',
          `Elasticsearch does not understand the raw query: ${told.reason}.`,
        );
      }
      throw translate(error, call.doing, this.where);
    }
  }

  async #request(
    { method, path, query, body, lines, signal, patience = 1 }: Call,
    ignore: number[],
  ): Promise<{ statusCode: number | null; body: unknown }> {
    signal?.throwIfAborted();
    const { statusCode = null, body: answer } = await this.#client.transport.request<unknown>(
      {
        method,
        path,
        ...(query === undefined ? {} : { querystring: { ...query } }),
        ...(body === undefined ? {} : { body }),
        // A buffer passes through as it is; the client's types know of texts alone.
        ...(lines === undefined ? {} : { bulkBody: lines as string }),
      },
      {
        meta: true,
        ignore,
        maxRetries: this.#retries,
        retryBackoff: () => 0,
        requestTimeout: this.#timeoutMs * patience,
        ...(signal === undefined ? {} : { signal }),
      },
    );
    return { statusCode, body: answer };
  }
}

/** A path of names, each encoded. */
export function at(...parts: readonly string[]): string {
  return `/${parts.map((part) => encodeURIComponent(part)).join('/')}`;
}

export interface Authority {
  /** PEM. */
  readonly certificate: string;
  /** The certificate was told by its fingerprint: whatever it signed is the cluster, under any name. */
  readonly pinned: boolean;
}

function clientOptions(settings: EngineSettings, authority: Authority | null): ClientOptions {
  const { nodes, auth, compression, options } = settings;
  const tls =
    authority === null
      ? {}
      : {
          tls: {
            ca: authority.certificate,
            ...(authority.pinned ? { checkServerIdentity: () => undefined } : {}),
          },
        };
  return { nodes: [...nodes], ...credentials(auth), ...tls, compression, ...options };
}

function credentials(auth: Auth): Pick<ClientOptions, 'auth'> {
  return auth === null ? {} : { auth: { ...auth } };
}
