/** What an API key may be allowed to do. */
export const scopes = [
  'reports:write',
  'reports:read',
  'files:read',
  'templates:admin',
  'webhooks:admin',
  'keys:admin',
] as const;

export type Scope = (typeof scopes)[number];
