import { storeContract } from '../contract.ts';
import { memoryStore } from './index.ts';

storeContract('memory', memoryStore);
