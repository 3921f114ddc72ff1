import { Inject, Injectable } from '@nestjs/common';
import type { PassphraseView } from '@convenant/contracts';
import { CommandRunner } from '@convenant/messaging';
import type { CallerIdentity, CommandInformation } from '@convenant/platform';
import { Database } from '../db/database.js';
import { DisclosureVault } from '../vault/disclosure-vault.js';
import { Collecting, erased } from './collecting.js';

/**
 * Gives the passphrase of an archive to a user of the unit it was sent to, over another channel than the archive, and
 * records who took it. The same user gets the same passphrase again while it exists; the next user of the unit is recorded
 * too.
 *
 * Errors: those of `Collecting`. After a correction the archive holds an outdated value: then 410 ANSWER_ERASED.
 */
@Injectable()
export class CollectPassphrase {
  constructor(
    @Inject(CommandRunner) private readonly commands: CommandRunner,
    @Inject(Database) private readonly database: Database,
    @Inject(DisclosureVault) private readonly vault: DisclosureVault,
    @Inject(Collecting) private readonly collecting: Collecting,
  ) {}

  async execute(caller: CallerIdentity, info: CommandInformation, id: string) {
    return this.commands.run<PassphraseView>({
      party: caller.party!,
      client: caller.client,
      key: info.key,
      fingerprint: info.fingerprint,
      aggregates: [id],
      work: async (tx) => {
        await this.collecting.record(tx, caller, info, id, 'passphrase');
        return { status: 201, result: { id } };
      },
      answer: () => this.answer(caller, id),
    });
  }

  private async answer(caller: CallerIdentity, id: string): Promise<PassphraseView> {
    const row = await this.collecting.collected(caller, id, 'passphrase');
    const passphrase = await this.vault.open(this.database, id, 'passphrase');
    if (!passphrase) throw erased(row, 'passphrase');
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
