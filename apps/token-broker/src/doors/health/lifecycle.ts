import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';

/** How far this process is in its life; stopping begins before anything is closed. */
@Injectable()
export class Lifecycle implements OnApplicationBootstrap, OnModuleDestroy {
  #phase: 'starting' | 'running' | 'stopping' = 'starting';

  get phase(): 'starting' | 'running' | 'stopping' {
    return this.#phase;
  }

  onApplicationBootstrap(): void {
    this.#phase = 'running';
  }

  onModuleDestroy(): void {
    this.#phase = 'stopping';
  }
}
