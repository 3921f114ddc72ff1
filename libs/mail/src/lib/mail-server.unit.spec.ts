import { describe, expect, it } from '@jest/globals';
import { mailServer } from './mail-server.js';

describe('the mail server of a setting', () => {
  it('must speak TLS anywhere but on this machine', () => {
    for (const [url, requireTLS, ignoreTLS] of [
      ['smtp://127.0.0.1:25', false, true],
      ['smtp://127.8.0.1', false, true],
      ['smtp://[::1]:25', false, true],
      ['smtp://localhost:25', false, true],
      ['smtp://mail.agency.example', true, false],
      ['smtp://localhost.agency.example', true, false],
      ['smtp://10.0.0.1', true, false],
      ['smtps://mail.agency.example', false, false],
      ['smtps://localhost', false, false],
    ] as const) {
      expect([url, mailServer(url).protection]).toMatchObject([url, { requireTLS, ignoreTLS }]);
    }
  });

  it('has the port of its kind unless another is given, and the login as it is', () => {
    const of = (url: string) =>
      (({ host, port, secure, credentials }) => [host, port, secure, credentials])(mailServer(url));
    expect(of('smtp://mail.agency.example')).toEqual(['mail.agency.example', 587, false, null]);
    expect(of('smtps://us%40er:p%3Aw@mail.agency.example')).toEqual([
      'mail.agency.example',
      465,
      true,
      { user: 'us@er', pass: 'p:w' },
    ]);
    expect(of('smtp://[::1]:2525').slice(0, 2)).toEqual(['::1', 2525]);
  });

  it('is known by its name to TLS, and by nothing where it has only a number', () => {
    expect(mailServer('smtps://mail.agency.example').protection.tls).toEqual({ servername: 'mail.agency.example' });
    expect(mailServer('smtps://192.0.2.1').protection.tls).toBeUndefined();
  });
});
