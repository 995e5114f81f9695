import { CalendarDate } from '../model/calendar-date';
import { Decimal } from '../model/decimal';
import type { Fault } from '../model/faults';
import type { CompiledReport, ParametersPlan } from '../model/report';
import { readValue } from '../values/read-value';

/** Checks a request's parameters and fills in defaults; what was given stays as it is. */
export function checkParameters(
  report: CompiledReport,
  parameters: unknown,
): { parameters: Record<string, unknown>; faults: Fault[] } {
  if (
    parameters !== undefined &&
    (typeof parameters !== 'object' || parameters === null || Array.isArray(parameters))
  ) {
    return { parameters: {}, faults: [{ pointer: '', code: 'value-invalid', detail: 'Parameters are an object.' }] };
  }
  const filled = structuredClone((parameters ?? {}) as Record<string, unknown>);
  return { faults: report.parameters.check(filled), parameters: filled };
}

/** Parameters as expressions see them: every declared one is there, as nothing (null) where it was not given. */
export function typedParameters(
  plan: ParametersPlan,
  parameters: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const declared = Object.entries(plan.types).map(([name, type]): [string, unknown] => {
    const raw = Object.hasOwn(parameters, name) ? parameters[name] : null;
    const value = type ? readValue(raw, { name, from: name, type, isRequired: false }) : fromJson(raw);
    return [name, isReadable(value) ? value : fromJson(raw)];
  });
  return Object.fromEntries(declared);
}

const isReadable = (value: unknown): boolean =>
  typeof value !== 'object' ||
  value === null ||
  value instanceof Decimal ||
  value instanceof CalendarDate ||
  value instanceof Date ||
  !('detail' in value);

/** JSON with exact numbers. */
function fromJson(value: unknown): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : Decimal.fromNumber(value);
  if (Array.isArray(value)) return value.map(fromJson);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, fromJson(child)]));
}
