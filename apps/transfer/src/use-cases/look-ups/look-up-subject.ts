import { Inject, Injectable } from '@nestjs/common';
import { subjectRegistered } from '@convenant/contracts';
import { formatInstant } from '@convenant/kernel';
import type { CommandContext, WriteTransaction } from '@convenant/messaging';
import type { SubjectFacts } from '@convenant/protocol';
import { Facts } from '../../db/facts.js';
import { insertSubject, insertSubjectKey, selectSubjectKeys, type SubjectKeyRow } from '../../db/subject.statements.js';
import type { SubjectKey } from '../../domain/subject-keys.js';
import { SubjectCipher } from '../../vault/subject-cipher.js';

/** The reference of a person who is looked up: the same again for the same identifier under the protocol. */
@Injectable()
export class LookUpSubject {
  constructor(
    @Inject(SubjectCipher) private readonly cipher: SubjectCipher,
    @Inject(Facts) private readonly facts: Facts,
  ) {}

  /** 32 bytes; its lock must be held. */
  hash(protocolId: string, key: SubjectKey): Buffer {
    return this.cipher.hash(protocolId, key);
  }

  /**
   * @param fresh the reference that a person gets who has none yet
   * @returns with what the person has stopped under the protocol, which somebody unknown so far has not
   */
  async find(
    tx: WriteTransaction,
    where: { protocolId: string; party: string; context: CommandContext },
    key: SubjectKey,
    fresh: string,
  ): Promise<{ subjectRef: string; stops?: SubjectFacts }> {
    const { protocolId, party, context } = where;
    const hash = this.hash(protocolId, key);
    const [known] = await tx.query<SubjectKeyRow>(selectSubjectKeys(protocolId, [key.kind], [hash]));
    if (known) {
      const { subject_ref: subjectRef } = known;
      const facts = await this.facts.load(tx, { subjects: [subjectRef] });
      return { subjectRef, stops: facts.subject(subjectRef)!.stops };
    }
    const { ciphertext, wrappedKey } = await this.cipher.seal(fresh, key);
    await tx.query(insertSubject(fresh, protocolId, party, new Date(tx.now)));
    await tx.query(insertSubjectKey({ protocolId, kind: key.kind, hash, subjectRef: fresh, ciphertext, wrappedKey }));
    const data = { subjectRef: fresh, protocolId, party, registeredAt: formatInstant(tx.now) };
    await tx.append(subjectRegistered, { subject: fresh, data, context, protocolId });
    return { subjectRef: fresh };
  }
}
