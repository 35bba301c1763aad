import { smoke } from './suite';

smoke('Firefox');
