/** The engine, as an application takes it: the core's door and the ports of a Node process. */
export * from './core/index.ts';
export { nodePorts } from './node-ports.ts';
