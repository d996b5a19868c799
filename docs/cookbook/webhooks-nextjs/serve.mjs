// SPDX-License-Identifier: Apache-2.0
// Calls the route handler as Next.js does, with a standard Request: the recipe is tried without a build of Next.js.
import { serve } from '@hono/node-server';
import { POST } from './app/hook/route.mjs';

serve({ fetch: POST, port: Number(process.env.PORT ?? 3000), hostname: '127.0.0.1' });
