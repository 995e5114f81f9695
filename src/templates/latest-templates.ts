import type { TemplateVersion } from './template-version.entity';

/** Characters of JSON that are remembered in all. */
const capacity = 1_000_000;

/** The latest versions of templates, as this process has seen them last; another one may have added a version since. */
export class LatestTemplates {
  private readonly known = new Map<string, { template: TemplateVersion; size: number }>();
  private total = 0;

  recall(tenantId: string, name: string): TemplateVersion | undefined {
    return this.known.get(keyOf(tenantId, name))?.template;
  }

  /** Forgets those that were remembered first, where there is no room for all. */
  remember(template: TemplateVersion): void {
    const key = keyOf(template.tenantId, template.name);
    this.forget(key);
    const size = JSON.stringify(template.definition).length;
    this.known.set(key, { template, size });
    this.total += size;
    for (const oldest of this.known.keys()) {
      if (this.total <= capacity) return;
      this.forget(oldest);
    }
  }

  private forget(key: string): void {
    this.total -= this.known.get(key)?.size ?? 0;
    this.known.delete(key);
  }
}

function keyOf(tenantId: string, name: string): string {
  return `${tenantId} ${name}`;
}
