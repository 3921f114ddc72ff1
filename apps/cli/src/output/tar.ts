/** A file of an archive; `path` has at most one folder part of 155 and a rest of 100 bytes of ASCII. */
export interface TarFile {
  readonly path: string;
  readonly content: Buffer;
}

const BLOCK = 512;

/**
 * The files as a POSIX tar (ustar), below one folder: every system opens it, and nothing of this machine stands in it.
 * @param at epoch milliseconds: the time that every file gets
 * @throws Error for a path that ustar cannot hold
 */
export function tar(folder: string, files: readonly TarFile[], at: number): Buffer {
  const blocks = files.flatMap(({ path, content }) => [
    header(folder, path, content.length, at),
    content,
    Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK),
  ]);
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
}

/** @see IEEE Std 1003.1-2017, pax, ustar Interchange Format */
function header(folder: string, path: string, size: number, at: number): Buffer {
  if (path.length > 100 || folder.length > 155 || !/^[\x21-\x7e]+$/.test(`${folder}${path}`)) {
    throw new Error(`A tar cannot hold the path ${path}`);
  }
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, digits: number) => value.toString(8).padStart(digits, '0');
  const fields: [offset: number, text: string][] = [
    [0, path],
    [100, octal(0o644, 7)],
    [108, octal(0, 7)],
    [116, octal(0, 7)],
    [124, octal(size, 11)],
    [136, octal(Math.floor(at / 1000), 11)],
    [148, ' '.repeat(8)],
    [156, '0'],
    [257, 'ustar\0' + '00'],
    [345, folder],
  ];
  for (const [offset, text] of fields) block.write(text, offset, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6)}\0 `, 148, 'latin1');
  return block;
}
