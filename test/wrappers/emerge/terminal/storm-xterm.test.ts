import { storms } from './storm.ts';
import { size } from './storm-cases.ts';
import { openXterm } from './xterm.ts';

storms('xterm', at => openXterm(size, at.environment, at.root.directory), true);
