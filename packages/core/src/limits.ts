const KiB = 1024;
const MiB = 1024 * KiB;

/**
 * Every limit of Hayrick, the same on all engines and in the tests' oracle. docs/limits.md is made from this table.
 * Bytes unless a name says otherwise.
 */
export const LIMITS = {
  /** A longer message is indexed by its first bytes; the cut is a problem. */
  messageBytes: 64 * MiB,
  /** What a packed file may hold whatever its size; beyond it `unpackedRatio` counts. */
  unpackedBytes: 1024 * MiB,
  /** How many times larger than its file packed mail may be, where it is over `unpackedBytes`. What holds more is not read further: it is a trap. */
  unpackedRatio: 1_000,
  /** The header block of one message or part; what follows is read as its body. */
  headerBytes: 2 * MiB,
  /** Header lines of one message or part, folded ones counted as written. */
  headerLines: 10_000,
  /** One header's unfolded value. */
  headerValueBytes: 256 * KiB,
  /** Nesting of multipart and message/rfc822 parts; below it the rest is one opaque part. Stops crafted mail from exhausting memory. */
  partDepth: 64,
  /** Parts of one message, nested ones included; further ones are left out. */
  parts: 2_000,
  /** Addresses of one header. */
  addresses: 10_000,
  /** Message-IDs kept of References and In-Reply-To together. */
  references: 1_000,
  /** Ids of blobs before, and of blobs after, that are indexed of the patches in one message. */
  patchBlobs: 10_000,
  /** Ids of patches that are indexed of one message. */
  patchIds: 1_000,
  /** HTML of one part that is turned into text. */
  htmlBytes: 16 * MiB,
  /** Tokens of one message that are indexed, in the order of the field table; the report counts those cut. */
  tokensPerMessage: 1_000_000,
  /** Code points of one token. */
  tokenLength: 64,
  /** Of a run of combining marks the first ones count; putting them in order costs the square of their number. */
  marksTogether: 64,
  /**
   * Of each kind of a message's text (own words, quotes, attached texts, signature) the first bytes: what is looked through for a snippet, and
   * what `store/` keeps of messages in packed files. One with more text is unpacked to be shown.
   */
  snippetBytes: 100_000,
  /** UTF-8 bytes of a keyword; a longer one is cut and closed with a hash of the whole. */
  keywordBytes: 512,
  /** UTF-16 code units of one value of a stored field; a longer one is cut. */
  keptCharacters: 1_000,
  /** Values of a stored field that are kept of one message. */
  keptValues: 100,
  /** Messages of one batch written to an engine, unless its connection's `batchSize` says otherwise. */
  batchMessages: 1_000,
  /** Raw mail of one batch; one message may be larger. */
  batchBytes: 8 * MiB,
  /** Length of a query, in UTF-16 code units. */
  queryCharacters: 4_096,
  /** Terms of a query. */
  queryTerms: 128,
  /** Nesting of brackets and negations in a query. */
  queryDepth: 16,
  /** Stems that one prefix or fuzzy word may stand for. */
  expansions: 1_024,
  /** Threads that one `thread:{}` stands for. */
  queryThreads: 50_000,
  /** Messages that one condition names by their ids, as the threads of `thread:` do. */
  queryIds: 1_000_000,
  /** Time for all regular expressions of a query together, in seconds. */
  regexSeconds: 5,
  /** Characters of a regular expression times the sum of its counts: `a{40}` is 5 × 40. Reading a larger one takes too long. */
  regexSize: 100_000,
  /** Other words between those of a proximity search. */
  proximity: 100,
  /** Values of one facet that can be asked for. */
  facetValues: 1_000,
} as const satisfies Record<string, number>;
