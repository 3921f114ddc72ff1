import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dossierOpened } from '@convenant/contracts';
import { newId } from '@convenant/kernel';
import { encodeAgencyMessage, ensureTopics, fixedTopics } from '@convenant/messaging';
import * as register from '@convenant/register-of-processing';
import * as retention from '@convenant/retention-sweeper';
import { eventually, kafkaSettings, TestAgency, testInstallation, TestIssuer, TestService } from '@convenant/testing';

describe('register and retention on the topics of a party', () => {
  const installation = testInstallation();
  let issuer: TestIssuer;
  let services: Record<'register' | 'retention', TestService>;

  /** No code is mailed here. */
  const mail = { SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'convenant@installation.example' };

  beforeAll(async () => {
    await ensureTopics({ kafka: kafkaSettings() }, fixedTopics(installation));
    issuer = await TestIssuer.start();
    services = {
      register: await TestService.start(register, { installation, admin: issuer, env: mail }),
      retention: await TestService.start(retention, { installation, admin: issuer }),
    };
  });
  afterAll(async () => {
    for (const service of Object.values(services ?? {})) await service.stop();
    await issuer?.stop();
  });

  it('hear a party that was registered a moment ago; each keeps what it refused, and shows it to that party', async () => {
    const operator = await services.register.as(issuer, { sub: 'operator', roles: ['installation-admin'] });
    const { body: party } = await operator.post('/register/v1/parties', {
      name: 'Agency of the north',
      enterpriseNumber: '0886.886.638',
      issuer: issuer.url,
      jwksUri: issuer.jwksUri,
      contacts: [{ role: 'dpo', mailbox: 'dpo@agency.test' }],
      firstDpo: { sub: 'first-dpo' },
    });
    await eventually(
      async () => (await operator.get(`/register/v1/parties/${party.id}/topics`)).body.state === 'made',
      { what: 'its topics are made' },
    );

    const agency = await TestAgency.start(installation, party.id);
    const known = encodeAgencyMessage(dossierOpened, {
      id: newId(),
      source: 'urn:files',
      subject: newId(),
      data: { occurredAt: '2026-04-01T09:00:00Z' },
    });
    await agency.send([
      { ...known, headers: { ...known.headers, ce_type: 'be.convenant.agency.v1.dossier.lost' } },
      known,
    ]);
    await agency.stop();

    const codes = async (name: keyof typeof services) => {
      const dpo = await services[name].as(issuer, { sub: 'first-dpo', party: party.id, roles: ['dpo'] });
      const { body } = await dpo.get(`/${name}/v1/quarantine`);
      return body.items.map(({ offset, code }: { offset: string; code: string }) => [offset, code]);
    };
    await eventually(
      async () => {
        expect(await codes('register')).toEqual([['0', 'MESSAGE_TYPE_UNKNOWN']]);
        expect(await codes('retention')).toEqual([['1', 'NOT_FOUND']]);
        return true;
      },
      { what: 'each has refused its own', deadlineMs: 20_000 },
    );
  });
});
