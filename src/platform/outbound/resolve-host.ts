import { Resolver, lookup } from 'node:dns/promises';

/** The addresses that a host name stands for; an empty list when it stands for none. */
export type ResolveHost = (name: string, signal: AbortSignal) => Promise<string[]>;

/** Answers after which the operating system is asked, which also knows its hosts file and search domains. */
const unknown = new Set(['ENOTFOUND', 'ENODATA', 'ECONNREFUSED']);

/**
 * Asks DNS by itself, with a time limit. The operating system's own look-up blocks one of the four threads that files
 * are written with for as long as a name server likes, so it is asked only for names that DNS does not know, and for
 * one at a time.
 */
export const resolveHost: ResolveHost = async (name, signal) => {
  const bare = name.replace(/\.$/, '').toLowerCase();
  if (bare === 'localhost' || bare.endsWith('.localhost')) return ['127.0.0.1']; // RFC 6761 §6.3: never asked of DNS
  if (bare.includes('.')) {
    const addresses = await askDns(bare, signal);
    if (addresses.length > 0) return addresses;
  }
  return askSystem(name, signal);
};

async function askDns(name: string, signal: AbortSignal): Promise<string[]> {
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  const cancel = () => resolver.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const results = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
    signal.throwIfAborted();
    const addresses = results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
    const failure = results.find((result) => result.status === 'rejected' && !isUnknown(result.reason));
    if (addresses.length === 0 && failure?.status === 'rejected') throw failure.reason;
    return addresses;
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

let lastLookup: Promise<unknown> = Promise.resolve();

async function askSystem(name: string, signal: AbortSignal): Promise<string[]> {
  const turn = lastLookup.then(async () => {
    signal.throwIfAborted();
    return lookup(name, { all: true });
  });
  lastLookup = turn.catch(() => undefined);
  const late = new Promise<never>((_resolve, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
  );
  try {
    return (await Promise.race([turn, late])).map(({ address }) => address);
  } catch (error) {
    if (isUnknown(error)) return [];
    throw error;
  }
}

function isUnknown(error: unknown): boolean {
  return unknown.has((error as NodeJS.ErrnoException).code ?? '');
}
