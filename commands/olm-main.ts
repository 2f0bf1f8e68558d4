/** `olm`, also called `overlayman` */
import { runProgram } from './dispatch.ts';
import { olm } from './olm-table.ts';

void runProgram(olm, process.argv.slice(2));
