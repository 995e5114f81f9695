import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiResponse } from '@nestjs/swagger';

/** Documents a route that answers as `SendFile` does. */
export function ApiFile(): MethodDecorator {
  return applyDecorators(
    ApiHeader({ name: 'Range', description: 'One range of bytes, such as `bytes=1000-`.', schema: { type: 'string' } }),
    ApiResponse({
      status: 200,
      description: 'The whole file, with ETag, Repr-Digest and Content-Disposition',
      content: { 'application/pdf': { schema: { type: 'string', format: 'binary' } } },
    }),
    ApiResponse({ status: 206, description: 'The part asked for' }),
    ApiResponse({ status: 304, description: 'Not changed since the ETag in If-None-Match' }),
  );
}
