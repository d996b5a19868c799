// SPDX-License-Identifier: Apache-2.0
const sdk = require('@ringside/sdk');
const { Model } = require('@ringside/sdk/model');
const { verify } = require('@ringside/sdk/webhooks');

if (sdk.default !== sdk.Ringside || typeof verify !== 'function') throw new Error('an export is missing');
if (Model.slot('fast') !== 'slot:fast') throw new Error('the model entry point does not work');
import('./smoke.mjs')
  .then(({ smoke }) => smoke(sdk, { apiKey: 'sk_test_x', baseURL: process.env.BASE_URL }))
  .then(() => console.log('works'));
