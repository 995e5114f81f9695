import type { Disposition } from '../file-name';
import { dispositions } from '../file-name';

export interface DownloadLinkRequest {
  expiresIn?: number;
  disposition?: Disposition;
}

/** The body of `POST /v1/reports/{id}/download-links`. */
export const downloadLinkRequestSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    expiresIn: {
      type: 'integer',
      minimum: 1,
      maximum: 86_400,
      default: 300,
      description: 'Seconds for which the link works.',
    },
    disposition: {
      type: 'string',
      enum: [...dispositions],
      default: 'attachment',
      description: 'Whether a browser saves the file or shows it.',
    },
  },
};

/** Its answer, for the API's description. */
export const downloadLinkSchema = {
  type: 'object',
  properties: {
    url: { type: 'string', format: 'uri-reference', description: 'Works without an API key: keep it like one.' },
    expiresAt: {
      type: 'string',
      format: 'date-time',
      description: "The link's end, or the file's if that is earlier.",
    },
  },
} as object;
