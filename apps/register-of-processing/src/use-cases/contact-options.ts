import { createHmac } from 'node:crypto';

/** How mailboxes are verified. */
export class ContactOptions {
  private readonly key: Buffer;

  /**
   * @param verification ISO 8601 period for which a verification counts
   * @param installationKey setting `USER_REF_KEY`
   */
  constructor(
    readonly verification: string,
    installationKey: string,
  ) {
    // A key of its own, so that a code can never be mistaken for a reference to a person.
    const key = Buffer.from(installationKey, 'base64');
    this.key = createHmac('sha256', key).update('convenant.contact-code.v1').digest();
  }

  /**
   * The eight digits that are mailed: the same each time for a contact and nonce, so that a mail can be sent again, and not
   * to be had from the database alone.
   */
  code(contactId: string, nonce: string): string {
    const digest = createHmac('sha256', this.key).update(`${contactId}\n${nonce}`).digest();
    return String(Number(digest.readBigUInt64BE(0) % 100_000_000n)).padStart(8, '0');
  }
}
