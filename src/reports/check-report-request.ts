import { Injectable } from '@nestjs/common';
import type { Upload } from '../data-sources/upload.entity';
import { Uploads } from '../data-sources/uploads';
import type { Row } from '../engine';
import type { Fault } from '../platform/errors/app-error';
import { validationFailed } from '../platform/errors/app-error';
import { escapePointer } from '../platform/http/strict-json';
import { parseTime } from '../platform/http/time';
import { fromPublicId } from '../platform/ids/public-id';
import type { CheckedDefinition } from '../templates/check-definition';
import { DefinitionChecks } from '../templates/definition-checks';
import { parseTemplateReference } from '../templates/template-reference';
import type { TemplateVersion } from '../templates/template-version.entity';
import { Templates } from '../templates/templates';
import type { DatasetInput } from './report-input.entity';
import type { ReportRequest } from './report-request.schema';

/** A request in which everything that can be known beforehand is right. */
export interface CheckedRequest {
  /** The version that this report is pinned to, or null for a definition of its own. */
  template: { name: string; version: number } | null;
  /** Whether that version is only remembered as the latest, and may not be that any more. */
  isRemembered: boolean;
  definition: object | null;
  /** Name of the definition; a file without a name of its own is named after it. */
  name: string;
  /** How long the definition wants its reports kept. */
  retention: CheckedDefinition['retention'];
  /** What there is to say of the definition. */
  description: object;
  parameters: Record<string, unknown>;
  data: Record<string, DatasetInput>;
  uploadIds: string[];
  totalRows: number;
}

type FindTemplate = (reference: string) => Promise<TemplateVersion & { isRemembered?: boolean }>;

/** Checks a report request against its definition, so that what is accepted can only fail for reasons found later. */
@Injectable()
export class CheckReportRequest {
  constructor(
    private readonly templates: Templates,
    private readonly uploads: Uploads,
    private readonly definitions: DefinitionChecks,
  ) {}

  /** @throws AppError `template-not-found`, or `validation-failed` with every fault at once */
  async check(
    tenantId: string,
    request: ReportRequest,
    findTemplate: FindTemplate = (reference) => this.findTemplate(tenantId, reference),
  ): Promise<CheckedRequest> {
    const template = await findTemplateOf(request, findTemplate);
    const input = { parameters: request.parameters ?? {}, rows: inlineRowsOf(request) };
    const checked = template
      ? await this.definitions.check(template.definition, '/template', input, template.hash)
      : await this.definitions.check(request.definition!, '/definition', input);
    const { datasets, parameters, retention, description, faults } = checked;
    const all = [...faults, ...checkLocaleAndTime(request), ...checkDatasetNames(datasets, request)];
    const uploads = await this.findUploads(tenantId, request);
    const data: Record<string, DatasetInput> = {};
    let totalRows = 0;
    for (const name of datasets) {
      const given = request.data?.[name];
      if (given === undefined) continue;
      if (Array.isArray(given)) {
        data[name] = { rows: given };
        totalRows += given.length;
      } else {
        const upload = uploads.get(given.upload);
        if (!upload) {
          const detail = `There is no upload '${given.upload}', or it has expired.`;
          all.push({ pointer: `/data/${escapePointer(name)}/upload`, code: 'upload-not-found', detail });
          continue;
        }
        data[name] = { upload: upload.id };
        totalRows += Number(upload.rowCount);
      }
    }
    if (all.length > 0) throw validationFailed(all);
    const uploadIds = [...new Set([...uploads.values()].map((upload) => upload.id))];
    return {
      template: template && { name: template.name, version: template.version },
      isRemembered: template?.isRemembered ?? false,
      definition: template ? null : request.definition!,
      name: template?.name ?? checked.name,
      retention,
      description,
      parameters,
      data,
      uploadIds,
      totalRows,
    };
  }

  /** As {@link findTemplate}, but trusts what this process remembers of the latest version. */
  async recallTemplate(tenantId: string, reference: string): ReturnType<FindTemplate> {
    const { name, version } = parseTemplateReference(reference);
    const known = version === undefined ? this.templates.recall(tenantId, name) : undefined;
    return known ? Object.assign({ isRemembered: true }, known) : this.findTemplate(tenantId, reference);
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

/** Null where the request brings a definition of its own. */
async function findTemplateOf(
  { template: reference, definition }: ReportRequest,
  findTemplate: FindTemplate,
): Promise<Awaited<ReturnType<FindTemplate>> | null> {
  if ((reference === undefined) === (definition === undefined))
    throw validationFailed([
      { pointer: '', code: 'template-or-definition', detail: 'Give either template or definition.' },
    ]);
  return reference === undefined ? null : findTemplate(reference);
}

function inlineRowsOf({ data = {} }: ReportRequest): Record<string, Row[]> {
  return Object.fromEntries(
    Object.entries(data).flatMap(([name, given]) => (Array.isArray(given) ? [[name, given]] : [])),
  );
}

function checkDatasetNames(datasets: readonly string[], request: ReportRequest): Fault[] {
  const given = Object.keys(request.data ?? {});
  const missing = datasets.filter((name) => !given.includes(name));
  const unknown = given.filter((name) => !datasets.includes(name));
  const known = datasets.length === 0 ? 'The definition has none' : `Known are: ${datasets.join(', ')}`;
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
