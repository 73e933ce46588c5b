/**
 * What a start is held against: every module of the broker is loaded, and an application of none of them listens. Not
 * TypeScript, so that nothing is compiled meanwhile.
 */
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';

await import(new URL('../../dist/apps/token-broker/src/broker.js', import.meta.url).href);

class Bare {}
Module({})(Bare);

const app = await NestFactory.create(Bare, new FastifyAdapter(), { logger: false });
await app.listen(0, '127.0.0.1');
process.stdout.write(`ready, port: ${app.getHttpServer().address().port}\n`);
process.once('SIGTERM', () => process.exit(0));
