const KiB = 1024;
const MiB = 1024 * KiB;

/**
 * Every limit of Hayrick, the same on all engines and in the tests' oracle. docs/limits.md is made from this table.
 * Bytes unless a name says otherwise.
 */
export const LIMITS = {
  /** A longer message is indexed by its first bytes; the cut is a problem. */
  messageBytes: 64 * MiB,
  /** The header block of one message or part. */
  headerBytes: 2 * MiB,
  headerLines: 10_000,
  /** One header's unfolded value. */
  headerValueBytes: 256 * KiB,
  /** Nesting of multipart and message/rfc822 parts; below it the rest is one opaque part. Stops crafted mail from exhausting memory. */
  partDepth: 64,
  parts: 2_000,
  /** Addresses of one header. */
  addresses: 10_000,
  /** Message-IDs kept of References and In-Reply-To together. */
  references: 1_000,
  /** Nesting of open HTML elements that are followed. */
  htmlBytes: 16 * MiB,
  tokensPerMessage: 1_000_000,
  /** Code points of one token. */
  tokenLength: 64,
  /** UTF-8 bytes of a keyword; a longer one is cut and closed with a hash of the whole. */
  keywordBytes: 512,
  batchMessages: 1_000,
  batchBytes: 8 * MiB,
  queryCharacters: 4_096,
  queryTerms: 128,
  queryDepth: 16,
  expansions: 1_024,
  proximity: 100,
  facetValues: 1_000,
} as const;
