import { Controller, Get, Param } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Public } from '../auth/api-key.guard';
import { AppError } from '../platform/errors/app-error';
import { failures, problems, typeOf } from '../platform/errors/catalogue';

const pages = new Map<string, object>([
  ...Object.entries(problems).map(([code, entry]) => page(code as keyof typeof problems, entry)),
  ...Object.entries(failures).map(([code, entry]) => page(code as keyof typeof failures, entry)),
]);

/** Makes the `type` of every problem an address that can be opened. */
@ApiTags('Operations')
@Controller('problems')
export class ProblemsController {
  @Get(':name')
  @Public()
  @ApiOperation({ summary: 'Explain a problem type', description: 'The `type` of a problem or of a failed report.' })
  @ApiResponse({ status: 200, description: 'What it means', schema: { type: 'object' } })
  explain(@Param('name') name: string): object {
    const found = pages.get(`/problems/${name}`);
    if (!found) throw new AppError('not-found');
    return found;
  }
}

function page(code: Parameters<typeof typeOf>[0], entry: { title: string; retryable: boolean }): [string, object] {
  const { title, retryable } = entry;
  return [typeOf(code), { type: typeOf(code), code, title, retryable }];
}
