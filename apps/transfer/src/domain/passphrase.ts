/** Letters and digits that people do not confuse (Crockford): no I, L, O, U. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const GROUP = 5;

/** Random bytes that a passphrase needs: 30 letters of 5 bits each. */
export const PASSPHRASE_BYTES = 30;

/**
 * A passphrase of 150 random bits that a person can read out and type: six groups of five letters and digits.
 * @param random `PASSPHRASE_BYTES` bytes from a cryptographic source
 */
export function passphraseFrom(random: Uint8Array): string {
  if (random.length !== PASSPHRASE_BYTES) throw new RangeError(`A passphrase takes ${PASSPHRASE_BYTES} random bytes`);
  // 256 is a multiple of 32: the lowest five bits of a random byte are even over the alphabet.
  const letters = Array.from(random, (byte) => ALPHABET[byte & 31]);
  return Array.from({ length: letters.length / GROUP }, (_, group) =>
    letters.slice(group * GROUP, (group + 1) * GROUP).join(''),
  ).join('-');
}
