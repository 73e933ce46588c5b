import { InitialSchema1764000000000 } from './1764000000000-initial-schema.js';
import { StateVersions1764100000000 } from './1764100000000-state-versions.js';
import { HandOuts1764200000000 } from './1764200000000-hand-outs.js';
import { Webhooks1764300000000 } from './1764300000000-webhooks.js';
import { SpentRefreshTokens1764400000000 } from './1764400000000-spent-refresh-tokens.js';
import { DueByHost1764500000000 } from './1764500000000-due-by-host.js';
import { DatabaseOrigin1764600000000 } from './1764600000000-database-origin.js';
import { FixedSearchPath1764610000000 } from './1764610000000-fixed-search-path.js';
import { RefusedRefreshes1764640000000 } from './1764640000000-refused-refreshes.js';
import { SiteSeals1764650000000 } from './1764650000000-site-seals.js';
import { WhoStartsAConnect1764670000000 } from './1764670000000-who-starts-a-connect.js';

/** All migrations, oldest first. */
export const migrations = [
  InitialSchema1764000000000,
  StateVersions1764100000000,
  HandOuts1764200000000,
  Webhooks1764300000000,
  SpentRefreshTokens1764400000000,
  DueByHost1764500000000,
  DatabaseOrigin1764600000000,
  FixedSearchPath1764610000000,
  RefusedRefreshes1764640000000,
  SiteSeals1764650000000,
  WhoStartsAConnect1764670000000,
];
