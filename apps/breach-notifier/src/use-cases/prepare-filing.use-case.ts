import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { canonicalJson, DomainError, formatInstant, newId } from '@convenant/kernel';
import {
  authorityFilingPrepared,
  type FilingDocument,
  type FilingView,
  type PrepareFilingRequest,
} from '@convenant/contracts';
import type { WriteTransaction } from '@convenant/messaging';
import type { CommandAnswer } from '@convenant/platform';
import type { BreachRow } from '../db/breach.statements.js';
import { insertFiling } from '../db/filing.statements.js';
import { authorityDeadline } from '../domain/breach-duties.js';
import { filingDocument } from '../domain/filing-document.js';
import { assertAware, BreachCommand } from './breach-command.js';
import { BreachViews } from './breach-views.js';
import { iso, type CommandCall } from './command-call.js';
import { GetFiling } from './get-filing.use-case.js';
import { KnownLedger } from './known-ledger.js';

/**
 * Prepares what a party enters into the authority's own portal: the fields of Art. 33(3), from the register and the ledger,
 * in nl, fr or de. Each call is a phase of its own document. Nothing is filed by this.
 *
 * @see GDPR Art. 33(3), 33(4)
 */
@Injectable()
export class PrepareFiling {
  constructor(
    @Inject(BreachCommand) private readonly command: BreachCommand,
    @Inject(BreachViews) private readonly views: BreachViews,
    @Inject(KnownLedger) private readonly ledger: KnownLedger,
    @Inject(GetFiling) private readonly getFiling: GetFiling,
  ) {}

  /** @throws DomainError NOT_FOUND, INPUT_INVALID (German without categories), CONFLICT (suspected; late without reasons) */
  execute(id: string, request: PrepareFilingRequest, call: CommandCall): Promise<CommandAnswer<FilingView>> {
    return this.command.run(
      id,
      call,
      async (tx, breach) => ({ filingId: await this.prepare(tx, breach, request, call) }),
      (result) => this.getFiling.execute(id, result['filingId'] as string, call.party),
    );
  }

  private async prepare(
    tx: WriteTransaction,
    breach: BreachRow,
    request: PrepareFilingRequest,
    { party, context }: CommandCall,
  ): Promise<string> {
    assertAware(breach);
    const [whole] = await this.views.whole(tx, [breach], tx.now);
    if (authorityDeadline(whole!.duties, tx.now).delayJustificationNeeded) {
      throw new DomainError(
        'CONFLICT',
        `The 72 hours ended at ${iso(breach.authority_due_at)}: record the reasons for the delay first`,
        { clause: 'GDPR-33(1)' },
      );
    }
    const phase = whole!.filings.length + 1;
    const document = await this.document(tx, breach, phase, request);
    const documentHash = createHash('sha256').update(canonicalJson(document)).digest('hex');
    const preparedAt = formatInstant(tx.now);
    const { authority, language } = request;
    const filingId = newId();
    await tx.query(
      insertFiling({
        id: filingId,
        breachId: breach.id,
        phase,
        authority,
        language,
        document,
        documentHash,
        preparedAt,
      }),
    );
    const data = {
      breachId: breach.id,
      partyId: party,
      filingId,
      phase,
      authority,
      language,
      documentHash,
      preparedAt,
    };
    await tx.append(authorityFilingPrepared, { subject: breach.id, data, context });
    return filingId;
  }

  private async document(
    tx: WriteTransaction,
    breach: BreachRow & { aware_at: Date; authority_due_at: Date },
    phase: number,
    request: PrepareFilingRequest,
  ): Promise<FilingDocument> {
    const { scope } = breach;
    const parties = await this.ledger.parties(tx, [breach.party_id, ...scope.counterparties]);
    const controller = parties.get(breach.party_id);
    return filingDocument({
      language: request.language,
      reference: breach.id,
      phase,
      controller: controller?.name ?? breach.party_id,
      contact: controller?.contacts.find(({ role }) => role === 'dpo')?.mailbox ?? null,
      nature: breach.nature,
      natureText: request.natureText,
      occurredFrom: iso(breach.occurred_from),
      occurredTo: breach.occurred_to === null ? null : iso(breach.occurred_to),
      detectedAt: iso(breach.detected_at),
      processorInformedAt: breach.processor_informed_at === null ? null : iso(breach.processor_informed_at),
      awareAt: iso(breach.aware_at),
      dueAt: iso(breach.authority_due_at),
      categoriesOfSubjects: request.categoriesOfSubjects,
      persons: scope.counts.persons,
      categoriesOfData: await this.categoriesOfData(tx, breach, request),
      records: scope.counts.items,
      consequences: request.consequences,
      measures: request.measures,
      risk: breach.assessment?.risk ?? null,
      counterparties: scope.counterparties.map((id) => parties.get(id)?.name ?? id),
      delayReasons: breach.delay?.reasons ?? null,
    });
  }

  /** As the party says, or the items of the affected protocols; those have no German names. */
  private async categoriesOfData(
    tx: WriteTransaction,
    { scope }: BreachRow,
    { language, categoriesOfData }: PrepareFilingRequest,
  ): Promise<string> {
    if (categoriesOfData !== undefined) return categoriesOfData;
    if (language === 'de') {
      throw new DomainError('INPUT_INVALID', 'A German filing needs its categories of data in German', {
        faults: [
          { in: 'body', name: '/categoriesOfData', detail: 'is missing: protocols name their items in nl and fr' },
        ],
      });
    }
    const protocols = [...(await this.ledger.protocols(tx, scope.protocols)).values()];
    const labels = new Map(
      protocols.flatMap(({ model }) => model.dataItems.map((item) => [item.id, item.label[language]] as const)),
    );
    return scope.items.map((item) => labels.get(item) ?? item).join('; ');
  }
}
