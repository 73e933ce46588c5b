import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { calmDown } from './calm.js';
import { Director } from './director.js';
import type { Findings } from './findings.js';
import { judgeGrowth, lookAtHealth } from './growth.js';
import { JournalReader } from './journal-reader.js';
import { lookBack } from './last-look.js';
import type { ChaosOptions } from './options.js';
import { People } from './people.js';
import type { Scene } from './scene.js';
import { scheduleOf } from './schedule.js';
import { Services } from './services.js';
import { setStage } from './stage.js';
import { TokenJudge } from './token-judge.js';

/** Breaks everything that can break, for a while, and tells what came of it. Ends every process it started. */
export async function runChaos(options: ChaosOptions): Promise<Findings> {
  await using opened = new AsyncDisposableStack();
  const scene = await setStage(options, opened);
  const people = new People(scene);
  const judge = new TokenJudge(scene.story, scene.findings, scene.losses);
  const services = new Services(scene, people, judge);
  const journal = new JournalReader(scene, (until) => {
    services.judgeUntil(until);
  });
  options.report(`connecting ${String(options.connections)} orgs`);
  await people.connectAll();
  await journal.catchUp();
  journal.start();
  services.start();
  const director = new Director(scene, people, services);
  options.report(`breaking things for ${String(options.seconds)} s`);
  const playing = director.play(
    scheduleOf(options.seed, options.seconds, options.connections),
    options.seconds,
  );
  await wait(Math.min(60, options.seconds / 3) * 1_000);
  const early = await lookAtHealth(scene);
  await playing;
  options.report('waiting for rest');
  await people.stop();
  await services.stop();
  await calmDown(scene);
  judgeGrowth(scene, options.seconds, early, await lookAtHealth(scene));
  await stopBrokers(scene);
  await journal.stop();
  services.judgeUntil(Date.now());
  await lookBack(scene);
  await judgeSpool(scene);
  judgeLogs(scene);
  return scene.findings;
}

async function stopBrokers({ replicas, findings }: Scene): Promise<void> {
  await Promise.all(
    replicas.map(async (replica) => {
      if (!(await replica.stop()))
        findings.found('processEnd', `${replica.lifeName} did not stop within 25 s`);
    }),
  );
}

/** Every grant that waited is in the database by now. */
async function judgeSpool({ dataFolders, replicas, findings }: Scene): Promise<void> {
  for (const { log } of replicas) findings.observed('grants that went through the spool', log.spooledCount);
  for (const dataFolder of dataFolders) {
    const left = await readdir(join(dataFolder, 'spool'), { recursive: true, withFileTypes: true });
    for (const entry of left.filter((each) => each.isFile())) findings.found('spoolLeft', entry.name);
  }
}

function judgeLogs({ replicas, findings }: Scene): void {
  for (const { log } of replicas) {
    for (const line of log.defects) findings.found('defects', line);
    findings.observed('log lines at error', log.errorCount);
    for (const line of log.errors.slice(0, 1)) findings.noted(`an error line`, line);
  }
}
