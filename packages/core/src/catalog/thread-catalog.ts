/** What threads are made of: a message, and the messages that it follows. */
export interface ThreadMember {
  readonly id: string;
  readonly messageId: string;
  /** Message-IDs without brackets in the order of JWZ: oldest first, the parent last. May hold anything a broken header holds. */
  readonly references: readonly string[];
  readonly subject: string;
  readonly date: number;
  /** As in MessageRecord. */
  readonly archives: readonly string[];
}

/** Where a message stands among the members of a component, by (date, id). */
export interface ComponentPlace {
  /** Of the first member. */
  readonly id: string;
  readonly size: number;
  /** From 1. */
  readonly position: number;
}

/** Components by numbers, which are good until the next step of threading. */
export interface ComponentKeys {
  /** Of each message that was asked for; null: the catalog does not hold it. */
  readonly keys: readonly (number | null)[];
  /** Components of which not every message is in one of the archives; those that are not threaded yet among them. */
  readonly mixed: ReadonlySet<number>;
}

/** Archives whose messages may be linked by subject as well. */
export interface ThreadLinks {
  readonly bySubject: readonly string[];
}

/** The part of the catalog that knows which messages belong together. */
export interface ThreadCatalog {
  /**
   * Follows the log a step further: threads the messages that came, takes out those that went. Answers how many messages it looked at; 0: nothing is
   * left to do. Every step is whole: killed between two, the next call goes on. Other links than the last time begin anew.
   */
  thread(links: ThreadLinks): Promise<number>;
  /**
   * The components that hold these messages, each once, members by (date, id): messages that are linked by Message-IDs, theirs or those
   * that they refer to. With archives linked by subject a component may be larger than a thread: core/threads splits it. A message that is recorded but not
   * threaded yet is a component of its own. Ids that the catalog does not hold are passed over.
   */
  threadsWith(ids: readonly string[]): Promise<readonly (readonly ThreadMember[])[]>;
  /** The component in which that Message-ID (without brackets) stands or is referred to. More than one only where messages are not threaded yet. */
  threadsNaming(messageId: string): Promise<readonly (readonly ThreadMember[])[]>;
  /** The components of these messages without their members: a tenth of the time. */
  threadKeys(ids: readonly string[], archives: readonly string[]): Promise<ComponentKeys>;
  /**
   * Where messages stand in their components: of those components of which every message is in one of the archives, and which are as the log has
   * them. Others are left out.
   */
  threadPlaces(
    ids: readonly string[],
    archives: readonly string[],
  ): Promise<ReadonlyMap<string, ComponentPlace>>;
  /** The ids of all messages of these components, in no order. */
  threadMembers(keys: readonly number[]): Promise<readonly string[]>;
}
