import { noteReduced, quick } from '../../../kit/environment.ts';
import { interruptions } from './cell.ts';

const size = { columns: 80, rows: 24 };

if (quick) noteReduced('terminal: two of four cells, each interruption once');
interruptions(size, 'status socket');
if (!quick) interruptions(size, 'log and marks');
