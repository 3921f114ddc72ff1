import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@convenant/kernel';
import { NotesController } from './tiny-service.support.spec.js';
import { TinySystem } from './tiny-system.support.spec.js';

describe('authentication', () => {
  let system: TinySystem;
  beforeAll(async () => {
    system = await TinySystem.start();
  });
  afterAll(() => system?.stop());

  it('knows party, roles, unit and secrecy of a caller, and gives the person a pseudonym', async () => {
    const token = await system.ofA.token({
      party: system.partyA,
      roles: ['agency', 'bishop'],
      unit: 'u1',
      secrecy: true,
      client_id: 'c1',
    });
    expect(await system.write(token)).toMatchObject({
      status: 201,
      body: { id: system.note.id, party: system.partyA },
    });
    expect(NotesController.seen.at(-1)!.caller).toEqual({
      party: system.partyA,
      roles: ['agency'],
      sub: 'person-1',
      issuer: system.ofA.url,
      unit: 'u1',
      secrecy: true,
      userRef: expect.stringMatching(/^u_[\w-]{43}$/),
      client: 'c1',
      expiresAt: expect.any(Number),
    });
  });

  it.each(['ES256', 'RS256', 'EdDSA'])('accepts a token signed with %s', async (alg) => {
    expect((await system.write(await system.ofA.token({ party: system.partyA, roles: ['dpo'] }, { alg }))).status).toBe(
      201,
    );
  });

  it('accepts an administrator from the issuer of the installation only', async () => {
    const path = `/register/v1/notes/${system.note.id}/endings`;
    const roles = ['installation-admin'];
    expect((await system.post(path, await system.admin.token({ roles }), '{}')).status).toBe(200);
    expect((await system.post(path, await system.ofA.token({ roles }), '{}')).status).toBe(401);
    expect((await system.post(path, await system.ofA.token({ roles, party: system.partyA }), '{}')).status).toBe(401);
  });

  const past = Math.floor(Date.now() / 1000) - 60;
  const refused: [string, () => Promise<string | undefined>, RegExp][] = [
    ['no token', async () => undefined, /bearer token/],
    ['something that is no token', async () => 'opaque', /canonical/],
    [
      'a bad signature',
      () => system.ofA.token({ party: system.partyA, roles: ['agency'] }, { signedBy: system.ofB }),
      /does not verify/,
    ],
    [
      'another audience',
      () => system.ofA.token({ party: system.partyA, roles: ['agency'], aud: 'other' }),
      /claim aud/,
    ],
    ['an expired token', () => system.ofA.token({ party: system.partyA, roles: ['agency'], exp: past }), /expired/],
    [
      'a token without expiry',
      () => system.ofA.token({ party: system.partyA, roles: ['agency'], exp: undefined }),
      /claim exp/,
    ],
    [
      'the issuer of another party',
      () => system.ofB.token({ party: system.partyA, roles: ['agency'] }),
      /does not speak for/,
    ],
    [
      'a party that is not registered',
      () => system.ofA.token({ party: newId(), roles: ['agency'] }),
      /does not speak for/,
    ],
    [
      'an administrator within a party',
      () => system.ofA.token({ party: system.partyA, roles: ['installation-admin'] }),
      /never a role/,
    ],
    ['a party role without a party', () => system.admin.token({ roles: ['agency'] }), /needs the claim party/],
    [
      'an algorithm that is not on the list',
      () => system.ofA.token({ party: system.partyA, roles: ['agency'] }, { alg: 'ES384' }),
      /does not verify/,
    ],
    [
      'an unsigned token',
      async () =>
        unsigned({
          iss: system.ofA.url,
          party: system.partyA,
          roles: ['agency'],
          sub: 's',
          exp: past + 900,
          aud: 'convenant',
        }),
      /canonical/,
    ],
    ['stray bits in the last letter', async () => otherSpelling(await system.agency()), /canonical/],
    ['padding', async () => `${await system.agency()}=`, /canonical/],
  ];
  it.each(refused)('refuses %s', async (_, token, detail) => {
    const answer = await system.write(await token());
    expect(answer).toMatchObject({
      status: 401,
      body: { code: 'UNAUTHENTICATED', detail: expect.stringMatching(detail) },
    });
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('refuses a changed spelling also of a token that is remembered', async () => {
    const token = await system.agency();
    expect((await system.write(token)).status).toBe(201);
    expect((await system.write(otherSpelling(token))).status).toBe(401);
  });

  it('refuses a caller without a role that the route needs', async () => {
    const answer = await system.write(await system.ofA.token({ party: system.partyA, roles: ['signatory'] }));
    expect(answer).toMatchObject({
      status: 403,
      body: { code: 'FORBIDDEN', detail: expect.stringContaining('agency, dpo') },
    });
  });

  it('fetches the keys of an issuer once, not for every token or unknown key', async () => {
    await Promise.all(
      [1, 2, 3, 4].map(async (n) =>
        system.write(await system.ofB.token({ party: system.partyB, roles: ['agency'], sub: `s${n}` })),
      ),
    );
    await system.write(
      await system.ofB.token({ party: system.partyB, roles: ['agency'] }, { signedBy: system.ofA, alg: 'RS256' }),
    );
    await system.write(
      await system.ofB.token({ party: system.partyB, roles: ['agency'] }, { signedBy: system.ofA, alg: 'EdDSA' }),
    );
    expect(system.ofB.fetches).toBe(1);
  });
});

function unsigned(payload: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part(payload)}.`;
}

/** The same bytes written differently: 64 bytes of signature leave four bits of the last letter unused. */
function otherSpelling(token: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return token.slice(0, -1) + alphabet[alphabet.indexOf(token.at(-1)!) + 1]!;
}
