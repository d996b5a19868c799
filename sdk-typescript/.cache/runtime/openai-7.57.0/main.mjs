// SPDX-License-Identifier: Apache-2.0
import * as sdk from '@ringside/sdk';
import { Model } from '@ringside/sdk/model';
import { verify } from '@ringside/sdk/webhooks';
import { smoke } from './smoke.mjs';

if (sdk.default !== sdk.Ringside || typeof verify !== 'function') throw new Error('an export is missing');
if (Model.slot('fast') !== 'slot:fast') throw new Error('the model entry point does not work');
await smoke(sdk, { apiKey: 'sk_test_x', baseURL: process.env.BASE_URL });
console.log('works');
