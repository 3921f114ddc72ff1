import { Inject, Injectable } from '@nestjs/common';
import { disclosureCollected, type PassphraseView } from '@convenant/contracts';
import { type Clock, DomainError, formatInstant } from '@convenant/kernel';
import { CLOCK, CommandRunner, type WriteTransaction } from '@convenant/messaging';
import type { CallerIdentity, CommandInformation } from '@convenant/platform';
import { Database } from '../db/database.js';
import {
  type DisclosureRow,
  insertCollection,
  markCollected,
  selectCollection,
  selectDisclosure,
} from '../db/disclosure.statements.js';
import { notFound } from '../domain/protocol-access.js';
import { maySee } from '../domain/disclosure-view.js';
import { DisclosureVault } from '../vault/disclosure-vault.js';
import { StopDelivery } from './stop-delivery.js';

/**
 * Gives the passphrase of an archive to a user of the unit it was sent to, over another channel than the archive, and
 * records who took it. The same user gets the same passphrase again while it exists; the next user of the unit is recorded
 * too.
 *
 * Errors: NOT_FOUND, FORBIDDEN (another unit, no professional secrecy), CONFLICT (not sent yet), PASSPHRASE_WITHHELD (a
 * withdrawal or ending came before the first collection), ANSWER_ERASED.
 */
@Injectable()
export class CollectPassphrase {
  constructor(
    @Inject(CommandRunner) private readonly commands: CommandRunner,
    @Inject(Database) private readonly database: Database,
    @Inject(DisclosureVault) private readonly vault: DisclosureVault,
    @Inject(StopDelivery) private readonly stop: StopDelivery,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(caller: CallerIdentity, info: CommandInformation, id: string) {
    return this.commands.run<PassphraseView>({
      party: caller.party!,
      client: caller.client,
      key: info.key,
      fingerprint: info.fingerprint,
      aggregates: [id],
      work: async (tx) => {
        await this.collect(tx, caller, info, id);
        return { status: 201, result: { id } };
      },
      answer: () => this.answer(caller, id),
    });
  }

  private async collect(
    tx: WriteTransaction,
    caller: CallerIdentity,
    info: CommandInformation,
    id: string,
  ): Promise<void> {
    const [row] = await tx.query<DisclosureRow>(selectDisclosure(id));
    assertMayCollect(row, caller, id);
    if ((await tx.query(selectCollection(id, caller.userRef))).length > 0) return;
    if (row.state !== 'delivered' && row.state !== 'unconfirmed' && row.state !== 'collected') {
      throw new DomainError('CONFLICT', `Disclosure ${id} is ${row.state}: there is nothing to collect`);
    }
    const stop = row.withheld ? { code: row.withheld, clause: undefined } : await this.stop.ask(tx, row);
    if (stop === 'blocked')
      throw new DomainError('UNAVAILABLE', `A fact about disclosure ${id} cannot be read at present`);
    if (stop) {
      throw new DomainError('PASSPHRASE_WITHHELD', `The passphrase of disclosure ${id} is withheld: ${stop.code}`, {
        ...(stop.clause ? { clause: stop.clause } : null),
      });
    }
    const at = this.clock.now();
    await tx.query(insertCollection(id, caller.userRef, new Date(at)));
    await tx.query(markCollected(id, new Date(at)));
    await tx.append(disclosureCollected, {
      subject: id,
      data: {
        disclosureId: id,
        protocolId: row.protocol_id,
        subjectRef: row.subject_ref,
        what: 'passphrase',
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

  private async answer(caller: CallerIdentity, id: string): Promise<PassphraseView> {
    const [row] = await this.database.query<DisclosureRow>(selectDisclosure(id));
    // A repeat of an old command is answered to the one who collected, and to nobody else who holds its key.
    assertMayCollect(row, caller, id);
    if ((await this.database.query(selectCollection(id, caller.userRef))).length === 0)
      throw notFound('Disclosure', id);
    const passphrase = await this.vault.open(this.database, id, 'passphrase');
    if (!passphrase) throw new DomainError('ANSWER_ERASED', `The passphrase of disclosure ${id} has been erased`);
    const text = passphrase.toString();
    passphrase.fill(0);
    return {
      disclosureId: id,
      subjectRef: row.subject_ref,
      passphrase: text,
      archiveDigest: row.archive_digest!,
      fileName: row.file_name!,
    };
  }
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
