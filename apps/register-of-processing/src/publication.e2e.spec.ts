import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, kafkaSettings, type TestClient } from '@convenant/testing';
import { agreementOnFj, agreementOnOg, PROTOCOLS } from './agreements.support.spec.js';
import { foldedBesideKept } from './folded.support.spec.js';
import { documentHash, otherText, RegisterWorld } from './register.support.spec.js';

/** Websites of the parties: what stands at each path. */
class Websites {
  readonly pages = new Map<string, Buffer | number>();
  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => {
      const page = this.pages.get(request.url!) ?? 404;
      if (typeof page === 'number') response.writeHead(page).end();
      else response.writeHead(200, { 'content-type': 'text/html' }).end(page);
    });
  }

  static async start(): Promise<Websites> {
    const server = createServer();
    const websites = new Websites(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return websites;
  }

  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

describe('publication', () => {
  let websites: Websites;
  let world: RegisterWorld;
  let og: string;
  let ocmw: string;
  let ogDpo: TestClient;
  let ocmwDpo: TestClient;
  let protocolId: string;
  let publications: string;

  beforeAll(async () => {
    websites = await Websites.start();
    world = await RegisterWorld.start('2026-02-27T10:00:00Z', kafkaSettings(), undefined, {
      PUBLICATION_HTTP_HOSTS: websites.host,
      SANDBOX_PUBLICATION_PRIVATE: 'true',
    });
    og = await world.registerParty('Opgroeien regie', '0886.886.638');
    ocmw = await world.registerParty('OCMW Sint-Gillis-Waas', '0212.169.781');
    ogDpo = await world.of(og, ['dpo']);
    ocmwDpo = await world.of(ocmw, ['dpo']);
    ({ id: protocolId } = await agreementOnOg(world, og, ocmw));
    publications = `${PROTOCOLS}/${protocolId}/publications`;
  });
  afterAll(async () => {
    await world?.stop();
    await websites?.stop();
  });

  /** Somebody without a login. */
  const anybody = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${world.service.url}${path}`, { headers });
  const bytesOf = async (path: string) => Buffer.from(await (await anybody(path)).arrayBuffer());
  const told = async (subject: string) =>
    (await world.events(subject)).filter(({ type }) => type.startsWith('protocol.publi'));
  const standing = async (client: TestClient, id = protocolId) =>
    (await client.get(`${PROTOCOLS}/${id}/alerts`)).body.items
      .filter(({ clearedAt }: any) => clearedAt === undefined)
      .map(({ code, party }: any) => [code, party === og ? 'og' : 'ocmw'].join(' '));
  const publicationIs = (id: string, state: string) =>
    eventually(async () => (await ogDpo.get(`${publications}/${id}`)).body.state === state, {
      what: `the publication is ${state}`,
    });

  it('OG-D anybody reads the page of a version in three languages and its data, without a login and the same bytes for ever', async () => {
    const { files, public: isPublic, clause } = (await ogDpo.get(publications)).body;
    expect({ isPublic, clause }).toEqual({ isPublic: true, clause: 'D' });
    expect(files.map(({ name }: any) => name)).toEqual(['en.html', 'fr.html', 'nl.html', 'protocol.json']);
    for (const { path, contentHash, mediaType } of files) {
      const answer = await anybody(path);
      const bytes = Buffer.from(await answer.arrayBuffer());
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toBe(mediaType);
      expect(sha256(bytes)).toBe(contentHash);
      expect((await anybody(path, { 'if-none-match': answer.headers.get('etag')! })).status).toBe(304);
    }
    const page = await anybody(files.find(({ name }: any) => name === 'nl.html').path);
    expect(page.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; .*frame-ancestors 'none'$/,
    );
    const text = await page.text();
    expect(text).toContain('<html lang="nl">');
    for (const clauseOf of ['D', '3-items', '11-notice']) expect(text).toContain(`id="clause-${clauseOf}"`);
    expect(text).not.toMatch(/<script|<img|src=|https?:\/\//);
    const listed = (await (await anybody('/register/v1/publications')).json()) as any;
    expect(listed.items).toMatchObject([{ protocolId, version: 1, files }]);

    const data = JSON.parse(String(await bytesOf(files[3].path)));
    const { dataHash } = (await ogDpo.get(`${PROTOCOLS}/${protocolId}`)).body;
    expect(data).toMatchObject({ protocolId, version: 1, dataHash, documentHash });
    expect(data.decisions.map(({ openPoint }: any) => openPoint)).toEqual(['client-declines', 'phase1-ceiling']);
    // The text is signed by persons; only their offices are public.
    expect(JSON.stringify(data.signatures)).not.toMatch(/sub|userRef|@/);
  });

  it('OG-D what is not in force is nobody else’s business', async () => {
    const drafter = await world.of(og, ['agency']);
    const parties = { sender: og, receiver: ocmw };
    const draft = await drafter.post(PROTOCOLS, { parties, file: otherText, format: 'yaml', documentHash });
    const of = (id: string, version = 1, file = 'nl.html') => `/register/v1/publications/${id}/${version}/${file}`;
    for (const path of [of(draft.body.id), of(protocolId, 2), of(og)]) {
      const answer = await anybody(path);
      expect([answer.status, ((await answer.json()) as any).code]).toEqual([404, 'NOT_FOUND']);
    }
    expect((await anybody(of(protocolId, 1, 'x.html'))).status).toBe(400);
    expect((await ogDpo.get(`${PROTOCOLS}/${draft.body.id}/publications`)).body).toMatchObject({
      public: false,
      files: [],
    });
    const stranger = await world.of(await world.registerParty('Agency of the east', '0566.988.259'), ['dpo']);
    expect((await stranger.get(publications)).status).toBe(404);
    expect((await stranger.get(`${PROTOCOLS}/${protocolId}/alerts`)).status).toBe(404);
    const early = { url: `http://${websites.host}/early` };
    const refused = await ogDpo.post(`${PROTOCOLS}/${draft.body.id}/publications`, early);
    expect(refused.body).toMatchObject({ status: 409, code: 'TRANSITION_ILLEGAL' });
  });

  it('OG-D each party says where it published; the address is fetched, compared and looked at again, and a lapse is told', async () => {
    await world.clock.set('2026-03-01T10:00:00Z');
    const file = (await ogDpo.get(publications)).body.files.find(({ name }: any) => name === 'fr.html');
    const url = `http://${websites.host}/protocols/fr.html`;
    const recorded = await ogDpo.post(publications, { url });
    expect(recorded).toMatchObject({ status: 201, body: { state: 'awaited', party: og, version: 1, url } });
    const { id } = recorded.body;
    await eventually(async () => (await ogDpo.get(`${publications}/${id}`)).body.cause === 'NOT_FOUND', {
      what: 'the address was looked at',
    });
    expect(await told(protocolId)).toEqual([]);

    websites.pages.set('/protocols/fr.html', await bytesOf(file.path));
    expect((await ogDpo.post(`${publications}/${id}/checks`, {})).status).toBe(201);
    await publicationIs(id, 'published');
    expect(await told(protocolId)).toMatchObject([
      {
        type: 'protocol.published',
        clause: 'D',
        data: { publicationId: id, party: og, url, file: 'fr.html', contentHash: file.contentHash },
      },
    ]);

    // A page that is changed by one byte is another page.
    websites.pages.set('/protocols/fr.html', Buffer.concat([await bytesOf(file.path), Buffer.from('\n')]));
    await world.clock.set('2026-03-02T10:05:00Z');
    await publicationIs(id, 'lapsed');
    expect((await told(protocolId)).at(-1)).toMatchObject({
      type: 'protocol.publication.lapsed',
      clause: 'D',
      data: { publicationId: id, cause: 'CONTENT_DIFFERS', foundHash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    await eventually(async () => (await standing(ocmwDpo)).includes('PUBLICATION_LAPSED og'), {
      what: 'both parties are alerted',
    });

    websites.pages.set('/protocols/fr.html', await bytesOf(file.path));
    await world.clock.set('2026-03-02T11:10:00Z');
    await publicationIs(id, 'published');
    await eventually(async () => !(await standing(ogDpo)).includes('PUBLICATION_LAPSED og'), {
      what: 'the alert is cleared',
    });
    expect((await told(protocolId)).map(({ type }) => type)).toEqual([
      'protocol.published',
      'protocol.publication.lapsed',
      'protocol.published',
    ]);
  });

  it('OG-D a website that does not answer is a lapse only after several looks, and a party that never published is alerted', async () => {
    const [{ id }] = (await ogDpo.get(publications)).body.items;
    websites.pages.set('/protocols/fr.html', 503);
    for (const [look, at] of ['2026-03-03T12:00:00Z', '2026-03-03T13:05:00Z', '2026-03-03T14:10:00Z'].entries()) {
      expect((await ogDpo.get(`${publications}/${id}`)).body.state).toBe('published');
      await world.clock.set(at);
      await eventually(
        async () => (await ogDpo.get(`${publications}/${id}`)).body.lastCheckedAt.startsWith(at.slice(0, 16)),
        { what: `look ${look}` },
      );
    }
    await publicationIs(id, 'lapsed');
    expect((await told(protocolId)).at(-1)).toMatchObject({ data: { cause: 'UNREACHABLE' } });

    await world.clock.set('2026-03-09T10:00:00Z');
    await eventually(async () => (await standing(ocmwDpo)).includes('PUBLICATION_MISSING ocmw'), {
      what: 'the OCMW is alerted',
    });
    const page = (await ocmwDpo.get(publications)).body.files.find(({ name }: any) => name === 'nl.html');
    websites.pages.set('/ocmw', await bytesOf(page.path));
    const { body } = await ocmwDpo.post(publications, { url: `http://${websites.host}/ocmw` });
    await publicationIs(body.id, 'published');
    await eventually(async () => !(await standing(ocmwDpo)).includes('PUBLICATION_MISSING ocmw'), {
      what: 'the alert is cleared',
    });
    // The old page of the other party comes back under a new address.
    websites.pages.set('/moved', await bytesOf(page.path));
    const moved = await ogDpo.post(publications, { url: `http://${websites.host}/moved` });
    await publicationIs(moved.body.id, 'published');
    expect((await ogDpo.get(`${publications}/${id}`)).body.state).toBe('replaced');
    expect((await ogDpo.post(`${publications}/${id}/checks`, {})).body).toMatchObject({
      status: 409,
      code: 'CONFLICT',
    });
  });

  it('nobody has the service look into its own network, and only an officer or signatory says where a party publishes', async () => {
    for (const url of [
      'http://127.0.0.1:9/',
      'https://127.0.0.1:5432/',
      'http://elsewhere.example/',
      'https://a:b@x.example/',
    ]) {
      const refused = await ogDpo.post(publications, { url });
      expect(refused.body).toMatchObject({ status: 400, code: 'INPUT_INVALID', issues: [{ name: '/url' }] });
      expect(JSON.stringify(refused.body)).not.toContain('a:b');
    }
    const worker = await world.of(og, ['agency-user']);
    expect((await worker.post(publications, { url: 'https://www.agency.example/' })).status).toBe(403);
  });

  it('FJ-publication a text that is silent on publication is found so, and public once a party says where it publishes', async () => {
    const justice = await world.registerParty('FOD Justitie', '0308.357.753');
    const wvg = await world.registerParty('Departement WVG', '0316.380.841', { unitCode: 'OVO000001' });
    const { id } = await agreementOnFj(world, justice, wvg);
    const dpo = await world.of(justice, ['dpo']);
    const { findings } = (await dpo.get(`${PROTOCOLS}/${id}`)).body;
    expect(findings.find(({ code }: any) => code === 'PUBLICATION_ABSENT')).toMatchObject({ severity: 'warning' });
    const before = (await dpo.get(`${PROTOCOLS}/${id}/publications`)).body;
    expect(before).toMatchObject({ public: false, files: { length: 4 } });
    expect((await anybody(before.files[0].path)).status).toBe(404);

    const { body } = await dpo.post(`${PROTOCOLS}/${id}/publications`, { url: `http://${websites.host}/justice` });
    const json = before.files.find(({ name }: any) => name === 'protocol.json');
    websites.pages.set('/justice', await bytesOf(json.path));
    await dpo.post(`${PROTOCOLS}/${id}/publications/${body.id}/checks`, {});
    await eventually(async () => (await told(id)).length === 1, { what: 'it is published' });
    expect((await told(id))[0]).toMatchObject({
      type: 'protocol.published',
      data: { party: justice, file: 'protocol.json', contentHash: json.contentHash },
    });
    const alerts = (await dpo.get(`${PROTOCOLS}/${id}/alerts`)).body.items.map(({ code }: any) => code);
    expect(alerts).not.toContain('PUBLICATION_MISSING');
  });

  it('a restored database learns again where the parties publish', async () => {
    const columns = 'id, protocol_id, version, party, url, state, file, content_hash';
    const { folded, kept } = await foldedBesideKept(world, { publication: columns });
    expect(kept['publication']).toHaveLength(4);
    expect(folded).toEqual(kept);
  });
});
