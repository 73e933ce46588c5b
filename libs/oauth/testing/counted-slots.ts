import { DeskeraSlots, type Slot } from '#deskera';

/** Hands out slots without a bound, or none at all, and counts those that are out. */
export class CountedSlots extends DeskeraSlots {
  full = false;
  taken = 0;

  override take(): Promise<Slot | null> {
    if (this.full) return Promise.resolve(null);
    this.taken += 1;
    return Promise.resolve({
      release: () => {
        this.taken -= 1;
      },
    });
  }

  override most(): number {
    return this.full ? 0 : 1;
  }

  override untilOneIsFree(): Promise<void> {
    return Promise.resolve();
  }

  override free(): number {
    return this.full ? 0 : 1;
  }
}
