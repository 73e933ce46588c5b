import { InitialSchema1764000000000 } from './1764000000000-initial-schema.js';
import { StateVersions1764100000000 } from './1764100000000-state-versions.js';

/** All migrations, oldest first. */
export const migrations = [InitialSchema1764000000000, StateVersions1764100000000];
