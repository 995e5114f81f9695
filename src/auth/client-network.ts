import { isIPv6 } from 'node:net';

/**
 * What requests without a key are counted by: an IPv4 address, or the /64 of an IPv6 one, since the whole of it is
 * given to one site (RFC 6177).
 */
export function clientNetwork(address: string): string {
  const unmapped = address.replace(/^::ffff:(?=[\d.]+$)/i, '');
  if (!isIPv6(unmapped)) return unmapped;
  const [head, tail] = unmapped.split('::').map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = Array<string>(8 - head!.length - (tail?.length ?? 0)).fill('0');
  const groups = [...head!, ...zeros, ...(tail ?? [])].slice(0, 4).map((group) => parseInt(group, 16).toString(16));
  return `${groups.join(':')}::/64`;
}
