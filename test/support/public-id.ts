/** The UUID that a public id such as `rep_…` stands for. */
export function uuidOf(id: string): string {
  return id.slice(4).replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
}
