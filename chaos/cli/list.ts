import type { AddCommand } from './command-line.ts';

export const addList: AddCommand = (program, { io }) => {
  program
    .command('list')
    .description('name the scenarios')
    .action(() => {
      const width = Math.max(...io.scenarios.map(({ name }) => name.length));
      for (const { name, title } of io.scenarios) io.print(`${name.padEnd(width)}  ${title}\n`);
    });
};
