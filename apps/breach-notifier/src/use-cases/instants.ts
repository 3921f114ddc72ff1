import { DomainError, parseInstant } from '@convenant/kernel';

/**
 * Epoch milliseconds of an instant in a body, or `absent` when the field is not there.
 * @param name JSON Pointer of the field
 * @throws DomainError INPUT_INVALID for an instant that does not exist
 */
export function instantOf<T>(value: string | undefined, name: string, absent: T): number | T {
  if (value === undefined) return absent;
  try {
    return parseInstant(value);
  } catch (cause) {
    throw new DomainError(
      'INPUT_INVALID',
      `${name} is not an instant`,
      { faults: [{ in: 'body', name, detail: 'must be an existing instant with offset' }] },
      { cause },
    );
  }
}
