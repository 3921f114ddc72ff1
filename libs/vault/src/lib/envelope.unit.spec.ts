import { describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { type EnvelopeBinding, EnvelopeDamaged, keyGenerationOf } from './envelope.js';
import { type KeyProvider, KeyUnavailable } from './key-provider.js';
import { Vault } from './vault.js';

class MemoryKeys implements KeyProvider {
  readonly keys = new Map([[1, randomBytes(32)]]);
  async current() {
    return this.generation(Math.max(...this.keys.keys()));
  }
  async generation(generation: number) {
    const key = this.keys.get(generation);
    if (!key) throw new KeyUnavailable(generation);
    return { generation, key };
  }
}

const keys = new MemoryKeys();
const vault = new Vault(keys);

const bindings = fc.record({
  ownerId: fc.uuid(),
  part: fc.constantFrom('values', 'archive', 'passphrase'),
  items: fc.uniqueArray(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1, maxLength: 5 }),
  generation: fc.integer({ min: 1, max: 1000 }),
});
const contents = fc.uint8Array({ minLength: 0, maxLength: 200 });

describe('the vault', () => {
  it('gives back what was sealed, whatever the order of the item names', async () => {
    await fc.assert(
      fc.asyncProperty(bindings, contents, async (binding, content) => {
        const sealed = await vault.seal(content, binding);
        const opened = await vault.open(sealed, { ...binding, items: [...binding.items].reverse() });
        expect(opened.equals(Buffer.from(content))).toBe(true);
      }),
    );
  });

  it('refuses an envelope in which any byte of the ciphertext or of the wrapped key was altered', async () => {
    await fc.assert(
      fc.asyncProperty(
        bindings,
        contents,
        fc.constantFrom('ciphertext' as const, 'wrappedKey' as const),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (binding, content, part, position, difference) => {
          const sealed = await vault.seal(content, binding);
          const bytes = Buffer.from(sealed[part]);
          const at = position % bytes.length;
          bytes[at] = bytes[at]! ^ difference;
          const opening = vault.open({ ...sealed, [part]: bytes }, binding);
          // The generation in the wrapped key's header is readable: altered, it names a key that does not exist.
          await expect(opening).rejects.toThrow(/does not open|has no generation/);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('refuses an envelope that was cut short or lengthened', async () => {
    const binding: EnvelopeBinding = { ownerId: 'd1', part: 'values', items: ['name'], generation: 1 };
    const sealed = await vault.seal(Buffer.from('x'), binding);
    for (const part of ['ciphertext', 'wrappedKey'] as const) {
      for (const bytes of [
        sealed[part].subarray(0, -1),
        Buffer.concat([sealed[part], Buffer.from([0])]),
        Buffer.alloc(0),
      ]) {
        await expect(vault.open({ ...sealed, [part]: bytes }, binding)).rejects.toThrow(EnvelopeDamaged);
      }
    }
  });

  it('refuses an envelope of another disclosure, part, item list or generation', async () => {
    await fc.assert(
      fc.asyncProperty(bindings, bindings, contents, async (binding, other, content) => {
        const sealed = await vault.seal(content, binding);
        for (const member of ['ownerId', 'part', 'items', 'generation'] as const) {
          if (
            JSON.stringify([...[other[member]].flat()].sort()) === JSON.stringify([...[binding[member]].flat()].sort())
          )
            continue;
          await expect(vault.open(sealed, { ...binding, [member]: other[member] })).rejects.toThrow(EnvelopeDamaged);
        }
      }),
    );
  });

  it('refuses the key of one envelope for the body of another', async () => {
    const binding: EnvelopeBinding = { ownerId: 'd1', part: 'values', items: ['name'], generation: 1 };
    const one = await vault.seal(Buffer.from('one'), binding);
    const two = await vault.seal(Buffer.from('two'), binding);
    await expect(vault.open({ ciphertext: one.ciphertext, wrappedKey: two.wrappedKey }, binding)).rejects.toThrow(
      EnvelopeDamaged,
    );
  });

  it('opens after a rotation, re-wraps without touching the content, and loses what a destroyed generation wrapped', async () => {
    const own = new MemoryKeys();
    const rotating = new Vault(own);
    const binding: EnvelopeBinding = { ownerId: 'd1', part: 'values', items: ['name'], generation: 1 };
    const kept = await rotating.seal(Buffer.from('kept'), binding);
    const lost = await rotating.seal(Buffer.from('lost'), binding);
    own.keys.set(2, randomBytes(32));
    const rewrapped = { ...kept, wrappedKey: await rotating.rewrap(kept.wrappedKey, binding) };
    expect(keyGenerationOf(rewrapped.wrappedKey)).toBe(2);
    own.keys.delete(1);
    expect((await rotating.open(rewrapped, binding)).toString()).toBe('kept');
    await expect(rotating.open(lost, binding)).rejects.toThrow(KeyUnavailable);
  });
});
