import { Inject, Injectable } from '@nestjs/common';
import type { GetSubjectRequest, SubjectsView } from '@convenant/contracts';
import { DomainError } from '@convenant/kernel';
import { Outbox } from '@convenant/messaging';
import type { CallerIdentity } from '@convenant/platform';
import { Facts } from '../db/facts.js';
import { selectReached, selectSubjectKeys, type SubjectKeyRow } from '../db/subject.statements.js';
import { notFound, roleIn } from '../domain/protocol-access.js';
import { AGENCY_CASE } from '../domain/subject-keys.js';
import { SubjectCipher } from '../vault/subject-cipher.js';
import { subjectKeys } from './register-subject.use-case.js';

/**
 * A party's own references of a person. The sender finds those it registered. The receiver knows no case of the sender:
 * it finds, by identifier, only persons of whom something reached it.
 *
 * Errors: NOT_FOUND (protocol), INPUT_INVALID, IDENTIFIER_INVALID.
 */
@Injectable()
export class GetSubjects {
  constructor(
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(Facts) private readonly facts: Facts,
    @Inject(SubjectCipher) private readonly cipher: SubjectCipher,
  ) {}

  async execute(caller: CallerIdentity, body: GetSubjectRequest): Promise<SubjectsView> {
    const { protocolId } = body;
    const keys = subjectKeys(body);
    if (keys.length === 0) {
      throw new DomainError('INPUT_INVALID', 'The input does not have the required shape', {
        faults: [{ in: 'body', name: '/agencyCaseRef', detail: 'agencyCaseRef or identifier must be given' }],
      });
    }
    return this.outbox.transaction([], async (tx) => {
      const protocol = await this.facts.protocol(tx, protocolId);
      const role = protocol && roleIn(protocol.facts.parties, caller.party);
      if (!role) throw notFound('Protocol', protocolId);
      const usable = role === 'sender' ? keys : keys.filter(({ kind }) => kind !== AGENCY_CASE);
      const rows = await tx.query<SubjectKeyRow>(
        selectSubjectKeys(
          protocolId,
          usable.map(({ kind }) => kind),
          usable.map((key) => this.cipher.hash(protocolId, key)),
        ),
      );
      const items = [];
      for (const subjectRef of new Set(rows.map((row) => row.subject_ref))) {
        if (role === 'receiver' && (await tx.query(selectReached(subjectRef, caller.party!))).length === 0) continue;
        items.push({ subjectRef, protocolId, version: await tx.versionOf(subjectRef) });
      }
      return { items };
    });
  }
}
