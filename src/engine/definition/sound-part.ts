/** What of a definition with faults can still be compiled, so that an author hears of all faults at once. */
import type { DefinitionFault } from '../model/faults';

interface Definition {
  data?: unknown;
  body?: unknown;
  header?: unknown;
  footer?: unknown;
  [member: string]: unknown;
}

/**
 * Takes out of `definition`, which it changes, what the schema found faults in: members of the definition as a whole, and
 * elements, in whose place null stands. Nothing is taken out that could make something else look wrong: `undefined` where
 * what others refer to is at fault itself.
 */
export function soundPartOf(definition: unknown, faults: readonly DefinitionFault[]): unknown {
  if (typeof definition !== 'object' || definition === null || Array.isArray(definition)) return undefined;
  const sound = definition as Definition;
  for (const { path } of faults) {
    const [, member = '', index] = path.split('/');
    if (FOUNDATIONS.has(member)) return undefined;
    const list = sound[member];
    if (ELEMENTS.has(member) && index !== undefined && Array.isArray(list)) list[Number(index)] = null;
    else if (member !== '') Reflect.deleteProperty(sound, member);
  }
  sound.body ??= [];
  return sound;
}

const FOUNDATIONS = new Set(['data', 'parameters', 'currency']);
const ELEMENTS = new Set(['header', 'footer', 'body']);
