import { Injectable } from '@nestjs/common';
import type { DraftProtocolRequest, ValidationView } from '@convenant/contracts';
import { CheckProtocolFile } from './check-protocol-file.js';
import { hashOfData } from './hash-of-data.js';

/** Says what would be found on a protocol file, and stores nothing. */
@Injectable()
export class ValidateProtocolFile {
  constructor(private readonly check: CheckProtocolFile) {}

  /** @throws DomainError FORBIDDEN, PARTY_UNKNOWN */
  async execute(request: DraftProtocolRequest, party: string | null): Promise<ValidationView> {
    const checked = await this.check.execute(request, party);
    const findings = [...checked.findings];
    return checked.valid
      ? { valid: true, dataHash: hashOfData(checked.canonical), findings }
      : { valid: false, findings };
  }
}
