import { isIP } from 'node:net';

/** A mail server as the setting `SMTP_URL` names it. */
export interface MailServer {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte on. */
  readonly secure: boolean;
  readonly credentials: { readonly user: string; readonly pass: string } | null;
  /** How the connection is protected, in the words of nodemailer. */
  readonly protection: {
    readonly requireTLS: boolean;
    readonly ignoreTLS: boolean;
    readonly tls?: { readonly servername: string };
  };
}

const LOOPBACK = /^(localhost|127\..*|::1)$/;

/**
 * Beyond this machine the mail server must speak TLS; on it there is nobody to protect against.
 * @param url `smtp://` or `smtps://`, with user and password where the server wants them
 */
export function mailServer(url: string): MailServer {
  const { protocol, hostname, port, username, password } = new URL(url);
  const secure = protocol === 'smtps:';
  const host = hostname.replace(/^\[|\]$/g, '');
  const loopback = LOOPBACK.test(host);
  return {
    host,
    port: port ? Number(port) : secure ? 465 : 587,
    secure,
    credentials: username ? { user: decodeURIComponent(username), pass: decodeURIComponent(password) } : null,
    protection: {
      requireTLS: !secure && !loopback,
      ignoreTLS: !secure && loopback,
      ...(isIP(host) ? null : { tls: { servername: host } }),
    },
  };
}
