export { ScheduleDoorModule } from './schedule.module.js';
export { ScheduleOptions } from './schedule-options.js';
