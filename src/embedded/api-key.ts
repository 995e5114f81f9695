import { join } from 'node:path';
import { Problem } from './problem';
import { readIfExists, writePrivateFile } from './private-file';

/**
 * The key of this home, kept from run to run as long as the API accepts it.
 *
 * @param create makes a new one, which is then kept
 */
export async function openApiKey(home: string, url: string, create: () => Promise<string>): Promise<string> {
  const path = join(home, 'api-key');
  const kept = readIfExists(path);
  if (kept !== undefined && (await isAccepted(kept, url))) return kept;
  const key = (await create()).trim();
  if (!/^\S+$/.test(key)) throw new Problem('Making an API key printed something else than a key.');
  writePrivateFile(path, `${key}\n`);
  return key;
}

async function isAccepted(key: string, url: string): Promise<boolean> {
  const headers = { authorization: `Bearer ${key}` };
  const response = await fetch(`${url}/v1/reports?limit=1`, { headers, signal: AbortSignal.timeout(10_000) });
  await response.body?.cancel();
  return response.status !== 401 && response.status !== 403;
}
