import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { collectDefaultMetrics } from 'prom-client';
import { ConfigInvalid, readConfig, type BrokerConfig } from '#config';
import { ignoreBrokenOutput, processLog } from '#observability';
import { SchemaRefused } from '#database';
import { Broker } from './broker.js';
import { cleartextSettings } from './cleartext.js';
import { endOnDefect, endOnSignal, endProcess } from './process-end.js';

const logger = new Logger('Broker');

await main();

async function main(): Promise<void> {
  ignoreBrokenOutput();
  endOnDefect();
  let created: Broker | null = null;
  endOnSignal(() => created);
  collectDefaultMetrics();
  const config = configuration();
  const broker = await Broker.create(config);
  created = broker;
  for (const name of cleartextSettings(config)) {
    logger.warn(
      `${name} leads to another machine without TLS: whoever is on the way can read and change what is sent.`,
    );
  }
  broker.whenRefused(refuse);
  try {
    const { port, publicPort } = await broker.start();
    logger.log({ msg: 'listening', host: config.host, port, publicPort });
  } catch (error) {
    refuse(error);
  }
  broker.whenReady(() => {
    logger.log(`ready in ${String(Math.round(process.uptime() * 1_000))} ms since process start`);
  });
}

/** Every bad variable at once, no value, and no stack that would hide them. */
function configuration(): BrokerConfig {
  try {
    return readConfig();
  } catch (error) {
    if (!(error instanceof ConfigInvalid)) throw error;
    processLog(2).write(`${error.message}\n`);
    process.exit(1);
  }
}

function refuse(error: unknown): void {
  if (error instanceof SchemaRefused) logger.fatal(error.message);
  else logger.fatal({ msg: 'The broker cannot start', err: error });
  endProcess(1);
}
