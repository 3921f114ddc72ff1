import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exitCodes, run } from '@convenant/cli';
import { eventually } from '@convenant/testing';
import { NOW, RETENTION, RetentionWorld } from './retention.support.spec.js';

describe('convenant purge', () => {
  let world: RetentionWorld;
  let protocolId: string;

  beforeAll(async () => {
    world = await RetentionWorld.start({ PURGE_EVERY: 'P100Y' });
    protocolId = await world.agree();
  });
  afterAll(() => world?.stop());

  async function convenant(...args: string[]) {
    const claims = { sub: 'officer', party: world.receiver, roles: ['dpo'], client_id: 'cli' };
    const said = { out: '', err: '' };
    const exitCode = await run(args, {
      out: (text) => (said.out += text),
      err: (text) => (said.err += text),
      screen: false,
      env: { CONVENANT_URL: world.service.url, CONVENANT_TOKEN: await world.issuer.token(claims) },
    });
    return { exitCode, ...said };
  }

  async function dueFile(): Promise<string> {
    await world.clock.set(NOW);
    const worker = await world.of(world.receiver, ['agency']);
    const disclosureId = await world.deliver(protocolId);
    for (const body of [
      { kind: 'contactOutcome', outcome: 'accepted' },
      { kind: 'dossierOpened' },
      { kind: 'dossierClosed' },
    ]) {
      await worker.post(`${RETENTION}/triggers`, { disclosureId, ...body });
    }
    await world.clock.set('2037-01-01T00:00:00Z');
    await world.until(disclosureId, ({ state }) => state === 'due', 'it is due');
    return disclosureId;
  }

  it('plans, tells of the missing decision, applies with progress, and shows where everything stands', async () => {
    expect(await convenant('purge', 'plan')).toMatchObject({ exitCode: exitCodes.done, out: 'Nothing is due.\n' });
    const disclosureId = await dueFile();

    const blocked = JSON.parse((await convenant('purge', 'plan', '--json')).out).items[0];
    const missing = await convenant('purge', 'apply', blocked.id, '--set-hash', blocked.setHash);
    expect(missing).toMatchObject({
      exitCode: exitCodes.gap,
      out: expect.stringContaining('DESTRUCTION_BASIS_MISSING'),
    });

    await world.decide(protocolId, 'destruction-basis', 'Selection rule 4.2');
    // What waited for the decision alone runs by itself.
    await world.untilAsked(disclosureId);
    await world.answerErasures();
    await world.until(disclosureId, ({ state }) => state === 'erased', 'it is erased');

    const [one, other] = [await dueFile(), await dueFile()];
    const text = await convenant('purge', 'plan', '--protocol', protocolId);
    expect(text.out).toContain('client-file  3-phase2  period-over      2');
    const plan = JSON.parse((await convenant('purge', 'plan', '--json')).out).items[0];
    const apply = ['purge', 'apply', plan.id, '--set-hash'];
    expect(await convenant(...apply, plan.setHash, '--dry-run')).toMatchObject({ exitCode: exitCodes.done });
    expect(await convenant(...apply, 'f'.repeat(64))).toMatchObject({ exitCode: exitCodes.conflict });
    expect(await convenant(...apply, 'nonsense')).toMatchObject({ exitCode: exitCodes.usage });

    const applied = convenant(...apply, plan.setHash);
    await world.untilAsked(one);
    await world.untilAsked(other);
    await world.answerErasures();
    const { exitCode, out, err } = await applied;
    expect({ exitCode, out }).toEqual({
      exitCode: exitCodes.done,
      out: `Purge ${plan.id} is completed: 2 erased, 0 kept by a hold, 0 not answered yet\n`,
    });
    expect(err).toContain('2/2 answered, 0 kept by a hold');
    expect(await convenant(...apply, plan.setHash)).toMatchObject({
      exitCode: exitCodes.conflict,
      err: expect.stringContaining('was applied before'),
    });

    const all = JSON.parse((await convenant('purge', 'status', '--json')).out);
    expect(all.protocols).toMatchObject([{ protocolId, erased: 3, due: 0 }]);
    await eventually(async () => (await convenant('purge', 'status')).out.includes(plan.id), { what: 'it is listed' });
    expect((await convenant('purge', 'status', plan.id)).out).toContain('is completed');
    expect(await convenant('purge', 'status', protocolId)).toMatchObject({ exitCode: exitCodes.notFound });
  });
});
