import { storms } from './storm.ts';
import { size } from './storm-cases.ts';

storms('tmux', at => at.open(size), false);
