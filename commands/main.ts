/** `tumpline` */
import { runProgram } from './dispatch.ts';
import { tumpline } from './table.ts';

void runProgram(tumpline, process.argv.slice(2));
