import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { eventually, type TestAnswer, TestClient, TestIssuer } from '@convenant/testing';
import { startSystem, type SystemUnderTest } from './start-system.js';

const folder = new URL('../../protocols/examples/', import.meta.url);
const documentHash = createHash('sha256').update('the signed declaration').digest('hex');

/** A protocol file of invented bodies, which no code knows. */
export const invented = (name: 'kader-woonpremies' | 'toetreding-modelgem' | 'toetreding-proefstede') =>
  readFile(new URL(`${name}.yaml`, folder), 'utf8');

/** The invented bodies; `outsider` stands in no protocol. */
const bodies = {
  agency: ['Agentschap Woonpremies Voorbeeld', '0799.100.153'],
  city: ['Stad Voorbeeldegem', '0799.100.252'],
  modelgem: ['Gemeente Modelgem', '0799.100.351'],
  proefstede: ['Stad Proefstede', '0799.100.450'],
  outsider: ['Stad Elders', '0799.100.549'],
} as const;
export type Body = keyof typeof bodies;

/** The whole system, with a register of invented bodies that each vouch for their own people. */
export class FrameworkFlow {
  readonly parties = {} as Record<Body, string>;
  readonly issuers = {} as Record<Body, TestIssuer>;

  private constructor(readonly system: SystemUnderTest) {}

  /** @param now where legal time begins */
  static async start(now: string): Promise<FrameworkFlow> {
    const system = await startSystem();
    const flow = new FrameworkFlow(system);
    try {
      await flow.clock(now);
      const admin = new TestClient(system.url, await system.sandbox.tokenFor('admin'));
      for (const [body, [name, enterpriseNumber]] of Object.entries(bodies) as [Body, readonly [string, string]][]) {
        const issuer = (flow.issuers[body] = await TestIssuer.start());
        const request = { name, enterpriseNumber, issuer: issuer.url, jwksUri: issuer.jwksUri };
        const contacts = [{ role: 'dpo', mailbox: `dpo@${body}.example` }];
        const registered = await admin.post('/register/v1/parties', {
          ...request,
          contacts,
          firstDpo: { sub: 'first-dpo' },
        });
        flow.parties[body] = accepted(registered).id;
      }
      return flow;
    } catch (error) {
      await flow.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.system.stop();
    for (const issuer of Object.values(this.issuers)) await issuer.stop();
  }

  async clock(now: string): Promise<void> {
    await this.system.sandbox.clock.move({ now });
  }

  /** Somebody of a body, with a token of its own issuer unless said otherwise. */
  async of(body: Body, role: string, more: object = {}, issuer: Body = body): Promise<TestClient> {
    const claims = { sub: `${role}-of-${body}`, party: this.parties[body], roles: [role], client_id: body, ...more };
    return new TestClient(this.system.url, await this.issuers[issuer].token(claims));
  }

  /** From the draft to the last signature. @returns the protocol as it stands then */
  async agree(receiver: Body, file: string, signedOn: string): Promise<any> {
    const parties = { sender: this.parties.agency, receiver: this.parties[receiver] };
    const draft = { parties, file, format: 'yaml', documentHash };
    const drafter = await this.of('agency', 'agency');
    return this.sign(receiver, accepted(await drafter.post('/register/v1/protocols', draft)), signedOn);
  }

  /** A file that is not taken, and leaves nothing. @returns what is found on it */
  async refusedDraft(receiver: Body, file: string): Promise<any[]> {
    const drafter = await this.of('agency', 'agency');
    const known = async () => (await drafter.get('/register/v1/protocols')).body.items.length;
    const before = await known();
    const parties = { sender: this.parties.agency, receiver: this.parties[receiver] };
    const { status, body } = await drafter.post('/register/v1/protocols', {
      parties,
      file,
      format: 'yaml',
      documentHash,
    });
    if (status !== 400 || (await known()) !== before) throw new Error(`The draft was taken: ${status}`);
    return body.findings;
  }

  /** The same for a new version of a protocol. */
  async amend(id: string, receiver: Body, file: string, signedOn: string): Promise<any> {
    const amendment = { file, format: 'yaml', documentHash };
    const drafter = await this.of('agency', 'agency');
    const drafted = accepted(await drafter.post(`/register/v1/protocols/${id}/amendments`, amendment));
    return this.sign(receiver, drafted, signedOn);
  }

  private async sign(receiver: Body, { id, dataHash }: any, signedOn: string): Promise<any> {
    const of = { sender: 'agency', receiver } as const;
    const hashes = { documentHash, dataHash };
    const say = async (side: 'sender' | 'receiver', role: string, path: string, statement: object) =>
      accepted(await (await this.of(of[side], role)).post(`/register/v1/protocols/${id}/${path}`, statement));
    const opinion = { outcome: 'positive', givenOn: '2026-05-04', followed: true, approvesTranscription: true };
    for (const side of ['sender', 'receiver'] as const) await say(side, 'dpo', 'opinions', { ...opinion, ...hashes });
    const signed = { signedOn, method: 'paper', ...hashes };
    await say('sender', 'signatory', 'signatures', { signatory: 'director', ...signed });
    const protocol = await say('receiver', 'signatory', 'signatures', { signatory: 'mayor', ...signed });
    if (protocol.waitsFor.length > 0) throw new Error(`The protocol waits for ${protocol.waitsFor.join(', ')}`);
    return protocol;
  }

  /** Of a person under a protocol, once transfer knows it. @returns the reference */
  async subject(protocolId: string, agencyCaseRef: string): Promise<string> {
    const agency = await this.of('agency', 'agency');
    const answer = await eventually(
      async () => {
        const given = await agency.post('/transfer/v1/subjects', { protocolId, agencyCaseRef });
        return given.status === 201 ? given : undefined;
      },
      { what: 'transfer knows the protocol', deadlineMs: 30_000 },
    );
    return answer.body.subjectRef;
  }

  /** What somebody gets under a path, once it is as `holds` says. */
  async until(client: TestClient, path: string, holds: (body: any) => boolean): Promise<any> {
    let last: unknown;
    return eventually(
      async () => {
        const { body } = await client.get(path);
        last = body;
        return holds(body) ? body : undefined;
      },
      { what: `${path} is as awaited`, deadlineMs: 45_000 },
    ).catch((cause: unknown) => {
      throw new Error(`Last seen: ${JSON.stringify(last).slice(0, 1_000)}`, { cause });
    });
  }
}

/** The body of an answer 201. @throws Error with the problem, which holds no value */
export function accepted({ status, body }: TestAnswer): any {
  if (status === 201) return body;
  throw new Error(`${status} ${body?.code} ${body?.detail} ${JSON.stringify(body?.findings ?? body?.issues ?? [])}`);
}
