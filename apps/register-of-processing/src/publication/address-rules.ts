import { BlockList, isIP } from 'node:net';

/** Which addresses of the outside world may be looked at. */
export interface AddressRules {
  /** Hosts (`name` or `name:port`) that may also be fetched by plain HTTP, and on that port. */
  readonly httpHosts: ReadonlySet<string>;
  /** Development only: addresses of this machine and of private networks may be fetched too. */
  readonly allowsPrivate: boolean;
}

/** Why an address is not fetched; null when it may be. */
export function refusalOf(url: URL, { httpHosts }: AddressRules): 'ADDRESS_REFUSED' | null {
  const named = httpHosts.has(url.host) || httpHosts.has(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && named)) return 'ADDRESS_REFUSED';
  if (url.username !== '' || url.password !== '') return 'ADDRESS_REFUSED';
  // Any other port would let a party look for what else listens there.
  if (url.port !== '' && !httpHosts.has(url.host)) return 'ADDRESS_REFUSED';
  return null;
}

/** True for an address that anybody on the Internet would reach; anything else is ours or nobody's. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !reserved4.check(address, 'ipv4');
  if (family === 6) return global6.check(address, 'ipv6') && !reserved6.check(address, 'ipv6');
  return false;
}

function blockList(family: 'ipv4' | 'ipv6', ...subnets: readonly string[]): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [network, prefix] = subnet.split('/') as [string, string];
    list.addSubnet(network, Number(prefix), family);
  }
  return list;
}

/** @see https://www.iana.org/assignments/iana-ipv4-special-registry */
const reserved4 = blockList(
  'ipv4',
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
);

/** Global unicast; everything outside it (loopback, unique local, link local, mapped IPv4, NAT64, multicast) is refused. */
const global6 = blockList('ipv6', '2000::/3');

/** Inside it: Teredo and other protocol assignments, documentation, 6to4 (which carries an IPv4 address). */
const reserved6 = blockList('ipv6', '2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20');
