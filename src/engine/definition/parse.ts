import type { Document } from 'yaml';
import { Lexer, LineCounter, isScalar, parseDocument, visit } from 'yaml';
import type { DefinitionFault } from '../model/faults';
import { DefinitionError, pointer } from '../model/faults';
import { rememberSource } from './locate-faults';
import type { YamlFault } from './yaml-faults';
import { explainYaml } from './yaml-faults';

/** Characters of a definition as text. */
const MAX_LENGTH = 1_048_576;

/**
 * Words, marks and line ends of YAML: some seven for a member in a line of its own, and far more than any real definition has.
 * Reading them all takes about a tenth of a second, within which a service answers nobody else.
 */
const MAX_LEXEMES = 50_000;

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
  if (isLongerThan(MAX_LEXEMES, text)) {
    throw fault(
      'too-large',
      `A definition in YAML may have at most ${MAX_LEXEMES} words, marks and line ends together.`,
    );
  }
  try {
    return read(text);
  } catch (error) {
    if (error instanceof RangeError) throw fault('too-deep', 'The definition is nested too deeply.');
    if (!(error instanceof ReferenceError)) throw error;
    // The library has one kind of error for both.
    if (error.message.startsWith('Excessive')) {
      throw fault('too-many-aliases', 'Its aliases make the definition too large.');
    }
    throw fault('unknown-alias', `${error.message}.`);
  }
}

function read(text: string): unknown {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    lineCounter,
    prettyErrors: false,
    uniqueKeys: false, // the library compares each with every other; see findDuplicates
  });
  const misread = [...document.errors, ...document.warnings].map((error) => explainYaml(text, error));
  const faults = onePerLine([...misread, ...findDuplicates(document)], lineCounter);
  if (faults.length > 0) throw new DefinitionError(faults);
  const definition: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
  const unlike = findUnlikeJson(definition, '', new Map());
  if (unlike) throw new DefinitionError([unlike]);
  rememberSource(definition, { document, lineCounter });
  return definition;
}

function isLongerThan(count: number, text: string): boolean {
  const lexemes = new Lexer().lex(text);
  for (let index = 0; index <= count; index += 1) if (lexemes.next().done === true) return false;
  return true;
}

/** What is misread once makes the rest of its line look wrong too. */
function onePerLine(found: readonly YamlFault[], lineCounter: LineCounter): DefinitionFault[] {
  const faults = new Map<string, DefinitionFault>();
  for (const { offset, code, ...words } of found) {
    const { line, col } = lineCounter.linePos(offset);
    const key = code === DUPLICATE ? `${line}:${col}` : String(line);
    if (!faults.has(key))
      faults.set(key, { path: '', code: code.toLowerCase().replaceAll('_', '-'), ...words, line, column: col });
  }
  return [...faults.values()].slice(0, 20);
}

const DUPLICATE = 'DUPLICATE_KEY';

/** Members of one mapping with the same name, which JavaScript would make one. */
function findDuplicates(document: Document): YamlFault[] {
  const found: YamlFault[] = [];
  visit(document, {
    Map(_, { items }) {
      const names = new Set<string>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        const name = String(key.value);
        if (names.has(name))
          found.push({ code: DUPLICATE, detail: `\`${name}\` is there twice.`, offset: key.range![0] });
        names.add(name);
      }
    },
  });
  return found;
}

/** An alias within its own anchor, or a number such as `.inf`. What aliases share is looked at once. */
function findUnlikeJson(value: unknown, path: string, isOpen: Map<object, boolean>): DefinitionFault | undefined {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    return { path, code: 'not-json', detail: 'This number has no form in JSON.' };
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (isOpen.has(value)) {
    if (!isOpen.get(value)) return undefined;
    return { path, code: 'cyclic-alias', detail: 'This alias stands within its own anchor and would never end.' };
  }
  isOpen.set(value, true);
  for (const [name, child] of Object.entries(value)) {
    const fault = findUnlikeJson(child, path + pointer(name), isOpen);
    if (fault) return fault;
  }
  isOpen.set(value, false);
  return undefined;
}

function fault(code: string, detail: string): DefinitionError {
  return new DefinitionError([{ path: '', code, detail }]);
}
