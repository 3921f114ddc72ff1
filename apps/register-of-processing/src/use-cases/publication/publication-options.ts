import type { AddressRules } from '../../publication/address-rules.js';

/** How publications are looked at. */
export class PublicationOptions {
  constructor(
    readonly rules: AddressRules,
    /** ISO 8601 period between looks at what is in order, by the calendar of Brussels. */
    readonly every: string,
  ) {}
}
