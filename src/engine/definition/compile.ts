/** Compiles a definition: checks everything that can be checked without data, and lists all that is wrong. */
import { elementOf } from '../elements';
import { canonicalHash } from '../model/canonical-hash';
import type { Compiler } from '../model/element';
import type { DefinitionFault } from '../model/faults';
import { DefinitionError } from '../model/faults';
import type { CompiledElement, CompiledReport, ParametersPlan } from '../model/report';
import { isStreamed } from '../model/report';
import { colors, type } from '../model/theme';
import { checkSchema } from './check-schema';
import { checkDefinitionSize } from './check-size';
import type { DatasetSpec } from './compile-data';
import { columnsOf, compileDataset } from './compile-data';
import { ElementCompiler } from './element-compiler';
import { locateFaults } from './locate-faults';
import type { PageSpec } from './page-setup';
import { setUpPage } from './page-setup';
import { compileParameters, noParameters } from './parameters';
import { planContents } from './plan-contents';
import { aggregateTypes, planPasses } from './plan-passes';
import { soundPartOf } from './sound-part';
import { toMilliseconds } from './units';

/** A definition that fits the schema, or the part of one that does, with null for an element that does not. */
interface DefinitionSpec {
  name?: string;
  title?: string;
  locale?: string;
  timeZone?: string;
  currency?: string;
  parameters?: Record<string, unknown>;
  data?: Record<string, DatasetSpec>;
  retention?: { file?: string; record?: string };
  page?: PageSpec;
  theme?: { accent?: string };
  header?: (ElementSpec | null)[];
  footer?: (ElementSpec | null)[];
  body: (ElementSpec | null)[];
}

interface ElementSpec {
  type: string;
  when?: string;
  align?: string;
}

/** Nobody reads more at once, and looking for more takes time. */
const MAX_FAULTS = 50;

/** In all datasets together. */
const MAX_COMPUTED = 500;

/**
 * Pure: the same definition always compiles to the same report.
 * @throws DefinitionError with all faults at once, or with the first 50; with line and column where `parseDefinition` gave
 *   the definition.
 */
export function compile(definition: unknown): CompiledReport {
  try {
    return compileChecked(definition);
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    throw new DefinitionError(locateFaults(definition, error.faults));
  }
}

function compileChecked(definition: unknown): CompiledReport {
  checkDefinitionSize(definition);
  const misfits = checkSchema(definition);
  const spec = structuredClone(definition);
  const sound = misfits.length === 0 ? spec : soundPartOf(spec, misfits);
  if (sound === undefined) throw new DefinitionError(misfits);
  return compileSpec(sound as DefinitionSpec, canonicalHash(definition).toString('hex'), misfits);
}

/** @param faults those that were found already. */
function compileSpec(spec: DefinitionSpec, hash: string, faults: DefinitionFault[]): CompiledReport {
  const fault: Compiler['fault'] = (path, rest) => {
    faults.push({ path, ...rest });
    if (faults.length >= MAX_FAULTS) throw new DefinitionError(faults);
  };
  const name = spec.name ?? 'report';
  const locale = spec.locale ?? 'en';
  const timeZone = spec.timeZone ?? 'UTC';
  checkLocale(locale, timeZone, fault);
  const parameters = parametersOf(spec, faults);
  checkComputed(spec.data ?? {});
  const data = new Map(
    Object.entries(spec.data ?? {}).map(([name, each]) => [name, compileDataset(name, each, parameters.types, fault)]),
  );
  const datasets = columnsOf(data);
  const theme = { accent: (spec.theme?.accent ?? '#0b4f8a').toLowerCase() };
  const aggregates = aggregateTypes(data);
  const shared = { theme, datasets, params: parameters.types, aggregates, currency: spec.currency, fault };
  const body = { ...shared, textDefaults: { size: type.body.size, color: 'body' }, isBand: false };
  const compiler = new ElementCompiler(body);
  const bandCompiler = new ElementCompiler({
    ...shared,
    textDefaults: { size: type.band.size, color: colors.muted },
    isBand: true,
  });

  const elements = compileElements(spec.body, '/body', compiler);
  const reads = elements.flatMap((each) => each.reads);
  const passes = planPasses(data, reads, planContents(elements, fault));
  const report: CompiledReport = {
    name,
    hash,
    datasets: [...data.keys()],
    data,
    columns: datasets,
    passes,
    isStreamable: [...passes.values()].every(isStreamed),
    parameters,
    title: compiler.template(spec.title ?? name.replaceAll('${', '$${'), '/title'),
    locale,
    timeZone,
    retention: { file: toMilliseconds(spec.retention?.file), record: toMilliseconds(spec.retention?.record) },
    theme,
    page: setUpPage(
      spec.page ?? {},
      { header: (spec.header ?? []).length > 0, footer: (spec.footer ?? []).length > 0 },
      fault,
    ),
    header: compileBand(spec.header ?? [], '/header', bandCompiler, fault),
    footer: compileBand(spec.footer ?? [], '/footer', bandCompiler, fault),
    body: elements,
  };
  if (faults.length > 0) throw new DefinitionError(faults);
  return deepFreeze(report);
}

/** Each is checked against the types of all fields before it, which takes long where there are many of both. */
function checkComputed(data: Record<string, DatasetSpec>): void {
  const count = Object.values(data).reduce((sum, { compute }) => sum + Object.keys(compute ?? {}).length, 0);
  if (count <= MAX_COMPUTED) return;
  const detail = `The datasets of a definition may have at most ${MAX_COMPUTED} computed fields together.`;
  throw new DefinitionError([{ path: '/data', code: 'too-large', detail }]);
}

function checkLocale(locale: string, timeZone: string, fault: Compiler['fault']): void {
  try {
    new Intl.NumberFormat(locale);
  } catch {
    fault('/locale', {
      code: 'locale-unknown',
      detail: `${JSON.stringify(locale)} is not a language tag (BCP 47).`,
      hint: 'For example en-GB.',
    });
  }
  try {
    new Intl.DateTimeFormat('en', { timeZone });
  } catch {
    fault('/timeZone', {
      code: 'time-zone-unknown',
      detail: `${JSON.stringify(timeZone)} is not a time zone (IANA).`,
      hint: 'For example Europe/London.',
    });
  }
}

function parametersOf(spec: DefinitionSpec, faults: DefinitionFault[]): ParametersPlan {
  const { parameters: schema } = spec;
  if (schema === undefined) return noParameters;
  const compiled = compileParameters(schema);
  if (!Array.isArray(compiled)) return compiled;
  faults.push(...compiled);
  // Their names are known even so, and expressions that use them have no fault of their own.
  const names = Object.keys(Object(schema.properties) as object);
  return { schema, types: Object.fromEntries(names.map((name) => [name, undefined])), check: () => [] };
}

function compileElements(
  specs: readonly (ElementSpec | null)[],
  path: string,
  compiler: ElementCompiler,
): CompiledElement[] {
  return specs.flatMap((spec, index) => {
    if (spec === null) return [];
    const at = `${path}/${index}`;
    const element = elementOf(spec.type);
    const when = spec.when === undefined ? undefined : compiler.condition(spec.when, `${at}/when`);
    const reads: string[] = [];
    return { element, plan: element.compile(spec, compiler.at(at, reads)), reads, ...(when && { when }) };
  });
}

function compileBand(
  specs: readonly (ElementSpec | null)[],
  path: string,
  compiler: ElementCompiler,
  fault: Compiler['fault'],
): CompiledElement[] {
  const taken = new Set<string>();
  for (const [index, spec] of specs.entries()) {
    if (spec === null) continue;
    const { align = 'start', when } = spec;
    if (taken.has(align) && when === undefined) {
      const detail = `Another text has the place \`${align}\` already.`;
      fault(`${path}/${index}/align`, { code: 'place-taken', detail, hint: 'Use start, center and end once each.' });
    }
    taken.add(align);
  }
  return compileElements(specs, path, compiler);
}

/** Freezes plain objects, lists and what maps hold; anything else stays as it is. */
function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  if (value instanceof Map) value.forEach(deepFreeze);
  if (!Array.isArray(value) && Object.getPrototypeOf(value) !== Object.prototype) return value;
  Object.freeze(value);
  for (const child of Object.values(value)) deepFreeze(child);
  return value;
}
