import { Inject, Injectable } from '@nestjs/common';
import type { ValuesView } from '@convenant/contracts';
import { CommandRunner } from '@convenant/messaging';
import type { CallerIdentity, CommandInformation } from '@convenant/platform';
import { Database } from '../db/database.js';
import { DisclosureVault } from '../vault/disclosure-vault.js';
import { Collecting, erased } from './collecting.js';

/**
 * Gives the values of a disclosure, as they stand now, to a user of the unit it was sent to, and records who took which
 * generation. After a correction this is the only way to the new value; after an erasure there is none.
 *
 * Errors: those of `Collecting`; 410 ANSWER_ERASED for a repeat whose values were corrected or erased since.
 */
@Injectable()
export class CollectValues {
  constructor(
    @Inject(CommandRunner) private readonly commands: CommandRunner,
    @Inject(Database) private readonly database: Database,
    @Inject(DisclosureVault) private readonly vault: DisclosureVault,
    @Inject(Collecting) private readonly collecting: Collecting,
  ) {}

  async execute(caller: CallerIdentity, info: CommandInformation, id: string) {
    return this.commands.run<ValuesView>({
      party: caller.party!,
      client: caller.client,
      key: info.key,
      fingerprint: info.fingerprint,
      aggregates: [id],
      work: async (tx) => {
        await this.collecting.record(tx, caller, info, id, 'values');
        return { status: 201, result: { id } };
      },
      answer: () => this.answer(caller, id),
    });
  }

  private async answer(caller: CallerIdentity, id: string): Promise<ValuesView> {
    const row = await this.collecting.collected(caller, id, 'values');
    const kept = await this.vault.values(this.database, id);
    if (!kept) throw erased(row, 'values');
    const items = kept.values.map(({ item, fields }) => ({ item, fields: { ...fields } }));
    const { subject_ref: subjectRef, protocol_id: protocolId } = row;
    return { disclosureId: id, subjectRef, protocolId, generation: kept.generation, items };
  }
}
