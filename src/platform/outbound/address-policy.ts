import { BlockList, isIPv4, isIPv6 } from 'node:net';
import type { Network } from '../config/networks';

/**
 * Addresses that a tenant must not make us connect to: every block of the IANA special-purpose registry that is not
 * globally reachable (RFC 6890), multicast, what translates to IPv4 (6to4, Teredo), and the metadata service of Azure,
 * whose address is a public one.
 */
const special = listOf(
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
  ...['224.0.0.0/4', '240.0.0.0/4', '168.63.129.16/32'],
  ...['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'],
);

/** All of IPv6 that is unicast and global (RFC 4291 §2.4, IANA): mapped, NAT64, unique local and link-local lie outside. */
const globalUnicast = listOf('2000::/3');

/** Which addresses may be connected to. */
export class AddressPolicy {
  private readonly allowed = new BlockList();

  /** @param allowed networks of the operator's own choice, which may be reached although they are not public */
  constructor(allowed: readonly Network[]) {
    for (const { address, prefix, family } of allowed) this.allowed.addSubnet(address, prefix, family);
  }

  /** Whether the operator has named the address as one that may be reached. */
  isAllowed(address: string): boolean {
    return contains(this.allowed, address);
  }

  /** Whether the address is one of the public internet. Anything that is no address is not. */
  isPublic(address: string): boolean {
    if (isIPv4(address)) return !contains(special, address);
    return isIPv6(address) && contains(globalUnicast, address) && !contains(special, address);
  }
}

function contains(list: BlockList, address: string): boolean {
  return list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

function listOf(...networks: string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    list.addSubnet(address, Number(prefix), isIPv6(address) ? 'ipv6' : 'ipv4');
  }
  return list;
}
