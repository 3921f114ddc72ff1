/**
 * Who asked, and in which chain of causes; passed to every append and kept on the event. Ids only, never a name.
 *
 * `traceparent` (W3C) defaults to the active span, so that one command can be followed through outbox, topic and inbox.
 */
export interface CommandContext {
  /** Shared by everything one outside request led to. */
  correlationId: string;
  /** The command or event that directly led to this. */
  causationId: string;
  traceparent?: string;
  /** Party id. */
  actorParty?: string;
  /** `userRef` or client id. */
  actorRef?: string;
}
