import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { DomainError, formatInstant, newId } from '@convenant/kernel';
import { rightsRequestAnswered, type AnswerRightsRequest, type RightsRequestView } from '@convenant/contracts';
import { CommandRunner, type WriteTransaction } from '@convenant/messaging';
import type { CommandAnswer } from '@convenant/platform';
import { answerFault } from '@convenant/protocol';
import { DisclosureFact } from '../db/disclosure-fact.entity.js';
import { CorrectedReportFact, WithdrawnConsentFact } from '../db/rights-facts.entity.js';
import { beginBarrier, standingRestrictions } from '../db/rights.statements.js';
import { RightsRequest } from '../db/rights-request.entity.js';
import { factsOf, isLate, remedies, requestIds } from '../domain/rights-view.js';
import { ActingOffice } from './acting-office.js';
import type { CommandCall } from './command-call.js';
import { assertLawful, RightsRequests } from './rights-requests.js';

/** Disclosures that one erasure reaches: more would not fit one event and one transaction of its readers. */
const MOST_DISCLOSURES = 200;

/**
 * Grants a request, wholly or in part, free of charge. What it orders is done by the services that own the matter: transfer
 * restricts (answered *enforcing*) and keeps an objection, retention has the values erased through the one gate. What others
 * must have done before (a withdrawal, a correction) is checked against what they said.
 *
 * @see GDPR Art. 12(3), 12(5), 15 to 18, 21
 */
@Injectable()
export class AnswerRights {
  constructor(
    private readonly office: ActingOffice,
    private readonly commands: CommandRunner,
    private readonly requests: RightsRequests,
  ) {}

  /**
   * @throws DomainError NOT_FOUND, FORBIDDEN, INPUT_INVALID, SUBJECT_NOT_IDENTIFIABLE, CONFLICT (decided before, not
   *   withdrawn or corrected yet, nothing to erase)
   */
  async execute(id: string, body: AnswerRightsRequest, call: CommandCall): Promise<CommandAnswer<RightsRequestView>> {
    await this.requests.one(id, call.party);
    const party = await this.office.party(call);
    return this.commands.run({
      ...call.idempotency,
      aggregates: [id],
      work: async (tx) => {
        await this.answer(tx, await this.requests.one(id, party, tx.manager), body, call);
        return { status: 201, result: { id } };
      },
      answer: () => this.requests.view(id, party),
    });
  }

  private async answer(
    tx: WriteTransaction,
    request: RightsRequest,
    body: AnswerRightsRequest,
    { context }: CommandCall,
  ): Promise<void> {
    const { id, protocolId } = request;
    const { verdict, reasons = [], restrictionGround, qualityReports } = body;
    const identifiable = await this.requests.isIdentifiable(request.subjectRef, tx.manager);
    const fault = answerFault(factsOf(request, identifiable), {
      verdict,
      identityChecked: body.identityCheck !== undefined,
      reasons,
      restrictionGround: restrictionGround !== undefined,
      erasureGround: body.erasureGround !== undefined,
      namesDisclosures: body.disclosureIds !== undefined,
      namesReports: qualityReports !== undefined,
    });
    assertLawful(id, fault);
    await assertDone(tx, request, body);
    const identityCheck = body.identityCheck ?? request.identityCheck!;
    const restriction = restrictionGround === undefined ? null : { restrictionId: newId(), ground: restrictionGround };
    const erasure = await erasureOf(tx, request, body);
    const late = isLate(request, tx.now);
    await tx.manager.update(
      RightsRequest,
      { id },
      {
        state: verdict,
        identityCheck,
        reasons,
        decidedAt: new Date(tx.now),
        late,
        restrictionId: restriction?.restrictionId ?? null,
        restrictionGround: restriction?.ground ?? null,
        erasureGround: erasure?.ground ?? null,
        disclosureIds: erasure?.disclosureIds ?? [],
        qualityReports: qualityReports ?? [],
        nextLookAt: null,
      },
    );
    const { aggregateVersion } = await tx.append(rightsRequestAnswered, {
      subject: id,
      data: {
        ...requestIds(request),
        verdict,
        identityCheck,
        reasons,
        remedies: reasons.length > 0 ? [...remedies] : [],
        charge: 'none',
        ...(restriction === null ? {} : { restriction }),
        ...(erasure === null ? {} : { erasure }),
        ...(qualityReports === undefined ? {} : { qualityReports }),
        answeredAt: formatInstant(tx.now),
        late,
      },
      context,
      protocolId,
    });
    if (restriction !== null) await tx.query(beginBarrier, [id, aggregateVersion]);
  }
}

/** What a granted withdrawal or rectification says was done by others, was. */
async function assertDone(
  { manager }: WriteTransaction,
  { id, protocolId, subjectRef, consentId }: RightsRequest,
  { qualityReports }: AnswerRightsRequest,
): Promise<void> {
  if (consentId !== null) {
    if (await manager.existsBy(WithdrawnConsentFact, { consentId, subjectRef: subjectRef! })) return;
    throw new DomainError('CONFLICT', `Consent ${consentId} of rights request ${id} is not withdrawn yet`);
  }
  if (qualityReports === undefined) return;
  const where = { reportId: In(qualityReports), protocolId, subjectRef: subjectRef! };
  if ((await manager.countBy(CorrectedReportFact, where)) === qualityReports.length) return;
  throw new DomainError('CONFLICT', `Not every quality report of rights request ${id} has led to a correction`);
}

/** What an erasure reaches: everything disclosed about the person, or the disclosures named; and what ends with it. */
async function erasureOf(
  tx: WriteTransaction,
  { id, party, protocolId, subjectRef }: RightsRequest,
  { verdict, erasureGround: ground, disclosureIds: named }: AnswerRightsRequest,
) {
  if (ground === undefined) return null;
  const facts = await tx.manager.find(DisclosureFact, {
    where: { protocolId, subjectRef: subjectRef!, ...(named === undefined ? {} : { disclosureId: In(named) }) },
    order: { disclosureId: 'ASC' },
    take: MOST_DISCLOSURES + 1,
  });
  const known = facts.map(({ disclosureId }) => disclosureId);
  const stranger = named?.findIndex((disclosure) => !known.includes(disclosure)) ?? -1;
  if (stranger >= 0) {
    const detail = 'must be a disclosure about this person under this protocol';
    throw new DomainError('INPUT_INVALID', `Rights request ${id} does not concern a disclosure`, {
      faults: [{ in: 'body', name: `/disclosureIds/${stranger}`, detail }],
    });
  }
  const disclosureIds = named ?? known;
  if (disclosureIds.length === 0) throw new DomainError('CONFLICT', `Rights request ${id}: nothing was disclosed`);
  if (disclosureIds.length > MOST_DISCLOSURES) {
    const detail = `more than ${MOST_DISCLOSURES} disclosures: grant it in parts`;
    throw new DomainError('CONFLICT', `Rights request ${id} reaches ${detail}`);
  }
  // Who has everything erased asks for no restriction of it any more; of a part, the restriction of the rest stands.
  const ends =
    verdict === 'granted' ? await tx.query<{ id: string }>(standingRestrictions, [party, subjectRef, protocolId]) : [];
  return { ground, disclosureIds, endsRestrictions: ends.map((restriction) => restriction.id) };
}
