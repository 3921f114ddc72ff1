import { barrierApplied, disclosureAuthorized } from '@convenant/contracts';
import { formatInstant, newId } from '@convenant/kernel';
import { documentHash, fjFile, ogFile, type RegisterWorld } from './register.support.spec.js';

export const PROTOCOLS = '/register/v1/protocols';

/** A protocol with everything that its activation needs. */
export interface Agreement {
  sender: string;
  receiver: string;
  file: string;
  decisions: [string, string, 'sender' | 'receiver'][];
  signatories: [string, 'sender' | 'receiver'][];
}

/** References under which something was agreed in a world, with their parties. */
const agreedBefore = new WeakMap<RegisterWorld, Map<string, number>>();

/**
 * The file, from the second time on under a reference of its own, since of one agreement only one protocol is ever in force; a
 * framework keeps the one by which others accede to it.
 */
function anew(world: RegisterWorld, { sender, receiver, file }: Agreement): string {
  if (/^kind: framework$/m.test(file)) return file;
  const known = agreedBefore.get(world) ?? new Map<string, number>();
  agreedBefore.set(world, known);
  return file.replace(/^reference: .*$/m, (line) => {
    const key = `${sender} ${receiver} ${line}`;
    const times = (known.get(key) ?? 0) + 1;
    known.set(key, times);
    return times === 1 ? line : `${line}-${times}`;
  });
}

/** Takes a protocol from draft to its last signature. @returns it as it stands then */
export async function agree(world: RegisterWorld, agreement: Agreement): Promise<any> {
  const { sender, receiver, decisions, signatories } = agreement;
  const of = { sender, receiver };
  const drafter = await world.of(sender, ['agency']);
  const drafted = await drafter.post(PROTOCOLS, {
    parties: of,
    file: anew(world, agreement),
    format: 'yaml',
    documentHash,
  });
  const { id, dataHash } = drafted.body;
  const hashes = { documentHash, dataHash };
  const post = async (role: 'sender' | 'receiver', as: string, path: string, body: object) => {
    const answer = await (await world.of(of[role], [as])).post(`${PROTOCOLS}/${id}/${path}`, body);
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
    return answer.body;
  };
  for (const role of ['sender', 'receiver'] as const) {
    const opinion = { outcome: 'positive', givenOn: '2026-02-01', followed: true, approvesTranscription: true };
    await post(role, 'dpo', 'opinions', { ...opinion, ...hashes });
  }
  for (const [openPoint, value, role] of decisions) {
    await post(role, 'dpo', 'decisions', { openPoint, value, capacity: 'officer', decidedOn: '2026-02-20' });
  }
  let protocol;
  for (const [signatory, role] of signatories) {
    protocol = await post(role, 'signatory', 'signatures', {
      signatory,
      signedOn: '2026-02-27',
      method: 'paper',
      ...hashes,
    });
  }
  return protocol;
}

export function agreementOnOg(world: RegisterWorld, sender: string, receiver: string): Promise<any> {
  return agree(world, {
    sender,
    receiver,
    file: ogFile,
    decisions: [
      ['client-declines', 'erase', 'receiver'],
      ['phase1-ceiling', 'P6M', 'receiver'],
    ],
    signatories: [
      ['administrator-general', 'sender'],
      ['mayor', 'receiver'],
      ['general-director', 'receiver'],
    ],
  });
}

/** The other shipped protocol, with what its text leaves open decided; in force from the last signature. */
export function agreementOnFj(
  world: RegisterWorld,
  sender: string,
  receiver: string,
  file: string = fjFile,
): Promise<any> {
  const both = (point: string, value: string): Agreement['decisions'] => [
    [point, value, 'sender'],
    [point, value, 'receiver'],
  ];
  return agree(world, {
    sender,
    receiver,
    file,
    decisions: [
      ...both('criminal-data-ground', 'Decree on the organisation of help to detainees'),
      ['retention-period', 'P5Y', 'receiver'],
      ...both('signature-date', '2026-02-20'),
    ],
    signatories: [
      ['chair', 'sender'],
      ['secretary-general', 'receiver'],
    ],
  });
}

/** What transfer says once nothing flows any more because of that version of the protocol. */
export function barrierOf(
  world: RegisterWorld,
  kind: 'ending' | 'suspension' | 'revocation',
  protocolId: string,
  aggregateversion: number,
  unconfirmed: string[] = [],
  subject = protocolId,
): Promise<number> {
  const barrierId = newId();
  return world.transfer.publish(barrierApplied, {
    subject: barrierId,
    protocolId,
    data: {
      barrierId,
      cause: { kind, service: 'register', subject, aggregateversion },
      protocolId,
      appliedAt: formatInstant(Date.now()),
      waited: { transactionsMs: 4, deliveriesMs: 3 },
      unconfirmed,
    },
  });
}

/** A disclosure that transfer authorised at `at`. @returns its id */
export async function disclosed(
  world: RegisterWorld,
  {
    protocolId,
    party,
    subjectRef = newId(),
    at,
  }: { protocolId: string; party: string; subjectRef?: string; at: string },
): Promise<string> {
  const disclosureId = newId();
  await world.transfer.publish(disclosureAuthorized, {
    subject: disclosureId,
    protocolId,
    data: {
      disclosureId,
      subjectRef,
      protocolId,
      requesterParty: party,
      purpose: 'access-to-social-support',
      items: ['name'],
      recipient: { party, unit: 'ocmw-sociale-dienst', category: 'social-worker' },
      requestedAt: at,
      protocolVersion: 1,
      clause: '5',
      channel: { kind: 'mail7zip', route: 'mail' },
      facts: [],
    },
  });
  return disclosureId;
}
