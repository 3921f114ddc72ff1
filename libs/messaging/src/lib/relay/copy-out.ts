import pg from 'pg';

// Signature, flags and the length of an extension, which is 0.
const HEADER = 19;
const TRAILER = -1;

/**
 * `COPY … TO STDOUT (FORMAT binary)`. The server sends one message for each row; the header of the copy comes with the first.
 * @see https://www.postgresql.org/docs/18/sql-copy.html (Binary Format)
 * @see https://www.postgresql.org/docs/18/protocol-flow.html#PROTOCOL-COPY
 */
export class CopyOut extends pg.Query {
  private begun = false;
  /** Thrown where pg reads its socket it would end the process. */
  private failure: Error | undefined;

  private constructor(
    text: string,
    private readonly columns: number,
    private readonly onRow: (bytes: Buffer, from: number) => void,
    callback: (error: Error | null) => void,
  ) {
    super({ text }, undefined, callback as never);
  }

  /**
   * @param onRow gets the fields of each row, from `from` to the end of `bytes`: for each its length in 32 bits, -1 for null, and
   *   its bytes. They are the socket's: to be copied at once
   * @returns when the server is done
   */
  static run(
    client: pg.Client,
    text: string,
    columns: number,
    onRow: (bytes: Buffer, from: number) => void,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const copy = new CopyOut(text, columns, onRow, (error) => {
        const failure = error ?? copy.failure;
        if (failure) reject(failure);
        else resolve();
      });
      client.query(copy as never);
    });
  }

  /** Called by pg. */
  handleCopyData({ chunk }: { chunk: Buffer }): void {
    const at = this.begun ? 0 : HEADER;
    this.begun = true;
    const columns = chunk.length < at + 2 ? undefined : chunk.readInt16BE(at);
    if (columns === TRAILER || this.failure) return;
    if (columns === this.columns) this.onRow(chunk, at + 2);
    else this.failure = new Error(`A row of ${columns} columns, not of ${this.columns}`);
  }
}
