import { X509Certificate } from 'node:crypto';
import { connect, type DetailedPeerCertificate } from 'node:tls';
import { HayrickError } from '@hayrick/core/backend';
import type { Authority } from './engine.ts';

/**
 * The certificate of the given fingerprint among those that the first server that answers shows. It is only looked for here; connections
 * are then checked against it as against a `ca` that was given. The client's own `caFingerprint` asks for no signature: anyone can show a
 * certificate that is public.
 *
 * @param fingerprint SHA-256 in hex, upper case
 * @throws HayrickError ENGINE_DENIED where no server shows it, ENGINE_UNREACHABLE where none answers
 */
export async function pinnedAuthority(
  nodes: readonly string[],
  fingerprint: string,
  timeoutMs: number,
): Promise<Authority> {
  const failures: string[] = [];
  for (const node of nodes) {
    let chain: readonly DetailedPeerCertificate[];
    try {
      chain = await shownBy(new URL(node), timeoutMs);
    } catch (error) {
      failures.push(`${node}: ${error instanceof Error ? error.message : String(error)}`);
      continue;
    }
    const found = chain.find((one) => one.fingerprint256.replaceAll(':', '') === fingerprint);
    if (found !== undefined) return { certificate: new X509Certificate(found.raw).toString(), pinned: true };
    throw new HayrickError(
      'ENGINE_DENIED',
      `${node} shows no certificate of the fingerprint in caFingerprint. Correct it, or let the server send its authority's certificate too.`,
    );
  }
  throw new HayrickError(
    'ENGINE_UNREACHABLE',
    `No Elasticsearch answers: ${failures.join('; ')}. Start it, or correct the address.`,
  );
}

function shownBy(node: URL, timeoutMs: number): Promise<readonly DetailedPeerCertificate[]> {
  const { hostname, port } = node;
  const host = hostname.replace(/^\[|\]$/g, '');
  return new Promise((resolve, reject) => {
    // Nothing is sent through this connection.
    const socket = connect({
      host,
      port: Number(port || 443),
      rejectUnauthorized: false,
      timeout: timeoutMs,
    });
    socket.once('secureConnect', () => {
      resolve(chainOf(socket.getPeerCertificate(true)));
      socket.destroy();
    });
    socket.once('timeout', () => socket.destroy(new Error('timed out')));
    socket.once('error', reject);
  });
}

/** A certificate that signed itself is its own issuer. */
function chainOf(first: DetailedPeerCertificate): readonly DetailedPeerCertificate[] {
  const chain: DetailedPeerCertificate[] = [];
  let one: DetailedPeerCertificate | undefined = first;
  while (one?.raw !== undefined && !chain.includes(one)) {
    chain.push(one);
    one = one.issuerCertificate;
  }
  return chain;
}
