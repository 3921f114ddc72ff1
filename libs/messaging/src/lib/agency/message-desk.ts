import { agencyCatalogue, type AgencyMessageDefinition } from '@convenant/contracts';
import { Logger } from '@nestjs/common';
import type { BusRecord } from '../bus/bus.js';
import type { MessagingService } from '../settings.js';
import { headerOf } from '../wire/attributes.js';
import type { AgencyMessage } from './agency-message.js';
import { principalOf } from './party-topics.js';
import { refusalIn, TYPE_UNKNOWN, type AgencyPosition, type Quarantine, type Refusal } from './quarantine.js';
import { readAgencyMessage, singleHeader } from './read-agency-message.js';

export type AgencyHandler = (message: AgencyMessage) => Promise<unknown>;

/** Decides what becomes of one record of a party: passed over, handled, or refused. */
export class MessageDesk {
  private readonly log = new Logger('agency');
  private readonly handlers = new Map<string, AgencyHandler>();

  constructor(
    private readonly installation: string,
    private readonly service: MessagingService,
    private readonly keepsUnlisted: boolean,
    private readonly quarantine: Quarantine,
  ) {}

  add(definition: AgencyMessageDefinition, handle: AgencyHandler): void {
    if (definition.handledBy !== this.service) {
      throw new Error(`${definition.name} is decided by ${definition.handledBy}, not by ${this.service}`);
    }
    if (this.handlers.has(definition.type)) throw new Error(`${definition.name} has a handler already`);
    this.handlers.set(definition.type, handle);
  }

  /** @throws Error for a message that this service must decide on and nothing here does */
  assertComplete(own: readonly AgencyMessageDefinition[]): void {
    const missing = own.find(({ type }) => !this.handlers.has(type));
    if (missing) throw new Error(`${missing.name} has no handler in ${this.service}`);
  }

  /**
   * Resolves when the record has had its effect, committed, or is kept as refused, or is no matter of this service.
   * @throws whatever is transient
   */
  async take(position: AgencyPosition, record: BusRecord): Promise<void> {
    const type = singleHeader(record, headerOf.type);
    const definition = type === undefined ? undefined : agencyCatalogue.get(type);
    if (!definition) {
      if (this.keepsUnlisted) await this.refuse(position, record, TYPE_UNKNOWN);
      return;
    }
    const handle = this.handlers.get(definition.type);
    if (!handle || (await this.quarantine.holds(position, record))) return;
    try {
      const { party } = position;
      await handle(readAgencyMessage(record, definition, { party, principal: principalOf(this.installation, party) }));
    } catch (error) {
      const refusal = refusalIn(error);
      if (!refusal) throw error;
      await this.refuse(position, record, refusal);
    }
  }

  private async refuse(position: AgencyPosition, record: BusRecord, refusal: Refusal): Promise<void> {
    await this.quarantine.keep(position, record, refusal);
    this.log.warn(`${position.topic}/${position.partition}/${record.offset} is quarantined: ${refusal.code}`);
  }
}
