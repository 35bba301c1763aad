import { smoke } from './suite';

smoke('WebKit');
