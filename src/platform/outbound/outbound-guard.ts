import { isIP } from 'node:net';
import type { Network } from '../config/networks';
import { AddressPolicy } from './address-policy';
import type { ResolveHost } from './resolve-host';
import { resolveHost } from './resolve-host';

/** Ports of public receivers: HTTPS and the usual one beside it. */
const publicPorts = ['443', '8443'];

/** A URL that may not be called. The message is for whoever gave it: it tells no address that was found out here. */
export class OutboundRefused extends Error {}

/** Where a host is: its addresses, every one of which may be connected to. */
export interface Destination {
  url: URL;
  addresses: readonly string[];
}

/**
 * Decides where requests on behalf of a tenant may go: to public addresses by HTTPS, and to the networks that the
 * operator has named. What counts are the addresses that a name stands for, all of them, at the time of the request;
 * whoever connects must do so to these and not look the name up again.
 */
export class OutboundGuard {
  private readonly policy: AddressPolicy;

  constructor(
    allowed: readonly Network[],
    private readonly resolve: ResolveHost = resolveHost,
  ) {
    this.policy = new AddressPolicy(allowed);
  }

  /**
   * Finds the way to a URL.
   *
   * @returns undefined when its host name stands for no address
   * @throws OutboundRefused, or whatever the look-up failed with
   */
  async locate(text: string, signal: AbortSignal): Promise<Destination | undefined> {
    const url = parse(text);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const addresses = isIP(host) === 0 ? await this.resolve(host, signal) : [host];
    if (addresses.length === 0) {
      if (!isPublicForm(url)) throw formRefused();
      return undefined;
    }
    if (addresses.every((address) => this.policy.isAllowed(address))) return { url, addresses };
    if (!isPublicForm(url)) throw formRefused();
    if (!addresses.every((address) => this.policy.isPublic(address) || this.policy.isAllowed(address)))
      throw new OutboundRefused('its host is not on the public internet. The operator can allow its network');
    return { url, addresses };
  }
}

function parse(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') throw new OutboundRefused('it is no https URL');
  if (url.username !== '' || url.password !== '')
    throw new OutboundRefused('it carries a user name or a password. Check the signature of what arrives instead');
  return url;
}

function isPublicForm(url: URL): boolean {
  return url.protocol === 'https:' && publicPorts.includes(url.port || '443');
}

function formRefused(): OutboundRefused {
  return new OutboundRefused(`it must be https, on port ${publicPorts.join(' or ')}`);
}
