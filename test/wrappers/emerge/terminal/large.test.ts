import { quick } from '../../../kit/environment.ts';
import { interruptions } from './cell.ts';

const size = { columns: 200, rows: 50 };

interruptions(size, 'log and marks', !quick);
interruptions(size, 'status socket', !quick);
