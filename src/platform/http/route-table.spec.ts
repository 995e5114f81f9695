import { RouteTable } from './route-table';

describe('RouteTable', () => {
  const routes = new RouteTable();
  routes.add('GET', '/v1/reports/:id');
  routes.add(['HEAD', 'PUT'], '/v1/reports/:id');
  routes.add('GET', '/openapi.json');

  it('names the methods of an address', () => {
    expect(routes.allowedAt('/v1/reports/rep_1')).toEqual(['GET', 'HEAD', 'PUT']);
    expect(routes.allowedAt('/openapi.json')).toEqual(['GET']);
  });

  it.each(['/v1/reports', '/v1/reports/', '/v1/reports/a/b', '/openapi-json'])('does not know %s', (path) => {
    expect(routes.allowedAt(path)).toEqual([]);
  });
});
