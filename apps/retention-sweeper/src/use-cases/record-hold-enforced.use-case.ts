import { Injectable } from '@nestjs/common';
import { formatInstant } from '@convenant/kernel';
import { holdEnforced, type BarrierCause } from '@convenant/contracts';
import { PermanentFailure, type CommandContext, type WriteTransaction } from '@convenant/messaging';
import { ProtocolFact } from '../db/facts.entity.js';
import { Hold } from '../db/hold.entity.js';
import { markHoldEnforced, type EnforcedHold } from '../db/hold.statements.js';

/** Records that transfer erases nothing more under a hold. The same barrier again changes nothing. */
@Injectable()
export class RecordHoldEnforced {
  /** @throws PermanentFailure for a hold that was not placed at that version */
  async execute(tx: WriteTransaction, cause: BarrierCause, context: CommandContext): Promise<void> {
    const { subject: id, aggregateversion: placedVersion } = cause;
    const enforcedAt = formatInstant(tx.now);
    const [enforced] = await tx.query<EnforcedHold>({ ...markHoldEnforced, values: [id, placedVersion, enforcedAt] });
    if (enforced === undefined) {
      if (await tx.manager.existsBy(Hold, { id, placedVersion })) return;
      throw new PermanentFailure('causeUnknown', `Hold ${id} was not placed at version ${placedVersion}`);
    }
    const { protocolId, latencyMs } = enforced;
    const { version, model } = await tx.manager.findOneByOrFail(ProtocolFact, { protocolId });
    await tx.append(holdEnforced, {
      subject: id,
      data: { holdId: id, protocolId, enforcedAt, latencyMs },
      context,
      protocolId,
      protocolVersion: version,
      ...(model.governingLaw === null ? {} : { clause: model.governingLaw.clause }),
    });
  }
}
