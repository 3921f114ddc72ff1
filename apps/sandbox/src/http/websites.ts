import { SandboxError } from '../sandbox-error.js';

/** Pages that are kept; the oldest one gives way. */
const MOST_PAGES = 200;

const PATH = /^[a-z0-9][a-z0-9-]{0,60}(\/[a-z0-9][a-z0-9.-]{0,60}){1,4}$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

export interface Page {
  mediaType: string;
  content: Buffer;
}

/** The websites of the parties: what stands at each path, until the sandbox ends. */
export class Websites {
  private readonly pages = new Map<string, Page>();

  /** `path`: `site/name.html` or `.json`. Undefined where nothing stands. */
  at(path: string): Page | undefined {
    return this.pages.get(path);
  }

  /**
   * Puts `{path, content}` up, the content in base64; without content the page is taken down.
   * @throws SandboxError 400 `PAGE_INVALID`
   */
  change(body: unknown): { path: string; bytes?: number } {
    const { path, content } = (body ?? {}) as { path?: unknown; content?: unknown };
    if (typeof path !== 'string' || !PATH.test(path)) {
      throw new SandboxError(400, 'PAGE_INVALID', 'path must be like party/protocol.html, in lower case');
    }
    if (content === undefined) {
      this.pages.delete(path);
      return { path };
    }
    if (typeof content !== 'string' || !BASE64.test(content)) {
      throw new SandboxError(400, 'PAGE_INVALID', 'content must be the bytes of the page in base64');
    }
    const page = { mediaType: mediaTypeOf(path), content: Buffer.from(content, 'base64') };
    this.pages.delete(path);
    this.pages.set(path, page);
    if (this.pages.size > MOST_PAGES) this.pages.delete(this.pages.keys().next().value!);
    return { path, bytes: page.content.length };
  }
}

function mediaTypeOf(path: string): string {
  return path.endsWith('.json') ? 'application/json' : 'text/html; charset=utf-8';
}
