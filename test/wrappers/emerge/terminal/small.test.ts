import { noteReduced, quick } from '../../../kit/environment.ts';
import { interruptions } from './cell.ts';

const size = { columns: 80, rows: 24 };

if (quick) noteReduced('terminal: one of four cells, each interruption once');
interruptions(size, 'status socket');
interruptions(size, 'log and marks', !quick);
