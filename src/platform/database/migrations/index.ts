import { InitialSchema1764000000000 } from './1764000000000-initial-schema';
import { AnnounceReportChanges1764080000000 } from './1764080000000-announce-report-changes';
import { ReportBatches1764090000000 } from './1764090000000-report-batches';
import { Webhooks1764100000000 } from './1764100000000-webhooks';
import { CompletedBatches1764100000001 } from './1764100000001-completed-batches';
import { FairDispatch1764110000000 } from './1764110000000-fair-dispatch';
import { QuietDeletions1764115000000 } from './1764115000000-quiet-deletions';
import { KeptFileHashes1764115000001 } from './1764115000001-kept-file-hashes';
import { ReplacedApiKeys1764118000000 } from './1764118000000-replaced-api-keys';
import { Lanes1764120000000 } from './1764120000000-lanes';

/** All migrations, oldest first. */
export const migrations = [
  InitialSchema1764000000000,
  AnnounceReportChanges1764080000000,
  ReportBatches1764090000000,
  Webhooks1764100000000,
  CompletedBatches1764100000001,
  FairDispatch1764110000000,
  QuietDeletions1764115000000,
  KeptFileHashes1764115000001,
  ReplacedApiKeys1764118000000,
  Lanes1764120000000,
];
