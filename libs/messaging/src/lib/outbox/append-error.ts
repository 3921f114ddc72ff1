/** A fault in the program: an append that would break the order or the catalogue. The transaction rolls back. */
export class AppendRefused extends Error {
  constructor(detail: string) {
    super(detail);
    this.name = 'AppendRefused';
  }
}
