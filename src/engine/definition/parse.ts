import { LineCounter, parseDocument } from 'yaml';
import { DefinitionError } from '../model/faults';

/** Characters of a definition as text. */
const MAX_LENGTH = 1_048_576;

/** Bounds what aliases can multiply a text to. */
const MAX_ALIASES = 100;

/**
 * Reads a definition from YAML 1.2 or JSON, which is YAML too; only what JSON can say, so no tags of one's own.
 * @throws DefinitionError with line and column where the text is not well-formed or has duplicate keys.
 */
export function parseDefinition(text: string): unknown {
  if (text.length > MAX_LENGTH) {
    throw fault('too-large', `A definition may have at most ${MAX_LENGTH} characters, and this has ${text.length}.`);
  }
  try {
    return read(text);
  } catch (error) {
    if (error instanceof RangeError) throw fault('too-deep', 'The definition is nested too deeply.');
    if (error instanceof ReferenceError) throw fault('too-many-aliases', 'Its aliases make the definition too large.');
    throw error;
  }
}

function read(text: string): unknown {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    lineCounter,
    prettyErrors: false,
    uniqueKeys: true,
  });
  const faults = [...document.errors, ...document.warnings].slice(0, 20).map((error) => {
    const { line, col } = lineCounter.linePos(error.pos[0]);
    return {
      path: '',
      code: error.code.toLowerCase().replaceAll('_', '-'),
      detail: `${error.message}.`.replace(/\.\.$/, '.'),
      line,
      column: col,
    };
  });
  if (faults.length > 0) throw new DefinitionError(faults);
  return document.toJS({ maxAliasCount: MAX_ALIASES });
}

function fault(code: string, detail: string): DefinitionError {
  return new DefinitionError([{ path: '', code, detail }]);
}
