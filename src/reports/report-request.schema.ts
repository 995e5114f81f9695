import { compileBodyCheck } from '../platform/http/body-check';
import { templateReferencePattern } from '../templates/template-reference';

/** What a report is asked for with. */
export interface ReportRequest {
  template?: string;
  definition?: Record<string, unknown>;
  parameters?: Record<string, unknown>;
  data?: Record<string, Record<string, unknown>[] | { upload: string }>;
  format?: 'pdf';
  reference?: string;
  filename?: string;
  locale?: string;
  timeZone?: string;
  asOf?: string;
  priority?: 'high' | 'normal' | 'low';
  expiresIn?: number;
  deadlineIn?: number;
}

const day = 86_400;

/** JSON Schema (2020-12) of a {@link ReportRequest}; checks requests and documents them. */
export const reportRequestSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    template: {
      type: 'string',
      pattern: templateReferencePattern,
      description: 'Template to render: `name` for its latest version, or `name@version`. Either this or `definition`.',
      examples: ['wildlife-strikes', 'invoice@3'],
    },
    definition: { type: 'object', description: 'A definition of its own, instead of a template.' },
    parameters: { type: 'object', description: "Values for the definition's parameters." },
    data: {
      type: 'object',
      description: 'Rows by dataset: an array of objects, or `{"upload": "upl_…"}` for rows uploaded before.',
      additionalProperties: {
        if: { type: 'array' },
        then: { type: 'array' }, // its rows are checked against the definition
        else: {
          type: 'object',
          description: 'Give an array of rows, or an object with the member upload.',
          required: ['upload'],
          additionalProperties: false,
          properties: { upload: { type: 'string' } },
        },
      },
    },
    format: { enum: ['pdf'], default: 'pdf', description: 'Format of the finished file.' },
    reference: {
      type: 'string',
      minLength: 1,
      maxLength: 255,
      description: 'Your own name for this report, such as an order number; the list can be filtered by it.',
    },
    filename: {
      type: 'string',
      minLength: 1,
      maxLength: 1_000,
      description: "Name of the file when it is saved. Default: the template's name.",
    },
    locale: {
      type: 'string',
      maxLength: 100,
      description: "BCP 47 language tag for numbers and dates. Default: the definition's.",
      examples: ['en-GB', 'de-CH'],
    },
    timeZone: {
      type: 'string',
      maxLength: 100,
      description: "IANA time zone in which times are printed. Default: the definition's.",
      examples: ['Europe/London'],
    },
    asOf: {
      type: 'string',
      format: 'date-time',
      description:
        'The time that the report prints and carries as its creation date (RFC 3339). The same request with the same ' +
        '`asOf` gives the same bytes. Default: the time of acceptance.',
    },
    priority: { enum: ['high', 'normal', 'low'], default: 'normal', description: 'Which waiting reports come first.' },
    expiresIn: {
      type: 'integer',
      minimum: 1,
      maximum: 365 * day,
      description: 'Seconds for which the finished file can be downloaded.',
    },
    deadlineIn: {
      type: 'integer',
      minimum: 1,
      maximum: 7 * day,
      description: 'Seconds within which the report must be finished; after that it fails.',
    },
  },
};

/** The body of POST /v1/reports. */
type SubmissionBody = ReportRequest & { dryRun?: boolean };

/** JSON Schema (2020-12) of a {@link SubmissionBody}. */
export const submissionSchema = {
  ...reportRequestSchema,
  properties: {
    ...reportRequestSchema.properties,
    dryRun: {
      type: 'boolean',
      default: false,
      description: 'Only check the request: the answer is 200 and says what was found; nothing is stored.',
    },
  },
};

/** Lets report requests through. Throws AppError `validation-failed` with pointers into the request. */
export const checkReportBody = compileBodyCheck<ReportRequest>(reportRequestSchema);

/** The same for a {@link SubmissionBody}. */
export const checkSubmissionBody = compileBodyCheck<SubmissionBody>(submissionSchema);
