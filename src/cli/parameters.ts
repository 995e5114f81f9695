import type { CompiledReport } from '../engine';
import { CliError, exitCodes } from './exit';

/** Reads `NAME=VALUE` of an option that can be given several times; of equal names the last counts. */
export function splitPairs(option: string, pairs: readonly string[]): Map<string, string> {
  return new Map(
    pairs.map((pair) => {
      const [, name, value] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
      if (name === undefined) throw new CliError(exitCodes.usage, `${option} ${pair}: write it as NAME=VALUE.`);
      return [name, value!];
    }),
  );
}

const TEXTS: readonly (string | undefined)[] = ['string', 'date', 'dateTime'];

/** Parameters as JSON values: a text where the definition wants one, else what the value says as JSON (12, true, [1, 2]). */
export function parametersFrom(pairs: readonly string[], report: CompiledReport): Record<string, unknown> {
  const { types } = report.parameters;
  const entries = [...splitPairs('--param', pairs)].map(([name, value]): [string, unknown] => {
    const type = Object.hasOwn(types, name) ? types[name] : undefined;
    return [name, TEXTS.includes(type) ? value : fromJson(value)];
  });
  return Object.fromEntries(entries);
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
