/**
 * An array parameter of things that need no quotes: UUIDs, numbers. pg would look through each element for characters to escape,
 * which for the thousands of a batch is a large part of its time.
 */
export function plainArray(elements: readonly (string | number)[]): string {
  return `{${elements.join(',')}}`;
}
