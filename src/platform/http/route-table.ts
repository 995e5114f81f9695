/** The routes by address, for telling a wrong method (405) from a wrong address (404). */
export class RouteTable {
  private readonly routes: { pattern: RegExp; methods: readonly string[] }[] = [];

  add(method: string | readonly string[], url: string): void {
    // `:name` stands for one segment; nothing else in our addresses has a meaning in a regular expression but `.`.
    const pattern = url.replaceAll('.', '\\.').replace(/:[A-Za-z]+/g, '[^/]+');
    this.routes.push({ pattern: new RegExp(`^${pattern}$`), methods: [method].flat() });
  }

  /** The methods that an address answers, sorted; empty when it is unknown. */
  allowedAt(path: string): string[] {
    const methods = this.routes.filter(({ pattern }) => pattern.test(path)).flatMap((route) => route.methods);
    return [...new Set(methods)].sort();
  }
}
