import { AppError } from '../errors/app-error';
import type { Fault } from '../errors/app-error';
import { compileBodyCheck } from './body-check';

describe('the check of a body', () => {
  const check = compileBodyCheck<{ rows?: number[] }>({
    type: 'object',
    additionalProperties: false,
    properties: { rows: { type: 'array', items: { type: 'integer' } }, name: { type: 'string' } },
  });
  const faultsOf = (body: unknown): Fault[] => {
    try {
      check(body);
    } catch (error) {
      if (error instanceof AppError) return error.fields.errors as Fault[];
      throw error;
    }
    return [];
  };

  it('lets through what fits', () => {
    const body = { rows: [1, 2] };
    expect(check(body)).toBe(body);
  });

  it('tells all faults at once, and where they are', () => {
    const pointers = faultsOf({ nmae: 'x', rows: [1, 'two', 3.5], name: null }).map(({ pointer }) => pointer);
    expect(pointers.sort()).toEqual(['/name', '/nmae', '/rows/1', '/rows/2']);
  });

  it('tells the first fifty where there are more', () => {
    const faults = faultsOf({ rows: Array<string>(1_000).fill('x') });
    expect(faults.map(({ pointer }) => pointer)).toEqual(Array.from({ length: 50 }, (_, index) => `/rows/${index}`));
  });

  it.each([
    ['in a list', { rows: Array<string>(200_000).fill('x') }, '/rows/0'],
    ['by name', Object.fromEntries(Array.from({ length: 200_000 }, (_, index) => [`a${index}`, 0])), '/a0'],
    ['in a fault that comes after much that fits', { rows: [...Array<number>(200_000).fill(1), 'x'], a: 0 }, '/a'],
  ])('tells the first of a body with very many values, %s', (_, body, pointer) => {
    expect(faultsOf(body).map((fault) => fault.pointer)).toEqual([pointer]);
  });
});
