import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';

/** How far this process is in its life; stopping begins before anything is closed. */
@Injectable()
export class Lifecycle implements OnApplicationBootstrap, OnModuleDestroy {
  #phase: 'starting' | 'running' | 'stopping' = 'starting';

  get phase(): 'starting' | 'running' | 'stopping' {
    return this.#phase;
  }

  onApplicationBootstrap(): void {
    if (this.#phase === 'starting') this.#phase = 'running';
  }

  /** Not ready from now on, while everything is still served. */
  beginStopping(): void {
    this.#phase = 'stopping';
  }

  onModuleDestroy(): void {
    this.beginStopping();
  }
}
