import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SystemClock } from '#kernel';
import { postTo, wiredSender } from '../testing/wired-sender.js';

/** Answers from a thread of its own, so that it goes on while this one stands still. */
const server = `
  const { parentPort } = require('node:worker_threads');
  const gate = new Int32Array(require('node:worker_threads').workerData);
  const body = 'x'.repeat(200000);
  require('node:net')
    .createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\\r\\ncontent-length: ' + body.length + '\\r\\n\\r\\n' + body);
        Atomics.store(gate, 0, 1);
        Atomics.notify(gate, 0);
      });
    })
    .listen(0, '127.0.0.1', function () { parentPort.postMessage(this.address().port); });
`;

let worker: Worker;
let port: number;
const gate = new Int32Array(new SharedArrayBuffer(8));

beforeAll(async () => {
  worker = new Worker(server, { eval: true, workerData: gate.buffer });
  port = await new Promise<number>((resolve) => worker.once('message', resolve));
});

afterAll(async () => {
  await worker.terminate();
});

describe('an answer that arrived while the process was paused', () => {
  it('is read, although its deadline fires first', async () => {
    const { sender, outlet } = wiredSender(new SystemClock());
    // The pause begins in the tick in which the request is written, and outlasts the deadline.
    const pauseAfterSending = (): boolean => {
      setImmediate(() => {
        Atomics.wait(gate, 0, 0, 60_000);
        Atomics.wait(gate, 1, 0, 400);
      });
      return true;
    };
    const result = await sender.send(postTo(`http://127.0.0.1:${String(port)}`), {
      deadlineMilliseconds: 200,
      mayStillSend: pauseAfterSending,
    });
    expect(result).toMatchObject({ kind: 'answer', head: { status: 200 }, trouble: null });
    outlet.onApplicationShutdown();
  });
});
