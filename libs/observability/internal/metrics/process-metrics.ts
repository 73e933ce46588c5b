import { readdirSync, readFileSync } from 'node:fs';
import { Counter, Gauge, type Registry } from 'prom-client';

type Read = () => number | null;

const processor: readonly (readonly [name: string, help: string, seconds: Read])[] = [
  ['process_cpu_user_seconds_total', 'Processor time used in user mode.', () => cpu().user],
  ['process_cpu_system_seconds_total', 'Processor time used in the kernel.', () => cpu().system],
  ['process_cpu_seconds_total', 'Processor time used.', () => cpu().user + cpu().system],
];

const gauges: readonly (readonly [name: string, help: string, read: Read])[] = [
  ['process_resident_memory_bytes', 'Resident memory.', () => process.memoryUsage.rss()],
  ['nodejs_heap_size_total_bytes', 'The heap.', () => process.memoryUsage().heapTotal],
  ['nodejs_heap_size_used_bytes', 'What is used of the heap.', () => process.memoryUsage().heapUsed],
  ['nodejs_external_memory_bytes', 'Memory outside of the heap.', () => process.memoryUsage().external],
  ['nodejs_active_resources_total', 'Resources that keep the event loop alive.', activeResources],
  ['process_open_fds', 'Open file descriptors.', openFiles],
  ['process_max_fds', 'File descriptors that may be open.', mostOpenFiles],
];

/**
 * What the process uses, read when it is asked for, under the names that prom-client's `collectDefaultMetrics` gives it:
 * see `RuntimeWatch` for why they are not left to that.
 * @param startedAt in seconds since 1970
 */
export function registerProcessMetrics(registry: Registry, startedAt: number): void {
  const registers = [registry];
  for (const [name, help, seconds] of processor) {
    const counter = new Counter({
      name,
      help,
      registers,
      collect: () => {
        counter.reset();
        counter.inc(seconds() ?? 0);
      },
    });
  }
  for (const [name, help, read] of gauges) {
    const gauge = new Gauge({
      name,
      help,
      registers,
      collect: () => {
        const value = read();
        if (value === null) gauge.remove();
        else gauge.set(value);
      },
    });
  }
  const start = { name: 'process_start_time_seconds', help: 'When the process started.', registers };
  new Gauge(start).set(Math.round(startedAt));
  const version = { name: 'nodejs_version_info', help: 'The version of Node.js.', registers };
  new Gauge({ ...version, labelNames: ['version'] }).set({ version: process.version }, 1);
}

function cpu(): { readonly user: number; readonly system: number } {
  const { user, system } = process.cpuUsage();
  return { user: user / 1e6, system: system / 1e6 };
}

function activeResources(): number {
  return process.getActiveResourcesInfo().length;
}

/** `/proc` is the kernel's memory and no disk: reading it does not wait. Null where there is none. */
function openFiles(): number | null {
  return unlessMissing(() => readdirSync('/proc/self/fd').length - 1);
}

function mostOpenFiles(): number | null {
  const limits = unlessMissing(() => readFileSync('/proc/self/limits', 'utf8'));
  const [, soft] = /^Max open files\s+(\d+)/m.exec(limits ?? '') ?? [];
  return soft === undefined ? null : Number(soft);
}

function unlessMissing<Value>(read: () => Value): Value | null {
  try {
    return read();
  } catch {
    return null;
  }
}
