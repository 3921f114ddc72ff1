/** Who mails come from, how they are sent, and how long a notice may stay without acknowledgement. */
export class MailSettings {
  constructor(
    readonly from: string,
    /** ISO 8601, legal time. */
    readonly escalateAfter: string,
    /** Null when the installation has no public address. */
    readonly publicUrl: string | null,
    /** How long sending one mail may take, milliseconds of real time. */
    readonly leaseMs: number,
    /** First pause after a transient failure, milliseconds; doubles up to five minutes. */
    readonly retryMs: number,
  ) {}
}
