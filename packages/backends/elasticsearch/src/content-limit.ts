import type { Engine } from './engine.ts';
import { classify, serverError, translate } from './failures.ts';

/** What a server takes at most unless it is set otherwise: `http.max_content_length`. */
const DEFAULT_BYTES = 100 * 1024 * 1024;

/**
 * The longest request that every node takes, in bytes. Asked for beforehand, since a server reads all of a request that is too long, slowly,
 * before it says so. Who may not ask goes by the default.
 */
export async function contentLimit(engine: Engine): Promise<number> {
  const doing = 'tell how long requests may be';
  const query = { filter_path: 'nodes.*.http.max_content_length_in_bytes' };
  try {
    const answer = await engine.send({ method: 'GET', path: '/_nodes/http', query, doing });
    const { nodes = {} } = answer as { readonly nodes?: Readonly<Record<string, Node>> };
    const limits = Object.values(nodes).flatMap(({ http }) => http?.max_content_length_in_bytes ?? []);
    return limits.length === 0 ? DEFAULT_BYTES : Math.min(...limits);
  } catch (error) {
    const failure = serverError(error);
    if (failure !== null && (failure.status === 403 || classify(failure) === 'overload'))
      return DEFAULT_BYTES;
    throw translate(error, doing, engine.where);
  }
}

interface Node {
  readonly http?: { readonly max_content_length_in_bytes?: number };
}
