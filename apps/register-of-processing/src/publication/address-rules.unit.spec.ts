import { describe, expect, it } from '@jest/globals';
import { isPublicAddress, refusalOf } from './address-rules.js';

describe('addresses that may be looked at', () => {
  it.each([
    ['93.184.216.34', true],
    ['8.8.8.8', true],
    ['2a02:a000::1', true],
    ['127.0.0.1', false],
    ['127.255.0.9', false],
    ['0.0.0.0', false],
    ['10.1.2.3', false],
    ['100.100.0.1', false],
    ['169.254.169.254', false],
    ['172.16.0.1', false],
    ['172.31.255.255', false],
    ['172.32.0.1', true],
    ['192.168.1.1', false],
    ['198.19.0.1', false],
    ['224.0.0.1', false],
    ['255.255.255.255', false],
    ['::1', false],
    ['::', false],
    ['::ffff:127.0.0.1', false],
    ['::ffff:8.8.8.8', false],
    ['64:ff9b::7f00:1', false],
    ['fc00::1', false],
    ['fe80::1', false],
    ['ff02::1', false],
    ['2001:db8::1', false],
    ['2002:7f00:1::', false],
    ['not-an-address', false],
  ])('%s is public: %s', (address, is) => expect(isPublicAddress(address)).toBe(is));

  const rules = { httpHosts: new Set(['old.example', 'test.example:8080']), allowsPrivate: false };
  it.each([
    ['https://www.agency.example/p/nl.html', null],
    ['http://www.agency.example/', 'ADDRESS_REFUSED'],
    ['http://old.example/', null],
    ['http://test.example:8080/x', null],
    ['http://test.example:8081/x', 'ADDRESS_REFUSED'],
    ['https://www.agency.example:5432/', 'ADDRESS_REFUSED'],
    ['https://user:secret@www.agency.example/', 'ADDRESS_REFUSED'],
    ['ftp://www.agency.example/', 'ADDRESS_REFUSED'],
    ['file:///etc/passwd', 'ADDRESS_REFUSED'],
  ])('%s is answered with %s', (url, refusal) => expect(refusalOf(new URL(url), rules)).toBe(refusal));
});
