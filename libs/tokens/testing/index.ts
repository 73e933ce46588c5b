export { alterStored } from './alter-stored.js';
export { asked, breakCall, loseAnswer, noteCalls, refusals } from './faulty-calls.js';
export { sampleNow, sampleOptions, sampleRecord, sampleTime } from './sample-record.js';
export {
  adoptGrant,
  connectTenant,
  openTestReplica,
  randomTenant,
  type TestConnect,
  type TestReplica,
  type TestReplicaOptions,
} from './test-replica.js';
export { UpkeepBench } from './upkeep-bench.js';
