/** Times of deliveries (real time, milliseconds) and who they come from. */
export class DeliverySettings {
  constructor(
    /** How long one attempt may take. */
    readonly leaseMs: number,
    /** How much longer bytes of a dead owner may still be under way. */
    readonly transportTimeoutMs: number,
    /** First pause after a transient failure; doubles up to five minutes. */
    readonly retryMs: number,
    readonly mailFrom: string,
    /** Deliveries under way at once in this process; 0 leaves them to other replicas. */
    readonly atOnce: number,
  ) {}
}
