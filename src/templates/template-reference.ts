/** Names of templates: in addresses and in `name@version` references. */
export const templateNamePattern = '[A-Za-z0-9][A-Za-z0-9._-]{0,99}';

/** `name`, for the latest version, or `name@version`. */
export const templateReferencePattern = `^${templateNamePattern}(@[1-9][0-9]{0,8})?$`;

/** Takes a reference that matches the pattern apart. */
export function parseTemplateReference(reference: string): { name: string; version: number | undefined } {
  const [name = '', version] = reference.split('@');
  return { name, version: version === undefined ? undefined : Number(version) };
}
