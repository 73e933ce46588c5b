import type { Finding } from '../chaos/findings.js';

/** A change of one source file. The search text stands once in the file. */
export interface Edit {
  readonly file: string;
  readonly search: string;
  readonly replacement: string;
}

export interface ChaosNotices {
  /** The findings that show the harm; others may come from a busy machine. */
  readonly as: readonly Finding[];
  /** These remove the other guards against the same harm: the whole service shows a fault only where no second guard stops it. */
  readonly withoutGuards: readonly Edit[];
}

/** A fault that is planted in the sources, and the specs that have to notice it. */
export interface PlantedFault extends Edit {
  readonly name: string;
  /** The nearest specs; none of them starts a whole process. */
  readonly noticedBy: readonly string[];
  /** Chaos has to notice the fault within three seeds of a minute. */
  readonly chaosNotices?: ChaosNotices;
}
