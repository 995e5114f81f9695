import { rowFormatNames } from './driver';

/** The upload resource, for the API's description. */
export const uploadSchema = {
  type: 'object',
  properties: {
    id: { type: 'string', examples: ['upl_01930f2e7c5a7c3e8f5b1d2a3c4e5f60'] },
    object: { type: 'string', enum: ['upload'] },
    mediaType: { type: 'string', enum: [...rowFormatNames] as string[] },
    rows: { type: 'integer', description: 'Rows, without the header of a CSV file.' },
    size: { type: 'integer', description: 'Bytes.' },
    sha256: { type: 'string', description: 'SHA-256 of the bytes, hex.' },
    createdAt: { type: 'string', format: 'date-time' },
    expiresAt: { type: 'string', format: 'date-time', description: 'Kept longer while a report still needs it.' },
  },
};
