import { smoke } from './suite';

smoke('Chromium');
