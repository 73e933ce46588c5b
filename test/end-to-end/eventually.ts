export { eventually } from '#kernel/testing';
