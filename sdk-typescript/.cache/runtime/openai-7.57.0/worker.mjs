// SPDX-License-Identifier: Apache-2.0
import * as sdk from '@ringside/sdk';
import { smoke } from './smoke.mjs';

export default {
  async fetch(_request, env) {
    try {
      await smoke(sdk, { apiKey: 'sk_test_x', baseURL: env.BASE_URL });
      return new Response('works');
    } catch (error) {
      return new Response(String(error?.stack ?? error), { status: 500 });
    }
  },
};
