import { Injectable } from '@nestjs/common';
import type { Upload } from '../data-sources/upload.entity';
import { Uploads } from '../data-sources/uploads';
import type { CompiledReport } from '../engine';
import { checkParameters, checkRows } from '../engine';
import type { Fault } from '../platform/errors/app-error';
import { validationFailed } from '../platform/errors/app-error';
import { escapePointer } from '../platform/http/strict-json';
import { parseTime } from '../platform/http/time';
import { fromPublicId } from '../platform/ids/public-id';
import { compileCached, compileForRequest } from '../templates/compiled-definitions';
import { parseTemplateReference } from '../templates/template-reference';
import type { TemplateVersion } from '../templates/template-version.entity';
import { Templates } from '../templates/templates';
import type { DatasetInput } from './report-input.entity';
import type { ReportRequest } from './report-request.schema';

/** A request in which everything that can be known beforehand is right. */
export interface CheckedRequest {
  /** The version that this report is pinned to, or null for a definition of its own. */
  template: { name: string; version: number } | null;
  definition: object | null;
  /** Name of the definition; a file without a name of its own is named after it. */
  name: string;
  report: CompiledReport;
  parameters: Record<string, unknown>;
  data: Record<string, DatasetInput>;
  uploadIds: string[];
  totalRows: number;
}

/** Checks a report request against its definition, so that what is accepted can only fail for reasons found later. */
@Injectable()
export class CheckReportRequest {
  constructor(
    private readonly templates: Templates,
    private readonly uploads: Uploads,
  ) {}

  /** @throws AppError `template-not-found`, or `validation-failed` with every fault at once */
  async check(
    tenantId: string,
    request: ReportRequest,
    findTemplate = (reference: string) => this.findTemplate(tenantId, reference),
  ): Promise<CheckedRequest> {
    const source = await resolveDefinition(request, findTemplate);
    const { report } = source;
    const { parameters, faults } = checkParameters(report, request.parameters ?? {});
    const all = faults.map((fault) => ({ ...fault, pointer: `/parameters${fault.pointer}` }));
    all.push(...checkLocaleAndTime(request), ...checkDatasetNames(report, request));
    const uploads = await this.findUploads(tenantId, request);
    const data: Record<string, DatasetInput> = {};
    let totalRows = 0;
    for (const name of report.datasets) {
      const given = request.data?.[name];
      if (given === undefined) continue;
      const pointer = `/data/${escapePointer(name)}`;
      if (Array.isArray(given)) {
        all.push(...checkRows(report, name, given).map((fault) => ({ ...fault, pointer: pointer + fault.pointer })));
        data[name] = { rows: given };
        totalRows += given.length;
      } else {
        const upload = uploads.get(given.upload);
        if (!upload) {
          const detail = `There is no upload '${given.upload}', or it has expired.`;
          all.push({ pointer: `${pointer}/upload`, code: 'upload-not-found', detail });
          continue;
        }
        data[name] = { upload: upload.id };
        totalRows += Number(upload.rowCount);
      }
    }
    if (all.length > 0) throw validationFailed(all);
    const uploadIds = [...new Set([...uploads.values()].map((upload) => upload.id))];
    return { ...source, parameters, data, uploadIds, totalRows };
  }

  /**
   * The template that a reference names.
   *
   * @throws AppError `template-not-found`
   */
  findTemplate(tenantId: string, reference: string): Promise<TemplateVersion> {
    const { name, version } = parseTemplateReference(reference);
    return this.templates.find(tenantId, name, version);
  }

  private async findUploads(tenantId: string, request: ReportRequest): Promise<Map<string, Upload>> {
    const wanted = Object.values(request.data ?? {}).flatMap((given) => (Array.isArray(given) ? [] : [given.upload]));
    const ids = wanted.map((id) => [id, fromPublicId('upl', id)] as const);
    const uuids = ids.flatMap(([, uuid]) => uuid ?? []);
    const found = uuids.length === 0 ? [] : await this.uploads.find(tenantId, uuids);
    return new Map(
      ids.flatMap(([id, uuid]) => {
        const upload = found.find((candidate) => candidate.id === uuid);
        return upload ? [[id, upload] as const] : [];
      }),
    );
  }
}

async function resolveDefinition(
  { template: reference, definition }: ReportRequest,
  findTemplate: (reference: string) => Promise<TemplateVersion>,
): Promise<Pick<CheckedRequest, 'template' | 'definition' | 'name' | 'report'>> {
  if ((reference === undefined) === (definition === undefined))
    throw validationFailed([
      { pointer: '', code: 'template-or-definition', detail: 'Give either template or definition.' },
    ]);
  if (reference !== undefined) {
    const { name, version, definition, hash } = await findTemplate(reference);
    return { template: { name, version }, definition: null, name, report: compileCached(definition, hash) };
  }
  const { report } = compileForRequest(definition!, '/definition');
  return { template: null, definition: definition!, name: report.name, report };
}

function checkDatasetNames(report: CompiledReport, request: ReportRequest): Fault[] {
  const given = Object.keys(request.data ?? {});
  const missing = report.datasets.filter((name) => !given.includes(name));
  const unknown = given.filter((name) => !report.datasets.includes(name));
  const known = report.datasets.length === 0 ? 'The definition has none' : `Known are: ${report.datasets.join(', ')}`;
  return [
    ...missing.map((name) => ({
      pointer: `/data/${escapePointer(name)}`,
      code: 'required',
      detail: `The definition reads the dataset '${name}', which is missing.`,
    })),
    ...unknown.map((name) => ({
      pointer: `/data/${escapePointer(name)}`,
      code: 'unknown-dataset',
      detail: `The definition has no such dataset. ${known}.`,
    })),
  ];
}

function checkLocaleAndTime({ locale, timeZone, asOf }: ReportRequest): Fault[] {
  const faults: Fault[] = [];
  if (asOf !== undefined && !parseTime(asOf))
    faults.push({
      pointer: '/asOf',
      code: 'unknown-time',
      detail: 'Give a time such as 2026-01-31T12:00:00Z (RFC 3339).',
    });
  if (locale !== undefined && !isSupported(() => Intl.NumberFormat.supportedLocalesOf(locale).length > 0))
    faults.push({ pointer: '/locale', code: 'unknown-locale', detail: 'Give a BCP 47 language tag such as en-GB.' });
  if (timeZone !== undefined && !isSupported(() => new Intl.DateTimeFormat('en', { timeZone })))
    faults.push({
      pointer: '/timeZone',
      code: 'unknown-time-zone',
      detail: 'Give an IANA time zone such as Europe/Paris.',
    });
  return faults;
}

/** Intl throws a RangeError for names that are malformed or unknown. */
function isSupported(attempt: () => unknown): boolean {
  try {
    return attempt() !== false;
  } catch {
    return false;
  }
}
