import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';

/** Of an invented person. */
export const detained: Record<string, Record<string, string>> = {
  identifier: { nationalNumber: '85073003328' },
  name: { lastName: 'Proefkonijn', firstName: 'Ysbrand' },
  prison: { prison: 'Voorbeeldgevangenis' },
  cell: { cellNumber: 'C-117' },
  'admission-date': { admittedOn: '2026-05-04' },
  presence: { present: 'true' },
};

/** One question as it came in. */
export interface Asked {
  path: string;
  authorization: string | undefined;
  body: any;
}

/** The agency that keeps the source, and the integrator before it, on loopback: `/integrator` gives a receipt, `/source` none. */
export class SourceAgency {
  readonly asked: Asked[] = [];
  /** Instead of an answer. */
  status = 200;
  /** Holds answers back until it resolves. */
  hold: Promise<void> | undefined;
  /** What is known of each number; all of it for whoever is not named. */
  readonly strangers = new Set<string>();
  change: (items: any[]) => any[] = (items) => items;
  receipt: string | undefined = 'fsb-2026-000117';

  private constructor(private readonly server: Server) {}

  static async start(): Promise<SourceAgency> {
    const server = createServer();
    const agency = new SourceAgency(server);
    server.on('request', (request, response) => {
      void agency.answer(request).then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return agency;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private async answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const body = JSON.parse(text);
    const path = request.url!;
    this.asked.push({ path, authorization: request.headers.authorization, body });
    await this.hold;
    if (this.status !== 200) return { status: this.status, body: {} };
    if (this.strangers.has(body.identifier.value)) return { status: 404, body: {} };
    const items = body.items.map((item: string) => ({
      item,
      fields: detained[item],
      source: 'justice-register',
      version: 'v7',
    }));
    const receipt = path === '/integrator' ? this.receipt : undefined;
    return { status: 200, body: { items: this.change(items), ...(receipt ? { receipt } : {}) } };
  }
}
