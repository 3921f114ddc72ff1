import { Inject, Injectable } from '@nestjs/common';
import { disclosureCollected } from '@convenant/contracts';
import { type Clock, DomainError, formatInstant } from '@convenant/kernel';
import { CLOCK, type WriteTransaction } from '@convenant/messaging';
import type { CallerIdentity, CommandInformation } from '@convenant/platform';
import { Database } from '../db/database.js';
import {
  type Collectable,
  type DisclosureRow,
  insertCollection,
  markCollected,
  selectCollection,
  selectDisclosure,
} from '../db/disclosure.statements.js';
import { type LookUpRow, selectLookUp } from '../db/look-up.statements.js';
import type { Queries } from '../db/statement.js';
import { maySee } from '../domain/disclosure-view.js';
import { notFound } from '../domain/protocol-access.js';
import { DisclosureVault } from '../vault/disclosure-vault.js';
import { LookUpStop } from './look-ups/look-up-stop.js';
import { StopDelivery } from './stop-delivery.js';

/** There is one passphrase; of values every generation is collected for itself. */
const PASSPHRASE_GENERATION = 1;

/** How a user of the receiving unit takes what is kept for it: who may, whether it still may be taken, and the record. */
@Injectable()
export class Collecting {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(DisclosureVault) private readonly vault: DisclosureVault,
    @Inject(StopDelivery) private readonly stop: StopDelivery,
    @Inject(LookUpStop) private readonly lookUps: LookUpStop,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Records that the caller takes it; nothing more when it took the same before.
   * @throws DomainError NOT_FOUND, FORBIDDEN (another unit, no professional secrecy), CONFLICT (not sent yet, no archive),
   *   ANSWER_ERASED,
   *   PASSPHRASE_WITHHELD (a withdrawal or ending came first), UNAVAILABLE
   */
  async record(
    tx: WriteTransaction,
    caller: CallerIdentity,
    info: CommandInformation,
    id: string,
    what: Collectable,
  ): Promise<void> {
    const [row] = await tx.query<DisclosureRow>(selectDisclosure(id));
    assertMayCollect(row, caller, id);
    await this.assertOwnLookUp(tx, caller, row);
    const kept = await this.vault.generationOf(tx, id, what);
    if (row.state !== 'delivered' && row.state !== 'unconfirmed' && row.state !== 'collected') {
      throw new DomainError('CONFLICT', `Disclosure ${id} is ${row.state}: there is nothing to collect`);
    }
    if (kept === null)
      throw what === 'passphrase' && row.archive_digest === null ? withoutArchive(id) : erased(row, what);
    const generation = what === 'passphrase' ? PASSPHRASE_GENERATION : kept;
    if ((await tx.query(selectCollection(id, caller.userRef, what, generation))).length > 0) return;
    await this.assertNotStopped(tx, row, what);
    const at = this.clock.now();
    await tx.query(insertCollection(id, caller.userRef, what, generation, new Date(at)));
    await tx.query(markCollected(id, new Date(at)));
    await tx.append(disclosureCollected, {
      subject: id,
      data: {
        disclosureId: id,
        protocolId: row.protocol_id,
        subjectRef: row.subject_ref,
        what,
        ...(what === 'values' ? { generation } : null),
        unit: row.recipient_unit,
        collectedAt: formatInstant(at),
        clause: row.clause!,
      },
      // The person who collected, not the system they used.
      context: { ...info.context, actorRef: caller.userRef },
      protocolId: row.protocol_id,
      protocolVersion: row.protocol_version!,
      clause: row.clause!,
      occurredAt: at,
    });
  }

  /**
   * The disclosure, for the answer. A repeat of an old command is answered to the one who collected, and to nobody else who
   * holds its key; what was corrected since has to be collected anew.
   */
  async collected(caller: CallerIdentity, id: string, what: Collectable): Promise<DisclosureRow> {
    const [row] = await this.database.query<DisclosureRow>(selectDisclosure(id));
    assertMayCollect(row, caller, id);
    await this.assertOwnLookUp(this.database, caller, row);
    const kept = await this.vault.generationOf(this.database, id, what);
    if (kept === null) throw erased(row, what);
    const generation = what === 'passphrase' ? PASSPHRASE_GENERATION : kept;
    const taken = await this.database.query(selectCollection(id, caller.userRef, what, generation));
    if (taken.length > 0) return row;
    throw what === 'values' ? erased(row, what) : notFound('Disclosure', id);
  }

  /** What somebody looked up is for that user alone, as long as the authorisation stands: no colleague's task needed it. */
  private async assertOwnLookUp(queries: Queries, caller: CallerIdentity, row: DisclosureRow): Promise<void> {
    const [lookUp] = await queries.query<LookUpRow>(selectLookUp(row.id));
    if (!lookUp) return;
    if (lookUp.user_ref === caller.userRef && (await this.lookUps.isAuthorized(queries, lookUp))) return;
    const extra = { clause: row.clause! };
    throw new DomainError('FORBIDDEN', `Disclosure ${row.id} is for the authorised user who looked it up`, extra);
  }

  private async assertNotStopped(tx: WriteTransaction, row: DisclosureRow, what: Collectable): Promise<void> {
    const stop = row.withheld ? { code: row.withheld, clause: undefined } : await this.stop.ask(tx, row);
    if (stop === 'blocked')
      throw new DomainError('UNAVAILABLE', `A fact about disclosure ${row.id} cannot be read at present`);
    if (!stop) return;
    throw new DomainError('PASSPHRASE_WITHHELD', `The ${what} of disclosure ${row.id} is withheld: ${stop.code}`, {
      ...(stop.clause ? { clause: stop.clause } : null),
    });
  }
}

/** What a caller gets for what is no longer there: erased, or replaced by a correction. */
export function erased(row: DisclosureRow, what: Collectable): DomainError {
  const corrected = row.erased_at === null && row.values_generation > 1;
  const detail = corrected ? 'has been corrected since: collect the values' : 'has been erased';
  return new DomainError('ANSWER_ERASED', `The ${what} of disclosure ${row.id} ${detail}`);
}

/** What came by another route than the mail stands in the inbox itself. */
function withoutArchive(id: string): DomainError {
  return new DomainError('CONFLICT', `Disclosure ${id} came without an archive: collect the values`);
}

/** For another party it does not exist; within the party only a user of the unit, with the secrecy it needs, may have it. */
function assertMayCollect(
  row: DisclosureRow | undefined,
  caller: CallerIdentity,
  id: string,
): asserts row is DisclosureRow {
  if (!row || row.verdict !== 'permitted' || !maySee(row, caller.party)) throw notFound('Disclosure', id);
  if (caller.party !== row.recipient_party || caller.unit !== row.recipient_unit) {
    throw new DomainError('FORBIDDEN', `Disclosure ${id} is for another unit`, { clause: row.clause! });
  }
  if (row.requires_secrecy && !caller.secrecy) {
    throw new DomainError('FORBIDDEN', `Disclosure ${id} is for users bound by professional secrecy`, {
      clause: row.clause!,
    });
  }
}
