import { Inject, Injectable } from '@nestjs/common';
import { CONFIG } from '../../platform/config/config';
import type { Config } from '../../platform/config/config';
import { AppError } from '../../platform/errors/app-error';
import type { DerivedKey } from '../../platform/secrets/derived-keys';
import { deriveKeys } from '../../platform/secrets/derived-keys';
import type { Disposition } from '../file-name';
import type { FoundReport } from '../find-reports';
import { FindReports } from '../find-reports';
import { requireFile } from '../send-file';
import { readLink, signLink } from './link-token';

/** Links to files that need no API key: whoever has one may download the file until the link expires. */
@Injectable()
export class DownloadLinks {
  /** The first signs, all of them are known. */
  private readonly keys: readonly DerivedKey[];

  constructor(
    private readonly findReports: FindReports,
    @Inject(CONFIG) { cursorSecret, oldSecret }: Config,
  ) {
    this.keys = deriveKeys([cursorSecret, oldSecret], 'download links');
  }

  /**
   * @param expiresIn seconds
   * @returns when the link ends to work, which is no later than the file's own expiry
   * @throws AppError what {@link requireFile} throws
   */
  create(found: FoundReport, expiresIn: number, disposition: Disposition): { token: string; expiresAt: Date } {
    const { reportId, sha256: fileSha256 } = requireFile(found);
    const expiresAt = Math.ceil(Date.now() / 1_000) + expiresIn;
    const token = signLink({ reportId, fileSha256, disposition, expiresAt }, this.keys[0]!);
    return { token, expiresAt: new Date(Math.min(expiresAt * 1_000, found.report.fileExpiresAt!.getTime())) };
  }

  /**
   * The report that a link leads to, and how its file is to be shown.
   *
   * @throws AppError `not-found` for all that we have not signed, `link-expired`, and what {@link FindReports.find} throws
   */
  async open(token: string): Promise<{ found: FoundReport; disposition: Disposition }> {
    const link = readLink(token, this.keys);
    if (!link) throw new AppError('not-found');
    const expiresAt = new Date(link.expiresAt * 1_000);
    if (expiresAt.getTime() <= Date.now()) throw new AppError('link-expired', { expiredAt: expiresAt.toISOString() });
    const found = await this.findReports.findSigned(link.reportId);
    if (found.file && !found.file.sha256.equals(link.fileSha256)) throw new AppError('not-found');
    return { found, disposition: link.disposition };
  }
}
