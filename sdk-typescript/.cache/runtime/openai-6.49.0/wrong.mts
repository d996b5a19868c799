import { Model } from '@ringside/sdk';
const n: number = Model.slot('a');
n;
