import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { inventedDetainees, ServiceIntegrator, SourceAgency } from '@convenant/sandbox';
import { eventually, type TestAnswer, TestClient, TestIssuer } from '@convenant/testing';
import { startSystem, type SystemUnderTest } from './start-system.js';

const file = new URL('../../protocols/fod-justitie--departement-wvg.yaml', import.meta.url);
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const secret = () => randomBytes(24).toString('hex');

export const UNIT = 'justitieel-welzijnswerk';
export const ITEMS = ['identifier', 'name', 'prison', 'cell', 'admission-date', 'presence'];
/** How the detainees are found: by national number, BIS number, AFIS number. */
export const [BY_NATIONAL_NUMBER, BY_BIS_NUMBER, BY_AFIS_NUMBER] = inventedDetainees.map((detainee) => {
  const [kind, value] = Object.entries(detainee['identifier']!.fields)[0]!;
  return { kind, value };
}) as [Identifier, Identifier, Identifier];
export type Identifier = { kind: string; value: string; absent?: string[] };
export type Side = 'sender' | 'receiver';

/**
 * The whole system with the protocol of the FPS Justice in force, a source that is asked through the integrator, and the people
 * who act for both parties.
 */
export class LookUpFlow {
  readonly parties = {} as Record<Side, string>;
  protocolId = '';

  private constructor(
    readonly system: SystemUnderTest,
    readonly source: SourceAgency,
    readonly integrator: ServiceIntegrator,
    private readonly issuer: TestIssuer,
    /** By which source and integrator know who asks. */
    readonly secrets: readonly string[],
  ) {}

  /** Until the protocol is in force in the register and both its routes have their endpoint. */
  static async start(): Promise<LookUpFlow> {
    const [ofIntegrator, direct, carried] = [secret(), secret(), secret()] as const;
    const undo: (() => Promise<void>)[] = [];
    try {
      const source = await SourceAgency.start({ [ofIntegrator]: 'integrator', [direct]: 'installation' });
      undo.push(() => source.close());
      const behind = { url: source.url, bearerToken: ofIntegrator };
      const integrator = await ServiceIntegrator.start({ [carried]: 'installation' }, behind);
      undo.push(() => integrator.close());
      const issuer = await TestIssuer.start();
      undo.push(() => issuer.stop());
      const system = await startSystem(undefined, {
        transfer: { SOURCE_ORIGINS: `${integrator.origin} ${source.origin}` },
      });
      undo.push(() => system.stop());
      const flow = new LookUpFlow(system, source, integrator, issuer, [ofIntegrator, direct, carried]);
      flow.parties.sender = await flow.register('FOD Justitie', '0308.357.753');
      flow.parties.receiver = await flow.register('Departement WVG', '0316.380.841', { unitCode: 'OVO000001' });
      await flow.agree();
      await flow.connect('federal-integrator', integrator.url, carried);
      await flow.connect('direct', source.url, direct);
      return flow;
    } catch (error) {
      for (const step of undo.reverse()) await step();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.system.stop();
    await this.issuer.stop();
    await this.integrator.close();
    await this.source.close();
  }

  /** Somebody of a party, at the one address of the system. */
  async of(side: Side, role: string, sub = `${role}-of-${side}`, more: object = {}): Promise<TestClient> {
    const claims = { sub, party: this.parties[side], roles: [role], client_id: `system-of-${side}`, ...more };
    return new TestClient(this.system.url, await this.issuer.token(claims));
  }

  /** A social worker of the receiving party. */
  worker(sub: string): Promise<TestClient> {
    return this.of('receiver', 'agency-user', sub, { unit: UNIT, secrecy: true });
  }

  /** By the DPO of the receiving party, in the register. @returns the authorisation */
  async authorize(sub: string, items: readonly string[] = ITEMS): Promise<any> {
    const request = {
      ...{ protocolId: this.protocolId, sub, unit: UNIT, task: 'reception', capacity: 'social-worker' },
      ...{ secrecy: true, items, supervisor: { sub: 'head-of-team' }, validUntil: '2099-01-01T00:00:00Z' },
    };
    return accepted(await (await this.of('receiver', 'dpo')).post('/register/v1/user-authorizations', request));
  }

  /**
   * Asks for one person once transfer has seen the given version of the given authorisation.
   * @returns the answer about that person
   */
  async lookUp(
    worker: TestClient,
    identifier: Identifier = BY_NATIONAL_NUMBER,
    items: readonly string[] = ITEMS,
    seen: { aggregateId: string; version: number }[] = [],
  ): Promise<any> {
    const request = {
      ...{ protocolId: this.protocolId, purpose: 'help-and-services-to-detainees', task: 'reception' },
      ...{ category: 'authorized-user', items, identifiers: [identifier], seen },
    };
    const answer = await eventually(
      async () => {
        const given = await worker.post('/transfer/v1/look-ups', request);
        return given.body?.code === 'VERSION_NOT_SEEN' ? undefined : given;
      },
      { what: 'transfer has seen the authorisation', deadlineMs: 30_000 },
    );
    return accepted(answer).answers[0];
  }

  /** What the DPO of a party sees of the protocol in the trail, once it holds what `holds` looks for. */
  async trail(side: Side, holds: (entries: any[]) => boolean): Promise<any[]> {
    const dpo = await this.of(side, 'dpo');
    return eventually(
      async () => {
        const { body } = await dpo.get(`/audit/v1/entries?protocolId=${this.protocolId}&limit=500`);
        return holds(body.items ?? []) ? (body.items as any[]) : undefined;
      },
      { what: `the trail of the ${side} holds it`, deadlineMs: 30_000 },
    );
  }

  private async register(name: string, enterpriseNumber: string, more: object = {}): Promise<string> {
    const { url: issuer, jwksUri } = this.issuer;
    const admin = new TestClient(this.system.url, await this.system.sandbox.tokenFor('admin'));
    const request = {
      ...{ name, enterpriseNumber, issuer, jwksUri },
      ...{ contacts: [{ role: 'dpo', mailbox: 'dpo@voorbeeld.example' }], firstDpo: { sub: 'first-dpo' } },
    };
    return accepted(await admin.post('/register/v1/parties', { ...request, ...more })).id;
  }

  /** From the file that ships to the last signature; what its text leaves open is decided by those it names. */
  private async agree(): Promise<void> {
    const documentHash = sha256('the signed document');
    const body = { parties: this.parties, file: await readFile(file, 'utf8'), format: 'yaml', documentHash };
    const drafted = accepted(await (await this.of('sender', 'agency')).post('/register/v1/protocols', body));
    this.protocolId = drafted.id;
    const hashes = { documentHash, dataHash: drafted.dataHash };
    const say = async (side: Side, role: string, path: string, statement: object) =>
      accepted(await (await this.of(side, role)).post(`/register/v1/protocols/${drafted.id}/${path}`, statement));
    const opinion = { outcome: 'positive', givenOn: '2026-02-01', followed: true, approvesTranscription: true };
    for (const side of ['sender', 'receiver'] as const) await say(side, 'dpo', 'opinions', { ...opinion, ...hashes });
    for (const [side, openPoint, value] of [
      ['sender', 'criminal-data-ground', 'Decree on the organisation of help to detainees'],
      ['receiver', 'criminal-data-ground', 'Decree on the organisation of help to detainees'],
      ['receiver', 'retention-period', 'P5Y'],
      ['sender', 'signature-date', '2026-02-20'],
      ['receiver', 'signature-date', '2026-02-20'],
    ] as const) {
      await say(side, 'dpo', 'decisions', { openPoint, value, capacity: 'officer', decidedOn: '2026-02-20' });
    }
    const signed = { signedOn: '2026-02-20', method: 'paper', ...hashes };
    await say('sender', 'signatory', 'signatures', { signatory: 'chair', ...signed });
    const last = await say('receiver', 'signatory', 'signatures', { signatory: 'secretary-general', ...signed });
    if (last.waitsFor.length > 0) throw new Error(`The protocol waits for ${last.waitsFor.join(', ')}`);
  }

  /** As ops of the sending party, once transfer knows party and protocol. */
  private async connect(route: string, url: string, bearerToken: string): Promise<void> {
    const ops = await this.of('sender', 'ops');
    const request = { protocolId: this.protocolId, route, url, bearerToken };
    await eventually(async () => (await ops.post('/transfer/v1/source-endpoints', request)).status === 201, {
      what: `the endpoint of ${route} is set`,
      deadlineMs: 30_000,
    });
  }
}

/** The body of an answer 201. @throws Error with the problem, which holds no value */
export function accepted({ status, body }: TestAnswer): any {
  if (status !== 201) throw new Error(`${status} ${body?.code} ${body?.detail} ${JSON.stringify(body?.issues ?? [])}`);
  return body;
}
