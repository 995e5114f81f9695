/** An answer, read to its end. */
export interface Answer<T> {
  status: number;
  headers: Headers;
  bytes: Buffer;
  text: string;
  /** The parsed body; throws when it is not JSON. */
  readonly body: T;
}

/** What tests read of a report resource. */
export interface ReportBody {
  id: string;
  status: 'queued' | 'running' | 'succeeded' | 'failed' | 'canceled' | 'expired';
  template: { name: string; version: number } | null;
  reference: string | null;
  batchId: string | null;
  attempt: number;
  cancelRequestedAt: string | null;
  createdAt: string;
  finishedAt: string | null;
  asOf: string;
  file: {
    mediaType: string;
    size: number;
    filename: string;
    pages: number;
    sha256: string;
    provenance: {
      engineVersion: string;
      template: { name: string; version: number } | null;
      definitionHash: string;
      parametersHash: string;
      locale: string;
      timeZone: string;
      asOf: string;
      data: Record<string, { rows: number; hash: string }>;
    };
    href: string;
  } | null;
  fileExpiresAt: string | null;
  recordExpiresAt: string | null;
  error: { type: string; title: string; code: string; detail: string; attempt: number; retryable: boolean } | null;
  progress: { phase: string | null; percent: number; rows: number; pages: number };
  links: { self: string; events: string; cancel: string | null; file: string | null; downloadLinks: string | null };
}

/** What tests read of a batch resource. */
export interface BatchBody {
  id: string;
  status: 'running' | 'completed';
  counts: Record<ReportBody['status'], number>;
  reports: { index: number; reference: string | null; id: string; href: string }[];
  cancelRequestedAt: string | null;
  links: { self: string; cancel: string | null; reports: string };
}

/** What tests read of a problem. */
export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  code: string;
  requestId: string;
  errors?: { pointer: string; code: string; detail: string; line?: number; column?: number }[];
  currentStatus?: string;
  requiredScope?: string;
  pointer?: string;
}
