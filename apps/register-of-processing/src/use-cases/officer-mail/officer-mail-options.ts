/** Who mails to officers come from, and where they lead to. */
export class OfficerMailOptions {
  constructor(
    readonly from: string,
    /** Address under which parties reach the installation, without a slash at the end; null when it has none. */
    readonly publicUrl: string | null,
  ) {}
}
